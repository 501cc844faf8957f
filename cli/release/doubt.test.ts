import { describe, expect, test } from '@jest/globals';
import { cliAgainstStub } from '../../test/support/cli-against-stub.ts';
import { aRelease } from '../../test/support/release-view.ts';

const { against, seen } = cliAgainstStub();
const answers = {
  'GET /v1/releases/shop%401.4.0': { body: aRelease() },
  'POST /v1/releases/rel_1/extend': { body: aRelease({ headline: 'It is measured again.' }) },
  'POST /v1/releases/rel_1/continue': { body: aRelease({ headline: 'It goes on.' }) },
};

describe('an analysis in doubt', () => {
  test('is extended by a duration, with a reason', async () => {
    const words = [
      'release',
      'extend',
      'shop@1.4.0',
      '--by',
      '1h30m',
      '--service',
      'shop',
      '--reason',
      'night',
    ];
    const end = await against(answers, words);
    expect(end).toMatchObject({ code: 0, out: expect.stringContaining('It is measured again.') });
    expect(seen().at(-1)).toMatchObject({ body: { by: 'PT5400S', service: 'shop', reason: 'night' } });
  });

  test('is passed over as it was seen, so that nobody is faster unnoticed', async () => {
    const end = await against(answers, ['release', 'continue', 'shop@1.4.0', '--reason', 'logs are clean']);
    expect(end.code).toBe(0);
    expect(seen().at(-1)).toMatchObject({
      body: { reason: 'logs are clean' },
      headers: { 'if-match': expect.stringMatching(/^"\d+"$/) },
    });
  });

  test.each([
    ['continued without a reason', ['continue', 'shop@1.4.0']],
    ['extended without a reason', ['extend', 'shop@1.4.0', '--by', '30m']],
    ['extended by no duration', ['extend', 'shop@1.4.0', '--by', 'soon', '--reason', 'x']],
  ])('is not %s', async (_, words) => {
    const end = await against(answers, ['release', ...words]);
    expect(end.code).toBe(2);
    expect(seen().filter(({ method }) => method === 'POST')).toEqual([]);
  });
});
