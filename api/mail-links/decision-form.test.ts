import { describe, expect, test } from '@jest/globals';
import { render } from '../../platform/html.ts';
import { decisionFields } from '../pages/parts/decision-fields.ts';
import { decisionInput, readDecision, versionToTypeOf, type DecisionInput } from './decision-form.ts';

const input = (over: Partial<DecisionInput> = {}): DecisionInput => ({
  decision: 'approve',
  comment: '',
  digest: 'd',
  version: '1.4.0',
  conditions: '',
  meaning: '',
  code: '',
  delay: '',
  until: '',
  ...over,
});
const versionToType = { service: 'shop', version: '1.4.0', isOneOfSeveral: false };
const production = { versionToType };

describe('a decision form', () => {
  test.each([
    [input(), production, { choice: 'approve' }],
    [
      input({ conditions: 'ana@production: write the runbook\n\nweb@production: tell support' }),
      production,
      {
        choice: 'approve',
        conditions: [
          { owner: 'ana', before: 'production', title: 'write the runbook' },
          { owner: 'web', before: 'production', title: 'tell support' },
        ],
      },
    ],
    [input({ comment: 'looks good' }), production, { choice: 'approve', comment: 'looks good' }],
    [
      input({ decision: 'reject', comment: 'errors in staging' }),
      production,
      { choice: 'reject', comment: 'errors in staging' },
    ],
    [input({ version: '' }), { versionToType: undefined }, { choice: 'approve' }],
    ...['1.4.0', 'v1.4.0', 'V1.4.0', 'shop 1.4.0', 'shop@v1.4.0'].map(
      (version) =>
        [
          input({ decision: 'reject', comment: 'errors in staging', version }),
          { ...production, isByLinkAlone: true },
          { choice: 'reject', comment: 'errors in staging' },
        ] as const,
    ),
    [
      input({ decision: 'reject', comment: 'errors in staging', version: '' }),
      production,
      { choice: 'reject', comment: 'errors in staging' },
    ],
  ])('%j is read', (given, rules, read) => {
    expect(readDecision(given, rules)).toEqual(read);
  });

  test.each([
    [{ meaning: true }, { meaning: 'responsible' }, { choice: 'approve', meaning: 'responsible' }],
    [{ code: true }, { code: '012345' }, { choice: 'approve' }],
    [{}, { meaning: 'approved', code: '1' }, { choice: 'approve' }],
  ])('that must hold %j is read with %j', (rules, given, read) => {
    expect(readDecision(input(given), { ...production, ...rules })).toEqual(read);
  });

  test.each([
    [{ meaning: true }, { meaning: '' }, 'meaning'],
    [{ meaning: true }, { meaning: 'whatever' }, 'meaning'],
    [{ code: true }, { code: '' }, 'code'],
    [{ code: true }, { code: '12345' }, 'code'],
    [{ code: true }, { code: '1234567' }, 'code'],
    [{ code: true }, { code: '१२३४५६' }, 'code'],
  ])('that must hold %j is refused with %j', (rules, given, field) => {
    const read = readDecision(input(given), { ...production, ...rules });
    expect(Object.keys('errors' in read ? read.errors : {})).toEqual([field]);
  });

  test('a condition with a due time is sent to where one can be given', () => {
    const line = 'ana@production, 2027-01-04T08:00Z: write the runbook';
    const read = readDecision(input({ conditions: line }), production);
    expect('errors' in read && read.errors.conditions).toBe(
      `“${line}” says by when, which no page takes: leave “, 2027-01-04T08:00Z” out, and write the day into what is to be done.`,
    );
  });

  test.each([
    ['reject', '', 'a person decides and no mail program'],
    ['reject', 'test', 'not the version'],
    ['reject', '11.4.0', 'not the version'],
    ['approve', '', 'a person approves it'],
    ['approve', 'v1.4.0', 'not the version'],
  ])('with nothing but the link, to %s with the version "%s", is refused', (decision, version, words) => {
    const given = input({ decision, comment: 'test', version });
    const read = readDecision(given, { ...production, isByLinkAlone: true });
    expect('errors' in read && read.errors).toEqual({ version: expect.stringContaining(words) });
  });

  test.each([
    ['approve', ''],
    ['approve', '2.0.0'],
    ['reject', '2.0.0'],
  ])('of several services, to %s with "%s" names the one whose version is wanted', (decision, version) => {
    const several = { versionToType: { ...versionToType, isOneOfSeveral: true } };
    const read = readDecision(input({ decision, comment: 'test', version }), several);
    expect('errors' in read && read.errors).toEqual({
      version: expect.stringContaining('the version of shop'),
    });
  });

  test.each([
    ['nothing chosen', input({ decision: '' }), ['decision']],
    ['another word', input({ decision: 'yes' }), ['decision']],
    ['a rejection without a reason', input({ decision: 'reject' }), ['comment']],
    [
      'a rejection with an invisible reason',
      input({ decision: 'reject', comment: '\u202e\u200e' }),
      ['comment'],
    ],
    ['a line that is no condition', input({ conditions: 'write the runbook' }), ['conditions']],
    [
      'a rejection under conditions',
      input({ decision: 'reject', comment: 'no', conditions: 'ana@production: do it' }),
      ['conditions'],
    ],
    ['no version', input({ version: '' }), ['version']],
    ['another version', input({ version: '1.4.1' }), ['version']],
    ['a comment that is too long', input({ comment: 'x'.repeat(2_001) }), ['comment']],
    [
      'all of it wrong, told at once',
      input({ decision: '', version: '1', comment: 'x'.repeat(2_001) }),
      ['comment', 'decision', 'version'],
    ],
  ])('with %s is refused beside the field', (_what, given, fields) => {
    const read = readDecision(given, production);
    expect('errors' in read && Object.keys(read.errors).sort()).toEqual(fields);
  });

  test.each([undefined, null, 'decision=approve', { decision: ['approve', 'reject'] }, []])(
    'body %j reads as empty',
    (body) => {
      expect(decisionInput(body)).toEqual({
        decision: '',
        comment: '',
        digest: '',
        version: '',
        conditions: '',
        meaning: '',
        code: '',
        delay: '',
        until: '',
      });
    },
  );
});

test.each([
  [true, 'of its several services, that of shop is enough'],
  [false, undefined],
])('the field says whose version is wanted where that is a question: %s', (isOneOfSeveral, words) => {
  const typed = { ...versionToType, isOneOfSeveral };
  const text = render(decisionFields({ digest: 'd', typed, again: undefined }));
  expect(text).toContain('Version of shop, typed by hand');
  if (words === undefined) expect(text).not.toContain('several services');
  else expect(text).toContain(words);
});

test('of several services the first that is deployed is the one; outside of production none is', () => {
  const components = [
    { service: 'cart', version: '2.0.0' },
    { service: 'shop', version: '1.4.0' },
  ] as never;
  expect(versionToTypeOf({ production: true, components })).toEqual({
    ...{ service: 'cart', version: '2.0.0', isOneOfSeveral: true },
  });
  expect(versionToTypeOf({ production: false, components })).toBeUndefined();
});
