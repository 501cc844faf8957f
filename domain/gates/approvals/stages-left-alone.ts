import type { Policy } from '../../policy/policy.schema.ts';
import { effectiveStage } from '../../policy/plan-stage.ts';
import type { StagePlan } from '../../release/plan.ts';
import { electorateOf, isBackupOf, isNamedBy } from './electorate.ts';
import { unreachable } from './quorum.ts';
import { standInsFor, type Absence } from './stand-ins.ts';

/** A stage whose approval nobody could give if it were asked for at `at` (RFC 3339), because of who is away then. */
export interface StageLeftAlone {
  pipeline: string;
  environment: string;
  at: string;
  because: string;
}

type Asking = Pick<StagePlan, 'rules' | 'candidates' | 'excluded' | 'approval'>;

/**
 * The stages that absences leave without anybody: now, or at the beginning of one that is still to come, whichever is first. A stage that
 * could not be approved with everybody there is another matter (`gantry check`), and so is whom the authors of a version bar.
 */
export function stagesLeftAlone(policy: Policy, absences: readonly Absence[], now: string): StageLeftAlone[] {
  return Object.entries(policy.pipelines).flatMap(([pipeline, stages]) =>
    stages.flatMap((written) => {
      const stage: Asking = { ...effectiveStage(policy, written), excluded: [] };
      if (stage.rules.length === 0 || shortAt(stage, [], now) !== undefined) return [];
      const moments = [now, ...beginnings(stage, absences, now)];
      for (const at of moments) {
        const because = shortAt(stage, absences, at);
        if (because !== undefined) return [{ pipeline, environment: written.environment, at, because }];
      }
      return [];
    }),
  );
}

/** Who would be missing from a request that opens at `at`; undefined where nobody is. */
function shortAt(stage: Asking, absences: readonly Absence[], at: string): string | undefined {
  const deadline = new Date(Date.parse(at) + stage.approval.expiresMs).toISOString();
  return unreachable({
    ...electorateOf(stage),
    standIns: standInsFor(stage, absences, { openedAt: at, deadline }),
  });
}

/** When absences begin of people whom the stage may ask, earliest first. */
function beginnings({ rules, candidates }: Asking, absences: readonly Absence[], now: string): string[] {
  const asked = new Set(
    candidates
      .filter((one) => rules.some((rule) => isNamedBy(rule, one) || isBackupOf(rule, one)))
      .map(({ id }) => id),
  );
  const ahead = absences.filter(
    ({ person, from }) => asked.has(person) && Date.parse(from) > Date.parse(now),
  );
  return [...new Set(ahead.map(({ from }) => from))].sort((a, b) => Date.parse(a) - Date.parse(b));
}
