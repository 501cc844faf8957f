import { describe, expect, test } from '@jest/globals';
import { cliAgainstStub } from '../test/support/cli-against-stub.ts';

const { against, seen } = cliAgainstStub();
const answer = {
  title: 'shop 1.4.0',
  environment: 'production',
  at: '2026-11-26T09:00:00.000Z',
  points: 26,
  band: 'moderate',
  verdict: { kind: 'allowed', because: 'Risk is 26 points, moderate.' },
  factors: [
    {
      name: 'size',
      points: 4,
      cap: 12,
      state: 'measured',
      sentence: '12 files changed.',
      evidence: ['hot spot: a.ts'],
    },
    {
      name: 'age',
      points: 0,
      cap: 8,
      state: 'measured',
      sentence: 'Last deployed here 1 day ago.',
      evidence: [],
    },
    { name: 'migration', points: 18, cap: 18, state: 'measured', sentence: '1 migration.', evidence: [] },
    {
      name: 'known bugs',
      points: 5,
      cap: 10,
      state: 'unknown',
      sentence: 'Unknown: GitHub is down.',
      evidence: [],
    },
  ],
  blockers: [],
  duties: [{ duty: 'comment', sentence: 'Whoever approves says why in a comment.' }],
  isGate: true,
  feedback: [{ band: 'moderate', n: 40, failed: 3, share: 0.075, low: 0.0258, high: 0.1986 }],
};
const answers = (over = {}) => ({ 'POST /v1/risk': { body: { ...answer, ...over } } });

describe('gantry risk', () => {
  test('says what adds to the risk, heaviest first, why, and what it asks for', async () => {
    const end = await against(answers(), [
      'risk',
      'shop',
      '1.4.0',
      '--to',
      'production',
      '--at',
      '2026-11-28T10:00:00Z',
    ]);
    expect(end.code).toBe(0);
    expect(end.out).toBe(
      [
        'shop 1.4.0 → production: 26 points, moderate',
        'migration\t18 of 18\t1 migration.',
        'known bugs\t5 of 10\tUnknown: GitHub is down.',
        'size\t4 of 12\t12 files changed.',
        'Asks for: Whoever approves says why in a comment.',
        '',
      ].join('\n'),
    );
    expect(end.err).toContain('size: hot spot: a.ts');
    expect(end.err).toContain(
      '3 of 40 deployments of the band moderate failed: 7.5 %, between 2.6 % and 19.9 %.',
    );
    expect(end.err).toContain('Nothing has changed.');
    expect(seen()[0]?.body).toEqual({
      service: 'shop',
      version: '1.4.0',
      environment: 'production',
      at: '2026-11-28T10:00:00.000Z',
    });
  });

  test.each([
    [
      'that the gate refuses',
      { verdict: { kind: 'denied', because: 'Too much.', remedy: 'Less.' } },
      1,
      'Denied: Too much. Less.',
    ],
    [
      'with a hard blocker',
      {
        verdict: { kind: 'denied', because: 'Nothing to go back to.', remedy: 'Push it.' },
        blockers: [{ id: 'x', because: 'Nothing to go back to.', remedy: 'Push it.' }],
      },
      1,
      'Blocked: Nothing to go back to. Push it.',
    ],
    [
      'where it is no gate',
      { isGate: false, verdict: { kind: 'denied', because: 'No.', remedy: 'No.' } },
      0,
      '26 points',
    ],
  ])('of a version %s', async (_, over, code, text) => {
    const end = await against(answers(over), ['risk', 'shop', '1.4.0']);
    expect(end.code).toBe(code);
    expect(end.out).toContain(text);
  });

  test('--json gives the answer as it came', async () => {
    const end = await against(answers(), ['risk', 'shop', '1.4.0', '--json']);
    expect(JSON.parse(end.out)).toEqual(answer);
  });
});
