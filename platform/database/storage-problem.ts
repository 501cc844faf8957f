import { GantryError } from '../errors.ts';

const full = new Set(['53100', 'ENOSPC']);
/** SQLSTATE classes 08, 53 and 57P, and what Node says of a connection that is gone. */
const away =
  /^(08...|53...|57P..|57014|ECONNREFUSED|ECONNRESET|ENOENT|ENOTFOUND|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN)$/;
const awayWords =
  /connection terminated|timeout exceeded when trying to connect|query read timeout|client has encountered a connection error/i;

/**
 * The known problem behind an error of a query: STORAGE_FULL, STORAGE_UNAVAILABLE, or undefined where the error is
 * something else. Nothing that was asked for has been acknowledged in either case.
 */
export function storageProblem(error: unknown): GantryError | undefined {
  const { code, syscall, message } = describe(error);
  if (full.has(code)) return new GantryError('STORAGE_FULL', { detail: message }, { cause: error });
  // A file that is missing has the same code as the socket of a server that is.
  const isAway = away.test(code) && (code !== 'ENOENT' || syscall === 'connect');
  if (!isAway && !awayWords.test(message)) return undefined;
  return new GantryError('STORAGE_UNAVAILABLE', { detail: message }, { cause: error });
}

function describe(error: unknown): { code: string; syscall: string; message: string } {
  if (typeof error !== 'object' || error === null) return { code: '', syscall: '', message: '' };
  const { code, syscall, message } = error as Record<string, unknown>;
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  return { code: text(code), syscall: text(syscall), message: text(message) };
}
