import { expect, test } from '@jest/globals';
import { createLogger } from './logger.ts';

const liveToken = `v1.k1.${'canary'.repeat(12)}.${'x'.repeat(43)}`;

const logged = (write: (log: ReturnType<typeof createLogger>) => void): string => {
  const lines: string[] = [];
  write(
    createLogger({
      level: 'debug',
      part: 'api',
      destination: { write: (line: string) => void lines.push(line) },
    }),
  );
  return lines.join('');
};

test('a line is one JSON object with level, time and part', () => {
  const line = JSON.parse(logged((log) => log.info({ releaseId: 'rel_1' }, 'release started'))) as Record<
    string,
    unknown
  >;
  expect(line).toMatchObject({ level: 'info', part: 'api', releaseId: 'rel_1', msg: 'release started' });
  expect(String(line['time'])).toMatch(/^\d{4}-\d\d-\d\dT/);
});

test.each([
  ['a header', { headers: { authorization: 'Bearer canary' } }],
  ['a cookie', { request: { headers: { cookie: 'session=canary' } } }],
  ['a token', { token: 'canary' }],
  ['an approval address', { path: '/a/canary.abc-def' }],
  ['a sign-in address', { url: 'http://localhost:8640/sign-in/canary' }],
  ['a withdraw address', { path: '/w/canary.abc-def' }],
  ['an approval address in capitals', { path: '/A/canary.abc-def' }],
  ['an approval address with doubled slashes', { path: '//a//canary.abc-def' }],
  ['a token without its address', { detail: `no route for ${liveToken}` }],
  ['a token in an encoded address', { next: `%2Fa%2F${liveToken}` }],
  ['a database password', { because: 'cannot reach postgres://gantry:canary@db:5432/x' }],
])('%s never reaches a line', (_name, fields) => {
  expect(logged((log) => log.warn(fields, 'seen'))).not.toContain('canary');
});

test('an approval address inside an error is hidden, the rest of the line stays', () => {
  const line = logged((log) => log.error({ err: new Error('POST /a/canary failed') }, 'lost'));
  expect(line).toContain('POST /a/[hidden] failed');
});

test('an error is written with its message and its cause', () => {
  const error = new Error('the vote was refused', { cause: new Error('the gate is shut') });
  const line = logged((log) => log.warn({ error }, 'not delivered'));
  expect(line).toContain('the vote was refused: the gate is shut');
});
