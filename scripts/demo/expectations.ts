import type { ReleaseView } from '../../domain/release/release.ts';
import { deployByHand } from './processes.ts';
import { repeatedEffects, type DemoReport, type Expectation } from './report.ts';
import type { DemoStage } from './stage.ts';

type Facts = Omit<DemoReport, 'ok' | 'expectations'>;

/** Everything that must be true at the end, looked up in the record and in the world itself. */
export async function judge(
  stage: DemoStage,
  facts: Facts,
  [good, bad]: ReleaseView[],
): Promise<Expectation[]> {
  const { traffic, running, audit } = facts;
  const of = (version: string): { requests: number; errors: number } =>
    traffic.perVersion[version] ?? { requests: 0, errors: 0 };
  const probes = {
    staging: await deployByHand(stage, '--probe', 'staging'),
    production: await deployByHand(stage, '--probe', 'production'),
  };
  const repeated = await repeatedEffects(stage.ledgerFile);
  const production = bad?.stages.find((one) => one.environment === 'production');
  const applied = production?.rollout[0]?.steps.filter((step) => step.state !== 'pending').length ?? 0;
  return [
    expectation('1.4.0 succeeded', good?.state, 'succeeded'),
    expectation('both approvers were counted for 1.4.0', voters(good), 'ana, sam'),
    expectation('1.5.0 was rolled back', bad?.state, 'rolledBack'),
    expectation('what it left in production was put back', bad?.residue, 'restored'),
    expectation('analysis stopped it at the first step of production', applied, 1),
    expectation('the record says that staging runs 1.5.0', running['staging']?.['shop'], '1.5.0'),
    expectation('the record says that production runs 1.4.0', running['production']?.['shop'], '1.4.0'),
    expectation('the router of staging really serves 1.5.0', probes.staging, '1.5.0'),
    expectation('the router of production really serves 1.4.0', probes.production, '1.4.0'),
    expectation(
      'customers met 1.4.0 and no error of it',
      of('1.4.0').requests > 0 && of('1.4.0').errors === 0,
      true,
    ),
    expectation('customers met errors of 1.5.0', of('1.5.0').errors > 0, true),
    expectation('every error came from 1.5.0', traffic.errors, of('1.5.0').errors),
    expectation('nothing was done twice', repeated.join('; '), ''),
    expectation('the audit log is unbroken', audit.valid && audit.entries > 0, true),
  ];
}

const voters = (view: ReleaseView | undefined): string =>
  (view?.stages ?? [])
    .flatMap((stage) => stage.approval?.votes ?? [])
    .filter((vote) => vote.choice === 'approve')
    .map((vote) => vote.person)
    .sort()
    .join(', ');

/** What must be so, and what was found. */
export function expectation(what: string, found: unknown, wanted: unknown): Expectation {
  return { what, held: found === wanted, found: String(found) };
}
