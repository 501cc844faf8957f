/** What the most frequent codes of sockets and certificates mean to whoever has to mend them. */
const words: Record<string, string> = {
  ECONNREFUSED: 'the connection is refused: nothing listens there',
  ECONNRESET: 'the connection broke off',
  EPIPE: 'the connection broke off',
  UND_ERR_SOCKET: 'the connection broke off before the answer was whole',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'the connection broke off before the answer was whole',
  UND_ERR_HEADERS_OVERFLOW: 'its headers have no end',
  UND_ERR_CONNECT_TIMEOUT: 'the connection was not made in time',
  ETIMEDOUT: 'the connection was not made in time',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no way to it',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate signs itself and is not trusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate comes from an authority that is not trusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate comes from an authority that is not trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate comes from an authority that is not trusted',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS: is the address to begin with http?',
};

/** Why a connection failed, in words with its code; undefined for what has no code that we know. */
export function connectionWords(error: unknown): string | undefined {
  const code = codeOf(error);
  const said = code?.startsWith('HPE_') ? 'what it answers is not HTTP' : words[code ?? ''];
  return said === undefined ? undefined : `${said} (${code})`;
}

/** Addresses that were tried side by side fail together: the first tells as much as all. */
function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { errors, code } = error as { errors?: unknown; code?: unknown };
  if (Array.isArray(errors) && errors.length > 0) return codeOf(errors[0]);
  return typeof code === 'string' ? code : undefined;
}
