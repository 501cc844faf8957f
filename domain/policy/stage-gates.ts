import type { GateSettings } from '../gates/settings.ts';
import { durationMs } from './duration.ts';
import type { SampleSettings } from './gates.schema.ts';
import type { Policy, Stage } from './policy.schema.ts';

/** What the policy asks of a stage beyond checks, approvals and calendar; undefined where it asks for nothing. */
export function stageGates(policy: Policy, stage: Stage): GateSettings | undefined {
  const { promotion, soak, waive } = stage.gates ?? {};
  const before = stageBefore(policy, stage);
  const [sample] = stage.checks.flatMap((check) =>
    check.kind !== 'rehearsal' && check.sample ? [check.sample] : [],
  );
  const rollback = rollbackSettings(policy, stage);
  const settings: GateSettings = {
    ...(promotion ? { promotion: { from: promotion.from ?? before, which: promotion.which ?? 'any' } } : {}),
    ...(soak
      ? {
          soak: {
            from: soak.from ?? before[0] ?? '',
            atLeastMs: durationMs(soak.atLeast),
            ...(soak.maxAge === undefined ? {} : { maxAgeMs: durationMs(soak.maxAge) }),
          },
        }
      : {}),
    ...(sample ? { sampling: samplingOf(sample) } : {}),
    ...(rollback ? { rollback } : {}),
    ...(waive ? { waiverRole: waive.role } : {}),
  };
  return Object.keys(settings).length > 0 ? settings : undefined;
}

export const samplingOf = ({ delay, interval, minSuccess, timeout }: SampleSettings) => ({
  delayMs: durationMs(delay ?? '0s'),
  intervalMs: durationMs(interval),
  minSuccessMs: durationMs(minSuccess ?? '0s'),
  timeoutMs: durationMs(timeout),
});

function rollbackSettings(policy: Policy, stage: Stage): GateSettings['rollback'] {
  const environment = policy.environments.find(({ id }) => id === stage.environment);
  const asked = stage.gates?.rollback ?? environment?.rollback;
  const rehearsed = stage.gates?.rehearsed;
  if (asked === undefined && rehearsed === undefined) return undefined;
  return {
    isRequired: asked === 'required',
    ...(rehearsed === undefined ? {} : { rehearsedWithinMs: durationMs(rehearsed) }),
  };
}

/** The environment before this stage in its pipeline; none before the first. */
function stageBefore(policy: Policy, stage: Stage): string[] {
  const stages = Object.values(policy.pipelines).find((candidates) => candidates.includes(stage)) ?? [];
  const before = stages[stages.indexOf(stage) - 1];
  return before ? [before.environment] : [];
}
