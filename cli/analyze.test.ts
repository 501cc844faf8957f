import { expect, test } from '@jest/globals';
import type { AnalysisReport } from '../domain/analysis/report.ts';
import { cliAgainstStub } from '../test/support/cli-against-stub.ts';
import { aRelease } from '../test/support/release-view.ts';

const { against, seen } = cliAgainstStub();
const measured = (value: unknown) => ({
  number: 1,
  at: '2026-11-26T09:01:00.000Z',
  value: value as number,
  verdict: 'failed',
  because: '0.5: value > 0.02',
});
const analysis = (over: Partial<AnalysisReport> = {}): AnalysisReport => ({
  environment: 'production',
  service: 'shop',
  place: 'step 1',
  number: 1,
  phase: 'failed',
  because: 'errors: 1 failed, which reaches the limit of 1',
  isOver: true,
  metrics: [
    {
      id: 'errors',
      phase: 'failed',
      because: '1 failed, which reaches the limit of 1',
      dryRun: false,
      failWhen: 'value > 0.02',
      limits: [0.02],
      n: 3,
      verdicts: { failed: 3 },
      baseline: { version: '1.3.9', n: 60, median: 0.004_21, low: 0, high: 0.01 },
      measurements: [measured(0.512_345)],
    },
  ],
  ...over,
});
const answers = (analyses: AnalysisReport[]) => ({
  'GET /v1/releases/shop%401.4.0': { body: aRelease() },
  'GET /v1/releases/rel_1/analysis': { body: { at: '2026-11-26T09:05:00.000Z', analyses } },
});

test('every metric is told with its value, limit, number and reason; a newest one that failed is exit code 1', async () => {
  const end = await against(answers([analysis()]), ['analyze', 'shop@1.4.0']);
  expect(end.code).toBe(1);
  expect(end.out).toContain(
    'shop in production, step 1: failed. errors: 1 failed, which reaches the limit of 1',
  );
  expect(end.out).toMatch(/errors\s+failed\s+0\.5123\s+value > 0\.02\s+0\.00421 \(1\.3\.9\)\s+3\s+1 failed/);
});

test('a time is sent as an instant, and what passed then is exit code 0', async () => {
  const passed = analysis({ phase: 'passed', number: 2 });
  const end = await against(answers([analysis(), passed]), [
    ...['analyze', 'shop@1.4.0', '--at', '2026-11-26T10:05', '--zone', 'Europe/Berlin'],
  ]);
  expect(end.code).toBe(0);
  expect(end.out).toContain('step 1 (2.): passed');
  expect(seen().at(-1)).toMatchObject({ query: { at: '2026-11-26T09:05:00.000Z' } });
});

test('with --json it is the answer of the API', async () => {
  const end = await against(answers([analysis()]), ['analyze', 'shop@1.4.0', '--json']);
  expect(end.code).toBe(1);
  expect(JSON.parse(end.out)).toMatchObject({ analyses: [{ place: 'step 1' }] });
});

test('what is no number is not taken for one, and nothing measured is said', async () => {
  const [metric] = analysis().metrics;
  const at = (value: unknown) => analysis({ metrics: [{ ...metric!, measurements: [measured(value)] }] });
  expect((await against(answers([at('+Inf')]), ['analyze', 'shop@1.4.0'])).out).toMatch(/failed\s+\+Inf/);
  expect((await against(answers([at(null)]), ['analyze', 'shop@1.4.0'])).out).toMatch(/failed\s+no data/);
  const nothing = await against(answers([]), ['analyze', 'shop@1.4.0']);
  expect(nothing).toMatchObject({ code: 0, err: expect.stringContaining('Nothing had been measured') });
});

test('where its source could not be asked, why stands beside it, also of an analysis that does not say so itself', async () => {
  const [metric] = analysis().metrics;
  const down = {
    ...measured(null),
    verdict: 'error',
    because: 'the source answers with 500; look into its log',
  };
  const told = async (because: string) => {
    const metrics = [{ ...metric!, phase: 'inconclusive' as const, because, measurements: [down] }];
    return (await against(answers([analysis({ because: 'errors: …', metrics })]), ['analyze', 'shop@1.4.0']))
      .out;
  };
  const whole = 'nothing was measured; the last: the source answers with 500; look into its log';
  for (const out of [await told('nothing was measured'), await told(whole)])
    expect(out).toMatch(new RegExp(`inconclusive\\s+error\\s.*${whole}\\s*$`, 'm'));
});
