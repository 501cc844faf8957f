import { execFileSync } from 'node:child_process';
import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A certificate authority of one test, and what it has signed for 127.0.0.1. */
export interface Certificates {
  ca: string;
  cert: string;
  key: string;
}

export function makeCertificates(dir: string): Certificates {
  const at = (name: string) => join(dir, name);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'pipe' });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  openssl(
    ...['req', '-x509', ...newKey, '-days', '2', '-subj', '/CN=Test authority'],
    ...['-keyout', at('ca.key'), '-out', at('ca.pem')],
  );
  openssl(...['req', ...newKey, '-subj', '/CN=temporal', '-keyout', at('tls.key'), '-out', at('tls.csr')]);
  writeFileSync(at('tls.ext'), 'subjectAltName=IP:127.0.0.1,DNS:localhost\n');
  openssl(
    ...['x509', '-req', '-in', at('tls.csr'), '-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial'],
    ...['-days', '2', '-extfile', at('tls.ext'), '-out', at('tls.pem')],
  );
  return { ca: at('ca.pem'), cert: at('tls.pem'), key: at('tls.key') };
}

/** Keys of an API whose holders have these permissions, such as `default:write`. */
export interface KeyMaker {
  /** File with the public key, as a JWK set. */
  jwks: string;
  keyFor(...permissions: string[]): string;
}

export function makeKeys(dir: string): KeyMaker {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwks = join(dir, 'jwks.json');
  const key = { ...publicKey.export({ format: 'jwk' }), kid: 'test', use: 'sig', alg: 'ES256' };
  writeFileSync(jwks, JSON.stringify({ keys: [key] }));
  return { jwks, keyFor: (...permissions) => signed(privateKey, permissions) };
}

function signed(key: KeyObject, permissions: readonly string[]): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  const text = [
    part({ alg: 'ES256', kid: 'test', typ: 'JWT' }),
    part({ sub: 'test', permissions, iat: now, exp: now + 7_200 }),
  ].join('.');
  const signature = createSign('SHA256').update(text).sign({ key, dsaEncoding: 'ieee-p1363' });
  return `${text}.${signature.toString('base64url')}`;
}
