import type { Service, Stage } from '../../domain/policy/policy.schema.ts';
import type { HardBlocker, RiskFacts } from '../../domain/risk/model.ts';
import { dutiesOf } from '../../domain/risk/duties.ts';
import { rulesOfDuties } from '../../domain/risk/duty-rules.ts';
import { riskRuleOf } from '../../domain/risk/rule.ts';
import { bandAt, scoreRisk, worstOf } from '../../domain/risk/score.ts';
import type { Component } from '../../domain/release/release.ts';
import type { Store } from '../../platform/database/open.ts';
import { GantryError } from '../../platform/errors.ts';
import { openMirror } from '../../platform/git.ts';
import type { Outgoing } from '../../platform/outgoing.ts';
import { oneLine } from '../../platform/plain-text.ts';
import type { StoredPolicy } from '../../platform/record/policies.ts';
import { rememberedPolicy } from '../../platform/record/remembered-policy.ts';
import { runsAt } from '../../platform/record/running.ts';
import { cutoffOfTrain } from '../../platform/record/service-history.ts';
import type { Activities, RiskInput } from '../contract.ts';
import { resolveSource } from '../sources/resolve.ts';
import { bansOn } from './bans.ts';
import { bugFacts } from './bugs/index.ts';
import { evidenceFacts } from './check-results.ts';
import { exceptionsOf, soakOf } from './exceptions.ts';
import { changeFacts } from './git-change.ts';
import { hardBlockers, historyFacts } from './history.ts';
import { incidentFacts } from './incidents.ts';
import { measured, type RiskQuestion } from './question.ts';
import { momentFacts, reachOf } from './surroundings.ts';

export interface RiskDeps {
  store: Pick<Store, 'db'>;
  dataDir: string;
  outgoing: Outgoing;
}

/** The activity `assessRisk`: gathers all facts about one stage side by side and scores them. Changes nothing. */
export function createAssessRisk(deps: RiskDeps): Activities['assessRisk'] {
  return async (input) => {
    const stored = await rememberedPolicy(deps.store.db, input.policyDigest);
    const all = await Promise.all(
      input.components.map(async (component) => lookAt(await questionOf(deps, stored, input, component))),
    );
    const { points, measured: known, factors } = worstOf(all.map(({ facts }) => scoreRisk(facts)));
    const services = all.map(({ service }) => service);
    const rule = riskRuleOf(all[0]?.stage.risk);
    const band = bandAt(points, rule.bands);
    const duties = dutiesOf({ band, points }, rule);
    const weekEndsAt = all.find((one) => one.weekEndsAt !== undefined)?.weekEndsAt;
    return {
      at: input.now,
      points,
      measured: known,
      band,
      factors,
      blockers: all.flatMap(({ blockers }) => blockers),
      duties,
      ...rulesOfDuties(duties, stored.policy, services),
      ...(weekEndsAt === undefined ? {} : { weekEndsAt }),
    };
  };
}

async function questionOf(
  { store: { db }, dataDir, outgoing }: RiskDeps,
  { policy, baseDir }: StoredPolicy,
  input: RiskInput,
  component: Component,
): Promise<RiskQuestion & { components: number }> {
  const service = policy.services.find(({ id }) => id === component.service);
  if (!service) throw new GantryError('SERVICE_UNKNOWN', { service: component.service });
  const { environment, now } = input;
  const stage = policy.pipelines[service.pipeline]?.find((one) => one.environment === environment);
  if (!stage) throw new GantryError('ENVIRONMENT_UNKNOWN', { environment });
  const running = await runsAt(db, environment, service.id);
  const cutoffs = [
    input.cutoffAt,
    input.train && (await cutoffOfTrain(db, { train: input.train.id, departure: input.train.departure })),
  ];
  const cutoffAt = cutoffs.filter((at) => at !== undefined).sort()[0];
  const question = {
    db,
    outgoing,
    policy,
    baseDir,
    service,
    stage,
    component,
    ...(running ? { running } : {}),
    ...(input.releaseId === undefined ? {} : { releaseId: input.releaseId }),
    ...(cutoffAt === undefined ? {} : { cutoffAt }),
    startsAt: input.startsAt ?? now,
    heedsReviews: input.heedsReviews === true,
    now,
    components: input.components.length,
  };
  return { ...question, ...(await sourceOf(question, dataDir)) };
}

/** Where its commits are; a repository that cannot be read is one more thing that is unknown. */
async function sourceOf(
  { service, component, baseDir, running }: RiskQuestion,
  dataDir: string,
): Promise<Pick<RiskQuestion, 'source' | 'sourceDown'>> {
  const { source } = service;
  if (!source) return {};
  try {
    const mirror = openMirror({ git: source.git, baseDir, dataDir });
    // a commit that was planned with stays what it is, wherever its branch has gone since
    const to =
      component.commit === undefined
        ? (await resolveSource({ source, component, baseDir, dataDir })).commit
        : await mirror.resolveCommit(component.commit);
    if (to === undefined)
      return { sourceDown: `commit ${component.commit ?? ''} is not in the repository any more.` };
    const before = running && (running.commit ?? source.tag.replaceAll('{version}', running.version));
    const from = before === undefined ? undefined : await mirror.resolveCommit(before);
    return { source: { mirror, to, ...(from === undefined ? {} : { from }) } };
  } catch (error) {
    if (!(error instanceof GantryError) || error.code !== 'SOURCE_UNREADABLE') throw error;
    return { sourceDown: oneLine(error.message, 200) };
  }
}

interface Looked {
  service: Service;
  stage: Stage;
  facts: RiskFacts;
  blockers: HardBlocker[];
  weekEndsAt?: string;
}

/** All facts about one component. What hangs on the kind of migration is asked once that is known. */
async function lookAt(question: RiskQuestion & { components: number }): Promise<Looked> {
  const change = changeFacts(question);
  const behind = change.then(async ({ migration }) => {
    const isFinal = migration.kind === 'measured' && migration.measure.worst === 'irreversible';
    return Promise.all([historyFacts(question, isFinal), hardBlockers(question, migration)]);
  });
  const [changed, [history, blockers], evidence, bugs, waivers, soak, bans, moment, incidents] =
    await Promise.all([
      change,
      behind,
      evidenceFacts(question),
      bugFacts(question),
      exceptionsOf(question),
      soakOf(question),
      bansOn(question),
      momentFacts(question),
      incidentFacts(question),
    ]);
  const { timing, weekEndsAt } = moment;
  return {
    service: question.service,
    stage: question.stage,
    facts: {
      ...changed,
      ...history,
      ...evidence,
      bugs,
      waivers,
      timing,
      reach: reachOf(question),
      train: measured({ components: question.components }),
      incidents,
      soak,
    },
    blockers: [...bans, ...blockers],
    ...(weekEndsAt === undefined ? {} : { weekEndsAt }),
  };
}
