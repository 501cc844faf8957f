import { describe, expect, test } from '@jest/globals';
import { cliAgainstStub } from '../../test/support/cli-against-stub.ts';
import { aRelease } from '../../test/support/release-view.ts';

const { against, seen } = cliAgainstStub();
const answers = {
  'GET /v1/releases/rel_1': { body: aRelease({ state: 'deploying' }) },
  'POST /v1/releases/rel_1/close': { body: aRelease({ state: 'aborted', headline: 'It was closed.' }) },
};
const close = ['release', 'close', 'rel_1'];
const reason = ['--reason', 'Temporal was restored from Monday'];

describe('release close', () => {
  test('is sent with its reason and the revision that was looked at', async () => {
    const end = await against(answers, [...close, ...reason, '--yes']);
    expect(end).toMatchObject({ code: 0, out: 'shop 1.4.0: It was closed.\n' });
    expect(seen().at(-1)).toMatchObject({
      ...{ body: { reason: 'Temporal was restored from Monday' }, headers: { 'if-match': '"4"' } },
    });
  });

  test('asks before, and says that nothing is undone', async () => {
    const end = await against(answers, [...close, ...reason], { terminal: true });
    expect(end.err).toContain('nothing is undone: look at the environment yourself');
    expect(end.err).toContain('Close shop 1.4.0 in the record? [y/N]');
    expect(seen().every(({ method }) => method === 'GET')).toBe(true);
  });

  test('does nothing without a reason', async () => {
    const end = await against(answers, [...close, '--yes']);
    expect([end.code, end.err]).toEqual([2, expect.stringContaining('--reason')]);
    expect(seen()).toEqual([]);
  });
});
