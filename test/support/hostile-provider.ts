import { createHmac, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What its next token says: each part is sound unless a test says otherwise. */
export interface NextToken {
  claims?: Record<string, unknown>;
  header?: Record<string, unknown>;
  signedBy?: 'its key' | 'another key' | 'the client secret' | 'nobody';
  /** Instead of a token. */
  refusal?: string;
}

export interface HostileProvider {
  issuer: string;
  /** Set by a test before a sign-in comes back. */
  next: NextToken;
  /** Bodies that its token endpoint was sent. */
  asked: URLSearchParams[];
  /** What it says of itself, beside what it must. */
  metadata: Record<string, unknown>;
  stop(): Promise<void>;
}

/** A provider that a test makes lie: it signs whatever it is told, in whatever way, and remembers what it was asked. */
export async function startHostileProvider(client: { id: string; secret: string }): Promise<HostileProvider> {
  const its = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const another = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const server = createServer((req, res) => {
    const json = (status: number, body: unknown): void => {
      res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    const { pathname } = new URL(req.url ?? '/', hostile.issuer);
    if (pathname === '/.well-known/openid-configuration')
      json(200, { ...description(hostile.issuer), ...hostile.metadata });
    else if (pathname === '/keys')
      json(200, {
        keys: [{ ...its.publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'RS256', use: 'sig' }],
      });
    else if (pathname === '/token') {
      let body = '';
      req.on('data', (chunk: Buffer) => (body += chunk.toString()));
      req.on('end', () => {
        hostile.asked.push(new URLSearchParams(body));
        const { refusal } = hostile.next;
        if (refusal !== undefined) json(400, { error: refusal });
        else json(200, { access_token: 'x', token_type: 'Bearer', id_token: token() });
      });
    } else json(404, {});
  });
  await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0 }, resolve));
  const hostile: HostileProvider = {
    issuer: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    next: {},
    asked: [],
    metadata: {},
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  const token = (): string => {
    const { claims, header, signedBy = 'its key' } = hostile.next;
    const seconds = Math.floor(Date.now() / 1000);
    const alg = { 'its key': 'RS256', 'another key': 'RS256', 'the client secret': 'HS256', nobody: 'none' }[
      signedBy
    ];
    const sound = { iss: hostile.issuer, aud: client.id, sub: 's1', iat: seconds, exp: seconds + 60 };
    const text = [
      { alg, kid: 'k1', ...header },
      { ...sound, ...claims },
    ]
      .map(encoded)
      .join('.');
    return `${text}.${signature(text, { signedBy, key: signedBy === 'another key' ? another.privateKey : its.privateKey, secret: client.secret })}`;
  };
  return hostile;
}

const encoded = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');

function signature(text: string, by: { signedBy: string; key: KeyObject; secret: string }): string {
  if (by.signedBy === 'nobody') return '';
  if (by.signedBy === 'the client secret')
    return createHmac('sha256', by.secret).update(text).digest('base64url');
  return sign('sha256', Buffer.from(text), by.key).toString('base64url');
}

const description = (issuer: string) => ({
  issuer,
  authorization_endpoint: `${issuer}/auth`,
  token_endpoint: `${issuer}/token`,
  jwks_uri: `${issuer}/keys`,
  response_types_supported: ['code'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['RS256', 'HS256', 'none'],
  code_challenge_methods_supported: ['S256'],
});
