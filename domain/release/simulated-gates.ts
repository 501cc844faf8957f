import { benchesOf, electorateOf } from '../gates/approvals/electorate.ts';
import { tally, unreachable } from '../gates/approvals/quorum.ts';
import { standInsFor, type Absence } from '../gates/approvals/stand-ins.ts';
import { evaluateQuarantine, quarantinedName, type Quarantine } from '../gates/quarantine/evaluate.ts';
import { evaluateRisk } from '../gates/risk/evaluate.ts';
import type { GateSettings } from '../gates/settings.ts';
import { instantText } from '../instant-text.ts';
import { listOf } from '../list-of.ts';
import { effectiveStage } from '../policy/plan-stage.ts';
import type { Policy, Service, Stage } from '../policy/policy.schema.ts';
import { migrationRulesOf } from '../policy/service-rules.ts';
import { nameAmong, type NameOf } from './names.ts';
import type { StagePlan } from './plan.ts';
import { rulesInWords } from './stage-words.ts';
import type { Intent } from './state.ts';
import { riskRuleOf } from '../risk/rule.ts';
import type { RiskSnapshot } from '../risk/snapshot.ts';
import { firstWeightOf } from '../rollout/plan.ts';
import type { Verdict } from '../verdict.ts';

/** What a gate would say; `unknown` where that hangs on what only a release brings. */
export type SimulatedRow = { gate: string } & (Verdict | { kind: 'unknown'; because: string });

/** What is known without a release. */
export interface SimulationFacts {
  policy: Policy;
  stage: Stage;
  component: { service: string; version: string };
  /** When people would be asked; RFC 3339. */
  at: string;
  isUrgent: boolean;
  /** What it would be there; and whether it goes back to what is known to have ended well there, which nobody need agree to once more. */
  mode: Intent;
  goesBack: boolean;
  /** Whom rules may bar already now: who asks, who edited the policy last, and who made their tokens. */
  excluded: StagePlan['excluded'];
  quarantines: readonly Quarantine[];
  absences: readonly Absence[];
  /** Whether the reader may know who is away; the verdict is the same. */
  tellsAbsences: boolean;
  /** Version that runs there now. */
  running?: string;
  /** Where risk is a gate: what it was found to be, or why it cannot be known now. */
  risk?: { snapshot: RiskSnapshot } | { because: string };
}

/**
 * The gates of a stage beside calendar and version, as far as they can be judged before there is a release, in the order in which a
 * release shows them. The same rules judge a release; what they would be told by it alone is `unknown`, never allowed.
 */
export function simulatedGates(facts: SimulationFacts): SimulatedRow[] {
  const { policy } = facts;
  const nameOf: NameOf = (person) => nameAmong(policy.people, person);
  const plan = effectiveOf(facts);
  const { promotion, soak, sampling } = plan.gates ?? {};
  const checks = plan.checks.map(({ id }) => id);
  return [
    quarantineRow(facts, nameOf),
    ...(promotion
      ? [unknown('promotion', 'Which set has been verified before is looked up for a release.')]
      : []),
    ...(soak ? [unknown('soak', 'How long it has stood before is counted for a release.')] : []),
    checks.length === 0
      ? { gate: 'checks', kind: 'allowed', because: 'No checks are asked for.' }
      : unknown('checks', `They run for a release: ${checks.join(', ')}.`),
    ...(sampling ? [unknown('samples', 'They are taken for a release.')] : []),
    wayBack(facts, plan.gates),
    ...riskRows(facts),
    ...peopleRows(facts, plan, nameOf),
  ];
}

const unknown = (gate: string, because: string): SimulatedRow => ({ gate, kind: 'unknown', because });

/** A version that nobody has banned by name may be another name for a banned build: which commit it is, is seen for a release. */
function quarantineRow({ component, quarantines }: SimulationFacts, nameOf: NameOf): SimulatedRow {
  const verdict = evaluateQuarantine([component], quarantines, nameOf);
  const other = quarantines.find(
    ({ service, builds }) => service === component.service && builds !== undefined,
  );
  if (verdict.kind !== 'allowed' || !other) return { gate: 'quarantine', ...verdict };
  return unknown(
    'quarantine',
    `Nobody has banned ${component.service} ${component.version} by name. Whether it is the build of ${quarantinedName(other)}, which is quarantined, is seen for a release.`,
  );
}

/**
 * The way back, as far as it is known before there is a release: to what, what the service says of its data, and whether the stage holds
 * anything for want of it. `unknown` only where the stage requires a plan, and something of that is looked up for a release.
 */
function wayBack(facts: SimulationFacts, { rollback }: GateSettings = {}): SimulatedRow {
  const { running, policy, component, stage } = facts;
  const { service: id } = component;
  const place = stage.environment;
  const service = policy.services.find((one) => one.id === id);
  const to =
    running === undefined
      ? `Nothing of ${id} runs in ${place} to go back to: an undo takes it away again.`
      : running === component.version
        ? `${id} ${running} runs in ${place} already, so there is nothing else to go back to.`
        : `It would go back to ${id} ${running}, which runs in ${place} now, by the undo of its deployment.`;
  const open = toLookUp(service, { isFirst: running === undefined, rollback });
  const data = dataWords(service);
  if (!rollback?.isRequired) {
    const asks = rollback ? 'shows the way back and holds nothing for it' : 'asks for no rollback plan';
    return { gate: 'rollback plan', kind: 'allowed', because: `${to} ${data} ${place} ${asks}.` };
  }
  if (open.length === 0) return { gate: 'rollback plan', kind: 'allowed', because: `${to} ${data}` };
  return unknown(
    'rollback plan',
    `${to} ${data} ${place} requires a plan; looked up for a release is ${listOf(open, 'and')}.`,
  );
}

/** What nobody can say of a way back before there is a release. */
function toLookUp(
  service: Service | undefined,
  { isFirst, rollback }: { isFirst: boolean; rollback: GateSettings['rollback'] },
): string[] {
  const mayMigrate = service?.source !== undefined || (service && migrationRulesOf(service) !== undefined);
  if (isFirst) return [];
  return [
    ...(mayMigrate ? ['which migrations it brings'] : []),
    service?.source === undefined && service?.artifact === undefined
      ? 'whether that version is still there (nobody can tell: give the service an `artifact` or a `source` in gantry.yaml)'
      : 'whether that version is still there',
    ...(rollback?.rehearsedWithinMs === undefined ? [] : ['whether its undo was rehearsed in time']),
  ];
}

function dataWords(service: Service | undefined): string {
  if (service && migrationRulesOf(service))
    return 'Which of its declared migrations it brings is read for a release.';
  const none = 'Its service declares no migrations of data (`migrations` in gantry.yaml)';
  return service?.source === undefined
    ? `${none}, so it counts as having none.`
    : `${none}; for a release, files that look like some are looked for in its Git change.`;
}

function riskRows({ risk, stage, at }: SimulationFacts): SimulatedRow[] {
  if (!risk) return [];
  if ('because' in risk) return [unknown('risk', risk.because)];
  const verdict = evaluateRisk(
    { rule: riskRuleOf(stage.risk), snapshot: risk.snapshot, firstWeights: [firstWeightOf(stage.deploy)] },
    at,
  );
  return [{ gate: 'risk', ...verdict }];
}

const effectiveOf = ({ policy, stage, isUrgent, mode, goesBack }: SimulationFacts) =>
  effectiveStage(policy, stage, { urgent: isUrgent, modes: [mode], goesBack });

/** Who would be asked under one rule. */
export interface SimulatedAsk {
  rule: string;
  atLeast: number;
  /** Person ids. */
  candidates: string[];
  /** Those of them who are away then; left out where nobody is, or where the reader may not know. */
  away?: string[];
}

/**
 * Whom a request that is opened then would ask, as a release would: nobody whom the rule bars already now, stand-ins for those who are away, and
 * who is away only where it does not go without. Where it could not be filled at all, a release asks nobody: then it is those who are named.
 * Who wrote the version is known for a release only.
 */
export function simulatedAsks(facts: SimulationFacts): SimulatedAsk[] {
  const plan = effectiveOf(facts);
  const { electorate, standIns } = electorateAt(facts, plan);
  // else whoever may not know of absences would see them by who is left out
  const reachable = facts.tellsAbsences ? { ...electorate, standIns } : electorate;
  const isAway = (person: string) =>
    facts.tellsAbsences && standIns.away.some((one) => one.person === person);
  const { seats } = tally({ ...reachable, votes: [] });
  const benches = benchesOf(reachable);
  const isReachable = unreachable(reachable) === undefined;
  return seats.map(({ rule, atLeast, candidates: asked }, index) => {
    const candidates = isReachable ? asked : [...(benches[index]?.admits ?? [])];
    const away = candidates.filter(isAway);
    return { rule, atLeast, candidates, ...(away.length > 0 ? { away } : {}) };
  });
}

/** Who could decide at that time: without those whom rules bar already now, and apart from it who is away and who stands in. */
function electorateAt(facts: SimulationFacts, plan: ReturnType<typeof effectiveStage>) {
  const { at, excluded } = facts;
  const deadline = new Date(Date.parse(at) + plan.approval.expiresMs).toISOString();
  const standIns = standInsFor({ ...plan, excluded }, facts.absences, { openedAt: at, deadline });
  return { electorate: electorateOf({ ...plan, excluded }), standIns };
}

/** Whether everybody who is needed could agree, and who is away then. */
function peopleRows(
  facts: SimulationFacts,
  plan: ReturnType<typeof effectiveStage>,
  nameOf: NameOf,
): SimulatedRow[] {
  if (plan.rules.length === 0) return [{ gate: 'approvals', kind: 'allowed', because: 'Nobody is asked.' }];
  const { electorate, standIns } = electorateAt(facts, plan);
  const lacking = unreachable({ ...electorate, standIns });
  const isByAbsence = unreachable(electorate) === undefined;
  const away = standIns.away.map(({ person, until, delegate }) => {
    const instead = delegate === undefined ? '' : ` (${nameOf(delegate)} stands in)`;
    return `${nameOf(person)} until ${instantText(until)}${instead}`;
  });
  return [
    lacking === undefined
      ? {
          gate: 'approvals',
          kind: 'needsPeople',
          because: `Asks ${rulesInWords(plan.rules)}, and they could agree; who wrote the version is barred as the rules say, which is known for a release.`,
          who: [],
        }
      : {
          gate: 'approvals',
          kind: 'denied',
          because: facts.tellsAbsences || !isByAbsence ? lacking : shortByAbsence,
          remedy: 'Ask somebody to be there, name more people in gantry.yaml, or choose another time.',
        },
    ...(away.length === 0
      ? []
      : [
          {
            gate: 'absences',
            kind: 'waiting' as const,
            because: facts.tellsAbsences ? `Away then: ${listOf(away, 'and')}.` : somebodyAway,
          },
        ]),
  ];
}

/** What a reader learns who may not know of absences: that it cannot be, and not of whom. */
const shortByAbsence =
  'The approvals could not all be given then, because of who is away. Who that is, a token for some services is not told.';
const somebodyAway = 'Somebody is away then. Who that is, a token for some services is not told.';
