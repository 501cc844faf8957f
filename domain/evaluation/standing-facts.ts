import { isWaived } from '../gates/checks/evaluate.ts';
import type { Quarantine } from '../gates/quarantine/evaluate.ts';
import { addSample, evaluateSampling, nextSampleAt, type SamplingFacts } from '../gates/sampling/evaluate.ts';
import type { GateSettings } from '../gates/settings.ts';
import { evaluateStanding, type StandingFacts, type StandingRows } from '../gates/standing.ts';
import type { StagePlan } from '../release/plan.ts';
import type { CheckView } from '../release/release.ts';
import type { GateRow } from '../verdict.ts';
import type { Facts } from './facts.schema.ts';
import { soakFactsOf, verifiedSetsOf, waysBackOf } from './way-facts.ts';

/** Rows of the gates on the way here and the way back. One whose facts are left out says which it needs. */
export function standingRowsOf(plan: StagePlan, facts: Facts, beside: Beside): StandingRows {
  const settings: GateSettings = plan.gates ?? {};
  const { sampling, ...known } = knownOf(plan, facts, beside);
  const { first, afterChecks } = evaluateStanding(
    {
      settings,
      components: plan.components,
      quarantines: beside.quarantines,
      facts: { at: facts.now, ...known },
      ...(sampling ? { sampling } : {}),
    },
    facts.now,
  );
  const missing: Partial<Record<string, string>> = {
    ...(settings.promotion && !known.verified
      ? { promotion: 'what was verified upstream: give `deployments`' }
      : {}),
    ...(settings.soak && !known.soak
      ? { soak: `how long it stood in ${settings.soak.from}: give \`deployments\`` }
      : {}),
    ...(settings.sampling && !sampling ? { samples: 'what the sampled checks said: give `samples`' } : {}),
  };
  const told = (row: GateRow): GateRow => {
    const what = missing[row.gate];
    return what === undefined ? row : { gate: row.gate, kind: 'waiting', because: `Cannot tell ${what}.` };
  };
  return { first: first.map(told), afterChecks: afterChecks.map(told) };
}

/** What was worked out before. */
interface Beside {
  quarantines: readonly Quarantine[];
  checks: readonly CheckView[];
}

/** What the facts tell of that which the settings of the stage ask for. */
function knownOf(
  plan: StagePlan,
  facts: Facts,
  { quarantines, checks }: Beside,
): Pick<StandingFacts, 'verified' | 'soak' | 'ways'> & { sampling?: SamplingFacts } {
  const { promotion, soak, sampling, rollback }: GateSettings = plan.gates ?? {};
  const verified = promotion && verifiedSetsOf(facts);
  const stood = soak && soakFactsOf(plan, soak.from, facts);
  const ways = rollback && waysBackOf(plan, facts, quarantines);
  const samples = sampling && samplesOf(sampling, facts, checks);
  return {
    ...(verified ? { verified } : {}),
    ...(stood ? { soak: stood } : {}),
    ...(ways ? { ways } : {}),
    ...(samples ? { sampling: samples } : {}),
  };
}

/** What is known of the samples at `now`; nothing is asked any more once the gate has opened. */
function samplesOf(
  settings: NonNullable<GateSettings['sampling']>,
  { samples, now }: Facts,
  checks: readonly CheckView[],
): SamplingFacts | undefined {
  if (!samples) return undefined;
  const sampled = checks.filter(({ how }) => how === 'sampled');
  let known: SamplingFacts = { openedAt: samples.openedAt, taken: 0 };
  for (const said of samples.taken) {
    const due = nextSampleAt(settings, known);
    if (due === undefined || due > Date.parse(now)) break;
    const at = new Date(due).toISOString();
    const bad = sampled.find((check) => {
      const outcome = said[check.id] ?? 'error';
      return check.required && outcome !== 'passed' && !isWaived({ ...check, outcome }, at);
    });
    const outcome = bad && (said[bad.id] ?? 'could not tell');
    known = addSample(known, {
      at,
      isGood: bad === undefined,
      ...(bad ? { because: `${bad.id} of ${bad.service} ${outcome ?? ''}` } : {}),
    });
    if (evaluateSampling(settings, known, at).phase === 'open') break;
  }
  return known;
}
