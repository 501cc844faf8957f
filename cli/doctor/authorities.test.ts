import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { aPolicy } from '../../test/support/a-policy.ts';
import { PolicySchema } from '../../domain/policy/policy.schema.ts';
import { authorityFiles, judgeAuthorities } from './authorities.ts';

/** CN=Acme test CA, from 2026-11-27 to 2028-01-01. */
const pem = `-----BEGIN CERTIFICATE-----
MIIBhDCCASmgAwIBAgIUAq4F9aR6BHG65n3BYu37NGZ2Ur4wCgYIKoZIzj0EAwIw
FzEVMBMGA1UEAwwMQWNtZSB0ZXN0IENBMB4XDTI2MTEyNzExMTMzOVoXDTI4MDEw
MTExMTMzOVowFzEVMBMGA1UEAwwMQWNtZSB0ZXN0IENBMFkwEwYHKoZIzj0CAQYI
KoZIzj0DAQcDQgAEqCfqI8D1V10sB7zjuQGazZ2oeRvtHRBW8W/PMFj/tD1gdJSj
YyZtK43ULhRbupqYKC1oHQeVsxYw2X41tqH1i6NTMFEwHQYDVR0OBBYEFEbXN1xn
cXwov1Uer88C1GC1mB/4MB8GA1UdIwQYMBaAFEbXN1xncXwov1Uer88C1GC1mB/4
MA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSQAwRgIhAPuwaALLu4XEWYSt
1y/gcQigmOHyUd7oVhIVXoFHxJteAiEAxcRoBqrt1OO8Qeg6w08Dd9iQPOxJ103E
8urKRFhjVAA=
-----END CERTIFICATE-----`;
const folder = mkdtempSync(join(tmpdir(), 'gantry-authorities-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const good = file('good.pem', pem);
const ends = Date.parse('2028-01-01T11:13:39Z');
const daysBefore = (days: number): Date => new Date(ends - days * 86_400_000);

test('nothing is looked at where nothing is named', async () => {
  await expect(judgeAuthorities([], new Date())).resolves.toContain('No metric source');
});

test('what can be trusted is told, and what ends soon', async () => {
  await expect(judgeAuthorities([good], daysBefore(30))).resolves.toBe(
    '1 file of metric sources can be trusted.',
  );
  await expect(judgeAuthorities([good], daysBefore(20))).resolves.toBe(
    `1 file of metric sources can be trusted, but ${good} ends in 20 days: add its successor to the file now.`,
  );
});

test.each([
  ['is not there', () => join(folder, 'gone.pem'), 30, 'cannot be read'],
  ['holds no certificate', () => file('none.pem', 'hello'), 30, 'holds no certificate in PEM'],
  ['is damaged', () => file('bad.pem', pem.replace(/\n.{20}/, '\n')), 30, 'one of them is damaged'],
  ['has ended', () => good, -1, 'ended'],
  ['has not begun', () => good, 10_000, 'begins'],
])('a file that %s is a problem with a remedy', async (_, path, days, words) => {
  await expect(judgeAuthorities([good, path()], daysBefore(days))).rejects.toMatchObject({
    code: 'AUTHORITIES_UNUSABLE',
    message: expect.stringContaining(words),
  });
});

test('every file that the policy names is looked at, once', () => {
  const policy = aPolicy();
  const metric = (id: string, ca?: string) => ({
    ...{ id, kind: 'json', url: 'https://m.test/', pointer: '/rate', failWhen: 'value > 1' },
    ...(ca === undefined ? {} : { ca }),
  });
  Object.assign(policy.pipelines['web']?.[0] ?? {}, {
    analysis: [metric('a', '/etc/a.pem'), metric('b'), metric('c', '/etc/a.pem')],
  });
  expect(authorityFiles(PolicySchema.parse(policy))).toEqual(['/etc/a.pem']);
});
