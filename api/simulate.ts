import { startByOf } from '../domain/calendar/judge.ts';
import type { ActionClass, CalendarAnswer, Schedule } from '../domain/calendar/model.ts';
import { evaluateReviews, heedsReviews, type OwedReview } from '../domain/gates/review/evaluate.ts';
import type { Stage } from '../domain/policy/policy.schema.ts';
import { withStop } from '../domain/full-stop.ts';
import { actionClassOf } from '../domain/release/action-class.ts';
import { modeOf, plannedMode, type Build } from '../domain/release/mode.ts';
import { goesBackToKnown } from '../domain/release/goes-back.ts';
import { nameAmong } from '../domain/release/names.ts';
import {
  simulatedAsks,
  simulatedGates,
  type SimulatedRow,
  type SimulationFacts,
} from '../domain/release/simulated-gates.ts';
import type { Intent } from '../domain/release/state.ts';
import { deployerFor } from '../domain/rollout/plan.ts';
import { GantryError, messageOf } from '../platform/errors.ts';
import { absencesAt } from '../platform/record/absences.ts';
import { admit } from '../platform/record/admit.ts';
import { attemptsBefore } from '../platform/record/attempts-before.ts';
import { besideWords, leftIn } from '../platform/record/asked-beside.ts';
import { barredPeople } from '../platform/record/barred-people.ts';
import { outlookOf } from '../platform/record/calendar/outlook.ts';
import { standingQuarantines } from '../platform/record/gates/quarantines.ts';
import { endedWell } from '../platform/record/gates/upstream.ts';
import { goesBackThere } from '../platform/record/goes-back-there.ts';
import type { StoredPolicy } from '../platform/record/policies.ts';
import { refuseReserved } from '../platform/record/calendar/keep-reservation.ts';
import { owedReviews } from '../platform/record/reviews.ts';
import { runningIn, whereRun, type RunningRow } from '../platform/record/running.ts';
import type { Caller } from './auth/caller.ts';
import { mayKnowAbsences, toldTo } from './auth/told-to.ts';
import { nowOf, type ApiDeps } from './deps.ts';
import { scheduleIn } from './routes/dates.schema.ts';
import { pipelineStage, stageOf } from './stage-of.ts';
import { versionRow } from './version-row.ts';

/** A release that somebody asks about before there is one. Instants are RFC 3339. */
export interface Supposed {
  service: string;
  version: string;
  /** Its last environment; left out: the last of the pipeline. */
  to?: string | undefined;
  /** To its last environment only. */
  alone?: true | undefined;
  /** When its last stage is to start; left out: as soon as it may. */
  at?: string | undefined;
  startBy?: string | undefined;
  /** Why it cannot wait. */
  urgent?: string | undefined;
  /** What is meant; left out: guessed, see {@link intentOf}. */
  intent?: Intent | undefined;
}

/** What all its stages are judged by alike. */
interface Known {
  stored: StoredPolicy;
  /** Its last environment. */
  target: string;
  now: string;
  intent: Intent;
  /** Why it is judged with that intent. */
  intentBecause: string;
  /** It goes back in its last environment, by its version or the record. */
  isBack: boolean;
  /** Where its service runs. */
  everywhere: readonly RunningRow[];
  /** Reviews that stop it once they are overdue. */
  owed: readonly OwedReview[];
  excluded: SimulationFacts['excluded'];
  tellsAbsences: boolean;
  /** Why an order of it would be refused, and what its repository says of the version. */
  objections: readonly SimulatedRow[];
}

/**
 * What would happen to a release, stage after stage, each from when the one before it is expected to end. Changes nothing.
 * @throws POLICY_NONE, SERVICE_UNKNOWN, ENVIRONMENT_UNKNOWN
 */
export async function simulate(deps: ApiDeps, supposed: Supposed, caller: Caller) {
  const { stored, stage, environments } = await stageOf(deps, supposed.service, supposed.to);
  const target = stage.environment;
  const known = await knownOf(deps, supposed, { stored, target, caller });
  const { now, intent, intentBecause } = known;
  const { service, version, at: planned } = supposed;
  const stages = [];
  let ready = now;
  for (const environment of supposed.alone ? [target] : environments) {
    const at = environment === target && planned !== undefined && planned > ready ? planned : ready;
    const simulated = await simulateStage(deps, supposed, known, { environment, at: at > now ? at : now });
    stages.push(simulated);
    ready = simulated.predicted?.end ?? at;
  }
  return { title: `${service} ${version}`, at: planned ?? now, intent, intentBecause, stages };
}

async function knownOf(
  deps: ApiDeps,
  supposed: Supposed,
  { stored, target, caller }: Pick<Known, 'stored' | 'target'> & { caller: Caller },
): Promise<Known> {
  const { db } = deps.store;
  const { service, version, urgent } = supposed;
  const { policy, baseDir } = stored;
  const now = nowOf(deps).toISOString();
  const everywhere = await whereRun(db, [service]);
  const running = runningIn(target, everywhere);
  const { intent, because: intentBecause } = intentOf(supposed, { target, running: running[service] });
  const isBack = await goesBackThere(db, { intent, components: [{ service, version }] }, { target, running });
  return {
    ...{ stored, target, now, intent, intentBecause, isBack, everywhere },
    owed: heedsReviews({ urgent, isBack }) ? await owedReviews(db, { services: [service], except: '' }) : [],
    excluded: await barredPeople(db, { requestedBy: caller.actor, stored, contributors: [] }),
    tellsAbsences: mayKnowAbsences(caller),
    objections: [
      ...toldTo(caller, await admissionRows(deps, supposed, { stored, target, intent, now })),
      ...(await versionRow({ service, version, policy, baseDir, dataDir: deps.config.dataDir })),
    ],
  };
}

/** Said where nobody has said what is meant: one that repeats or goes back to its last environment alone is taken for one that means to. */
function intentOf(
  { service, version, alone, intent }: Supposed,
  { target, running }: { target: string; running: Build | undefined },
): { intent: Intent; because: string } {
  if (intent !== undefined) return { intent, because: `Judged with the intent ${intent}, as was asked.` };
  const mode = modeOf({ version }, running);
  const otherwise = 'Name another with `--intent` (API: `intent`).';
  if (!alone || !running || (mode !== 'rollback' && mode !== 'redeploy'))
    return { intent: 'deploy', because: `Judged with the intent deploy, for none was named. ${otherwise}` };
  const runs = `${service} ${running.version}`;
  const why =
    mode === 'redeploy'
      ? `${runs} runs in ${target} already`
      : `${version} is below ${running.version}, which runs in ${target}`;
  return {
    intent: mode,
    because: `Judged with the intent ${mode}: none was named, it is to go to ${target} alone, and ${why}. ${otherwise}`,
  };
}

/** Objections that gates tell of themselves, each with its own row. */
const toldByGates: readonly string[] = ['DENIED_BY_GATE', 'REVIEW_OVERDUE'];

/** Why an order of it would be refused now. */
async function admissionRows(
  deps: ApiDeps,
  supposed: Supposed,
  { stored, target, intent, now }: Pick<Known, 'stored' | 'target' | 'intent' | 'now'>,
): Promise<SimulatedRow[]> {
  const { db } = deps.store;
  const { service, version, to, at, startBy, urgent, alone } = supposed;
  const { schedule } = scheduleIn({ at, startBy });
  const wanted = {
    ...{ components: [{ service, version }], intent },
    ...(to === undefined ? {} : { to }),
    ...(urgent === undefined ? {} : { urgent }),
    ...(alone ? { only: true as const } : {}),
    ...(schedule ? { schedule } : {}),
  };
  const planned = {
    ...{ releaseId: '', title: `${service} ${version}`, environment: target, services: [service], schedule },
    actionClass: urgent === undefined ? ('planned' as const) : ('hotfix' as const), // as an order reserves
  };
  return [
    ...(await rowsOf(attemptsBefore(db, wanted, deps.config.publicUrl))),
    ...(await rowsOf(admit(db, stored.policy, wanted, now))),
    ...(await rowsOf(refuseReserved(db, planned, now))),
  ];
}

/** What a judgement that throws has against it; none where it passes. */
async function rowsOf(judged: Promise<unknown>): Promise<SimulatedRow[]> {
  try {
    await judged;
    return [];
  } catch (error) {
    if (!(error instanceof GantryError)) throw error;
    return (error.problem.errors ?? [error.problem])
      .filter(({ code }) => !toldByGates.includes(code))
      .map(({ detail, remedy }) => ({ gate: 'admission', kind: 'denied' as const, because: detail, remedy }));
  }
}

/** One stage, where it is begun at `at`. */
async function simulateStage(
  deps: ApiDeps,
  supposed: Supposed,
  known: Known,
  { environment, at }: { environment: string; at: string },
) {
  const { db } = deps.store;
  const { service, alone } = supposed;
  const stage = pipelineStage(known.stored.policy, service, environment);
  const actionClass = classIn(environment, supposed, known);
  const facts = await factsOf(deps, supposed, known, { stage, at });
  const deploy = deployerFor(stage.deploy, [facts.mode], facts.goesBack);
  const { need, answer } = await outlookOf(db, {
    ...{ stage: { ...stage, deploy }, services: [service], actionClass, now: at },
    ...(environment === known.target ? scheduleOf(supposed) : {}),
  });
  const left = await leftIn(db, environment, [service]);
  return {
    environment,
    need,
    verdicts: verdictsOf(known, answer, facts),
    ...(answer.predicted ? { predicted: answer.predicted } : {}),
    approvals: asksOf(facts),
    ...(answer.expired === undefined ? {} : { expired: answer.expired }),
    beside: besideWords({ left, isAlone: alone === true }, environment),
    zoneData: answer.zoneData,
  };
}

/** As a release counts there: what is called a rollback is none where nobody can tell that it goes back. */
function classIn(
  environment: string,
  { service, version, urgent }: Supposed,
  { intent, everywhere }: Known,
): ActionClass {
  const running = runningIn(environment, everywhere)[service];
  return actionClassOf({
    ...{ modes: [plannedMode({ version }, running)], intent, isAutomatic: false },
    ...(urgent === undefined ? {} : { urgent }),
  });
}

function scheduleOf({ at, startBy }: Supposed): { schedule?: Schedule } {
  const latest = startByOf({
    ...(at === undefined ? {} : { at }),
    ...(startBy === undefined ? {} : { startBy }),
  });
  return latest === undefined ? {} : { schedule: { startBy: new Date(latest).toISOString() } };
}

/** In the order of a release: a review that is overdue, what is said of the order, the calendar, then the other gates. */
function verdictsOf(known: Known, answer: CalendarAnswer, facts: SimulationFacts): SimulatedRow[] {
  const { row } = evaluateReviews(known.owed, facts.at);
  // that its time has come is no news of one that had to start before: why it would expire is told instead
  const isStale = ({ gate, kind }: SimulatedRow): boolean =>
    answer.expired !== undefined && gate === 'schedule' && kind === 'allowed';
  const dated = answer.verdicts.filter((one) => !isStale(one));
  return [...(row ? [row] : []), ...known.objections, ...dated, ...simulatedGates(facts)];
}

const asksOf = (facts: SimulationFacts) =>
  simulatedAsks(facts).map((ask) => ({
    ...ask,
    names: ask.candidates.map((person) => nameAmong(facts.policy.people, person)),
  }));

/** What the record and a worker say of the gates of one stage. */
async function factsOf(
  deps: ApiDeps,
  { service, version, urgent }: Supposed,
  known: Known,
  { stage, at }: { stage: Stage; at: string },
): Promise<SimulationFacts> {
  const { db } = deps.store;
  const component = { service, version };
  const [quarantines, absences, risk] = await Promise.all([
    standingQuarantines(db),
    absencesAt(db, at),
    riskOf(deps, known, { stage, component, at }),
  ]);
  const running = runningIn(stage.environment, known.everywhere)[service];
  const mode = plannedMode(component, running);
  const goesBack =
    known.intent === 'rollback' &&
    goesBackToKnown([{ ...component, mode, dependsOn: [] }], {
      endedWell: await endedWell(db, stage.environment, service),
      adoptedNow: running?.how === 'adopted' ? [service] : [],
      quarantines,
    });
  return {
    ...{ policy: known.stored.policy, stage, component, at, isUrgent: urgent !== undefined, mode, goesBack },
    ...{ excluded: known.excluded, tellsAbsences: known.tellsAbsences, quarantines, absences },
    ...(running ? { running: running.version } : {}),
    ...(risk ? { risk } : {}),
  };
}

/** Undefined where it is no gate: the way back is never made harder by its risk. */
async function riskOf(
  { engine }: ApiDeps,
  { stored, isBack, now }: Known,
  { stage, component, at }: { stage: Stage; component: { service: string; version: string }; at: string },
): Promise<SimulationFacts['risk']> {
  if (stage.risk === undefined || isBack) return undefined;
  try {
    const snapshot = await engine.assessRisk({
      ...{ policyDigest: stored.digest, environment: stage.environment, components: [component] },
      ...{ now, startsAt: at },
      heedsReviews: true, // a row of its own says so
    });
    return { snapshot };
  } catch (error) {
    return { because: `Cannot be known now: ${withStop(messageOf(error))}` };
  }
}
