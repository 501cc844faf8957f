import { expect, test } from '@jest/globals';
import { aPolicy } from '../../../test/support/a-policy.ts';
import { validatePolicy } from '../validate.ts';

const source = {
  id: 'errors',
  kind: 'json',
  url: 'https://shop.acme.test/metrics',
  pointer: '/rate',
  failWhen: 'value > 0.02',
};

function mistakes(changes: Record<string, unknown>): string[] {
  const policy = aPolicy();
  const [staging, production] = policy.pipelines['web'] ?? [];
  return validatePolicy({
    ...policy,
    pipelines: { web: [staging, { ...production, analysis: [{ ...source, ...changes }] }] },
  }).problems.map(({ path, detail, remedy }) => `${path.slice(3).join('.')}: ${detail} ${remedy}`);
}

test.each([
  { auth: { bearer: 'secret://METRICS_TOKEN' } },
  { auth: { basic: { user: 'gantry', password: 'secret://METRICS_PASSWORD' } } },
  { ca: '/etc/ssl/acme-ca.pem', auth: { bearer: 'secret://METRICS_TOKEN' } },
])('a source may be asked with %j', (changes) => {
  expect(mistakes(changes)).toEqual([]);
});

test.each<[string, Record<string, unknown>, string]>([
  [
    'a password that stands in the file',
    { auth: { basic: { user: 'a', password: 'hunter2' } } },
    'What stands here is no reference to a secret',
  ],
  ['a token that stands in the file', { auth: { bearer: 'hunter2hunter2' } }, 'is no reference to a secret'],
  ['a user with a colon', { auth: { basic: { user: 'a:b', password: 'secret://P' } } }, 'colon'],
  ['no way to show who asks', { auth: {} }, 'in no way'],
  [
    'two ways to show who asks',
    { auth: { bearer: 'secret://T', basic: { user: 'a', password: 'secret://P' } } },
    'in two ways at once',
  ],
  [
    'a header beside it that says the same',
    { auth: { bearer: 'secret://T' }, headers: { authorization: 'Bearer secret://U' } },
    'only one of them could be sent',
  ],
  ['certificates of a relative file', { ca: 'ca.pem' }, 'is no whole path'],
  ['certificates for an address without any', { ca: '/ca.pem', url: 'http://shop.test/' }, 'without any'],
])('%s is refused', (_, changes, sentence) => {
  expect(mistakes(changes).join('\n')).toContain(sentence);
  expect(mistakes(changes).join('\n')).not.toContain('hunter2');
});
