import { describe, expect, test } from '@jest/globals';
import type { StageView } from '../../domain/release/release.ts';
import { cliAgainstStub } from '../../test/support/cli-against-stub.ts';
import { aRelease } from '../../test/support/release-view.ts';

const { against, seen } = cliAgainstStub();

const stage: StageView = {
  environment: 'production',
  state: 'deploying',
  checks: [],
  verdicts: [],
  rollout: [
    {
      service: 'shop',
      version: '1.4.0',
      mode: 'deploy',
      steps: [
        { weight: 10, state: 'holding', until: 'manual' },
        { weight: 100, state: 'pending' },
      ],
      exposure: 10,
      metrics: [],
    },
  ],
  soak: [],
};
const answers = {
  'GET /v1/releases/rel_1': { body: aRelease({ state: 'deploying', stages: [stage] }) },
  'POST /v1/releases/rel_1/advance': { body: aRelease({ headline: 'shop goes on.' }) },
};
const advance = ['release', 'advance', 'rel_1'];

describe('release advance', () => {
  test('is sent with its reason and the revision that was looked at', async () => {
    const end = await against(answers, [...advance, '--reason', 'looks good', '--yes']);
    expect(end).toMatchObject({ code: 0, out: 'shop 1.4.0: shop goes on.\n' });
    expect(seen().at(-1)).toMatchObject({ body: { reason: 'looks good' }, headers: { 'if-match': '"4"' } });
  });

  test('of a pause that was skipped already is told by whom, and ends with 0', async () => {
    const note = 'It goes on already: Ana skipped its pause. Nothing has changed.';
    const post = { body: { ...aRelease({ headline: 'shop goes on.' }), note, changed: false } };
    const end = await against({ ...answers, 'POST /v1/releases/rel_1/advance': post }, [
      ...advance,
      ...['--reason', 'looks good', '--yes'],
    ]);
    expect(end).toMatchObject({ code: 0, out: 'shop 1.4.0: shop goes on.\n' });
    expect(end.err).toContain(note);
  });

  test('goes to 100, and to nothing else', async () => {
    const flags = ['--service', 'shop', '--reason', 'it mends checkout', '--yes'];
    await against(answers, [...advance, '--to', '100', ...flags]);
    expect(seen().at(-1)?.body).toEqual({ to: 100, service: 'shop', reason: 'it mends checkout' });
    const refused = await against(answers, [...advance, '--to', '50', ...flags]);
    expect(refused.code).toBe(2);
    expect(refused.err).toContain('It goes on to its next step, or to 100.');
  });

  test('without a reason is refused before anything is sent', async () => {
    const end = await against(answers, [...advance, '--yes']);
    expect(end.code).toBe(2);
    expect(end.err).toContain('--reason');
    expect(seen()).toEqual([]);
  });

  test('at a terminal shows where everything stands, and asks', async () => {
    const end = await against(answers, [...advance, '--reason', 'looks good'], { terminal: true });
    expect(end.err).toContain('shop 1.4.0 in production: at 10 %, until a person goes on.');
    expect(end.err).toContain('Let shop 1.4.0 take its next step now? [y/N]');
    expect(seen().every(({ method }) => method === 'GET')).toBe(true);
  });
});
