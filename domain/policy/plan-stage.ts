import type { Candidate, GlassRule, StagePlan } from '../release/plan.ts';
import { durationMs } from './duration.ts';
import { riskRuleOf } from '../risk/rule.ts';
import type { Intent } from '../release/state.ts';
import type { Person, Policy, Stage } from './policy.schema.ts';
import { stageGates } from './stage-gates.ts';
import { deployerFor, isStepwise, planRollout } from '../rollout/plan.ts';
import { placeOfStage } from './stage-place.ts';

/** What policy alone says of a stage; the rest of a {@link StagePlan} depends on the release. */
export type EffectiveStage = Omit<StagePlan, 'excluded' | 'components' | 'subjectDigest'>;

const PRODUCTION_GRACE_MS = 5 * 60_000;
/** How long a doubt waits for people, and a source that is away for its return (semantics §6.4). */
const DOUBT_ANSWER_MS = 60 * 60_000;
const SOURCE_BACK_MS = 30 * 60_000;

/**
 * The stage with every default filled in, also those that hang on its environment. Durations in milliseconds.
 * @param urgent the release was ordered as urgent: the rules of `hotfix` hold where there are any
 * @param modes of its components there; left out: as if all were new there
 * @param goesBack it goes back to what ran there well before: nobody is asked unless `rollbackApprovals` says so (semantics §7), and
 *   it takes no pauses
 */
export function effectiveStage(
  policy: Policy,
  written: Stage,
  {
    urgent = false,
    goesBack = false,
    modes = [],
  }: { urgent?: boolean; goesBack?: boolean; modes?: readonly Intent[] } = {},
): EffectiveStage {
  const stage = urgent ? asHotfix(written) : written;
  const environment = policy.environments.find(({ id }) => id === stage.environment);
  // `validatePolicy` has refused this; a missing environment must never be taken for a lax one.
  if (!environment) throw new Error(`there is no environment "${stage.environment}" in this policy`);
  const { production, exclusive, queue } = environment;
  return {
    environment: environment.id,
    production,
    exclusive,
    ...(queue === 'newestWins' ? { queue } : {}),
    checks: stage.checks,
    rules: goesBack ? (written.rollbackApprovals ?? []) : stage.approvals,
    candidates: policy.people.map(candidateOf),
    approval: approvalOf(stage.approval, production),
    asking: { clock: stage.approval.clock ?? 'elapsed' },
    ...placeOfStage(environment, stage),
    engineSignals: stage.engineSignals ?? (production ? 'refuse' : 'allow'),
    ...deploymentOf(stage, modes, goesBack),
    analysis: stage.analysis,
    soakMs: durationMs(stage.observe.soak),
    autoRollback: stage.autoRollback,
    doubt: { answerMs: DOUBT_ANSWER_MS, sourceBackMs: SOURCE_BACK_MS },
    ...onlyWhereWritten(policy, stage),
  };
}

const candidateOf = ({ id, name, team, roles }: Person): Candidate => ({
  id,
  name,
  ...(team === undefined ? {} : { team }),
  roles,
});

const approvalOf = (
  { expires, grace, onExpiry, assurance, sameTeamAtMost, rejectQuorum }: Stage['approval'],
  production: boolean,
): StagePlan['approval'] => ({
  expiresMs: durationMs(expires),
  graceMs: grace === undefined ? (production ? PRODUCTION_GRACE_MS : 0) : durationMs(grace),
  onExpiry,
  assurance,
  ...(sameTeamAtMost === undefined ? {} : { sameTeamAtMost }),
  ...(rejectQuorum === undefined ? {} : { rejectQuorum }),
});

function deploymentOf(
  { deploy: written, parallel = 1 }: Stage,
  modes: readonly Intent[],
  goesBack: boolean,
): Pick<StagePlan, 'deploy' | 'rollout' | 'parallel' | 'deployTimeoutMs'> {
  const deploy = deployerFor(written, modes, goesBack);
  const rollout = planRollout(deploy);
  return {
    deploy,
    ...(isStepwise(rollout) ? { rollout } : {}),
    ...(parallel > 1 ? { parallel } : {}),
    deployTimeoutMs: durationMs(written.timeout),
  };
}

/** What a plan has only where the policy says something of it. */
function onlyWhereWritten(
  policy: Policy,
  stage: Stage,
): Pick<StagePlan, 'breakGlass' | 'gates' | 'risk' | 'watch' | 'quarantine'> {
  const { breakGlass, risk, observe, afterRollback } = stage;
  const gates = stageGates(policy, stage);
  return {
    ...(breakGlass ? { breakGlass: glassRule(breakGlass) } : {}),
    ...(gates ? { gates } : {}),
    ...(risk ? { risk: { rule: riskRuleOf(risk) } } : {}),
    ...(observe.watch === undefined ? {} : { watch: watchRule(observe, observe.watch) }),
    ...(afterRollback?.quarantine === 'automatic' ? { quarantine: 'automatic' } : {}),
  };
}

const glassRule = ({ roles, atLeast, reviewWithin }: NonNullable<Stage['breakGlass']>): GlassRule => ({
  roles,
  atLeast,
  reviewWithinMs: durationMs(reviewWithin),
});

/** How often a watch looks where nothing else is said. */
const watchIntervalMs = 30 * 60_000;

const watchRule = (
  { interval, onRegression, onlyWhen }: Stage['observe'],
  watch: string,
): NonNullable<StagePlan['watch']> => ({
  forMs: durationMs(watch),
  intervalMs: interval === undefined ? watchIntervalMs : durationMs(interval),
  onRegression: onRegression ?? 'propose',
  onlyWhen: onlyWhen ?? [],
});

/** The stage under its shorter rules: the same gates, with what `hotfix` says of them in the place of the rest. */
function asHotfix(stage: Stage): Stage {
  const { hotfix } = stage;
  if (!hotfix) return stage;
  return {
    ...stage,
    approvals: hotfix.approvals ?? stage.approvals,
    checks: stage.checks.filter(({ id }) => hotfix.checks?.includes(id) ?? true),
    approval: {
      ...stage.approval,
      ...(hotfix.expires === undefined ? {} : { expires: hotfix.expires }),
      ...(hotfix.grace === undefined ? {} : { grace: hotfix.grace }),
    },
  };
}
