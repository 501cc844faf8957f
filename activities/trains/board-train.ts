import { evaluateQuarantine } from '../../domain/gates/quarantine/evaluate.ts';
import type { Artifact } from '../../domain/release/artifact.ts';
import { standingQuarantines } from '../../platform/record/gates/quarantines.ts';
import { instantOf } from '../../domain/calendar/resolve-local.ts';
import { board, type Passenger } from '../../domain/trains/board.ts';
import { buildsMeant, candidateOf, isNoNews, type Ready } from '../../domain/trains/candidate.ts';
import {
  isGoneBack,
  substitutes,
  whyGoneBack,
  whyNoSubstitute,
  type Proven,
} from '../../domain/trains/substitute.ts';
import { stageBefore } from '../../domain/release/alone.ts';
import { GantryError } from '../../platform/errors.ts';
import { admit } from '../../platform/record/admit.ts';
import { endedBuilds } from '../../platform/record/ended-builds.ts';
import type { Boarded, TrainDefinition } from '../../domain/trains/model.ts';
import type { Db } from '../../platform/database/open.ts';
import { openReleasesByStage, type OpenRelease } from '../../platform/record/calendar/concerned.ts';
import { saveDeparture, trainById } from '../../platform/record/calendar/trains.ts';
import { inTransaction } from '../../platform/database/open.ts';
import { orderNotices } from '../../platform/record/notices.ts';
import { personNames } from '../../platform/record/person-names.ts';
import { currentPolicy } from '../../platform/record/policies.ts';
import { promotionHolds } from '../../platform/record/promotion-holds.ts';
import type { BoardInput, Boarding } from '../contract.ts';
import { departuresAfter } from '../../domain/trains/departures.ts';

const gantry = { id: 'gantry', kind: 'system' as const };

/** Who is ready at the cut-off, and who is not; where somebody required is missing the captain is told, once for each cut-off. */
export async function boardTrain(db: Db, input: BoardInput, domain: string): Promise<Boarding> {
  const train = await trainById(db, input.train);
  if (!train || train.retiredAt !== undefined)
    return { aboard: [], left: [], missing: [], because: 'The train is gone.' };
  const { definition } = train;
  const passengers: Passenger[] = [];
  const passedOver: string[] = [];
  const open = await openReleasesByStage(db);
  for (const seat of definition.services) {
    const one = await passengerOf(db, definition, {
      ...seat,
      ...{ cutoffAt: input.cutoffAt, now: input.now, open },
    });
    passengers.push(one.passenger);
    if (one.passedOver !== undefined) passedOver.push(one.passedOver);
  }
  const [next] = departuresAfter(definition, Date.parse(input.scheduledAt));
  const boarding = board(passengers, {
    cutoffAt: input.cutoffAt,
    isLeaving: input.isLeaving,
    ...(next === undefined ? {} : { next: instantOf(next) }),
  });
  const isStuck = boarding.missing.length > 0;
  const because = [
    ...passedOver,
    isStuck
      ? `${boarding.missing.map((one) => one.because).join(' ')} ${definition.captain} decides: leave without it, delay the train, or skip this departure.`
      : `Boarded: ${boarding.aboard.map(({ service, version }) => `${service} ${version}`).join(', ') || 'nobody'}.`,
  ].join(' ');
  const sentence = `Train ${input.train}, departure ${input.number}: ${because}`;
  await inTransaction(db, async (trx) => {
    if (isStuck)
      await orderNotices(
        trx,
        [
          {
            occasion: `train/${input.train}/${input.number}/missing/${input.cutoffAt}`,
            kind: 'trainMissing',
            to: [definition.captain],
            sentence,
            facts: { train: input.train, departsAt: input.departsAt },
          },
        ],
        domain,
      );
    await saveDeparture(trx, {
      departure: {
        train: input.train,
        number: input.number,
        scheduledAt: input.scheduledAt,
        departsAt: input.departsAt,
        cutoffAt: input.cutoffAt,
        state: 'boarding',
        boarded: boarding.aboard,
        leftBehind: [...boarding.left, ...boarding.missing],
        because,
      },
      at: input.now,
      events: [
        {
          key: `train/${input.train}/${input.number}/boarded/${input.isLeaving ? 'left' : input.cutoffAt}`,
          at: input.now,
          actor: gantry,
          action: 'train.boarded',
          object: `train ${input.train}`,
          sentence,
        },
      ],
    });
  });
  return { ...boarding, because };
}

/**
 * What a service would ride with: what has finished the stage before the train's, against what runs where the train goes. Where that may not
 * ride, the next newest that surely may; `passedOver` says so then. Where there is none it stays behind, and its reason says why none does.
 */
async function passengerOf(
  db: Db,
  { to }: TrainDefinition,
  o: TrainDefinition['services'][number] & { cutoffAt: string; open: readonly OpenRelease[]; now: string },
): Promise<{ passenger: Passenger; passedOver?: string }> {
  const { service, required, cutoffAt, open, now } = o;
  const proven = await provenBefore(db, service, to);
  const seat = { service, required, to, open, proven };
  const newest = await asPassenger(db, candidateOf(proven.ready, cutoffAt), seat);
  const shut = newest.banned ?? newest.goneBack;
  if (shut === undefined || newest.isBehind || !newest.candidate) return { passenger: newest };
  const bans = await standingQuarantines(db);
  const { running } = newest;
  const refused: string[] = [];
  for (const one of substitutes(proven.ready, { cutoffAt, running, instead: newest.candidate.version })) {
    const whyNot =
      whyNoSubstitute(one, { ...proven, to, bans }) ?? (await whyNotAdmitted(db, one, { to, now }));
    if (whyNot === undefined) {
      const passedOver = [
        shut,
        ...refused,
        `${service} ${one.version} rides instead, if nothing else keeps it.`,
      ];
      return { passenger: await asPassenger(db, one, seat), passedOver: passedOver.join(' ') };
    }
    refused.push(`${service} ${one.version} does not ride instead: ${asEnd(whyNot)}`);
  }
  const because = [shut, ...refused].join(' ');
  if (newest.banned !== undefined) return { passenger: { ...newest, banned: because } };
  const left = candidateOf(
    proven.ready.filter((one) => !isGoneBack(one, proven)),
    cutoffAt,
  );
  const isBehind = left !== undefined && isNoNews(left.version, running);
  return { passenger: { ...newest, goneBack: because, isBehind } };
}

/** Why no release of a version could be ordered, so that it would keep the whole train from leaving; undefined where one could. */
async function whyNotAdmitted(
  db: Db,
  { service, version, digest }: Ready,
  { to, now }: { to: string; now: string },
): Promise<string | undefined> {
  const policy = (await currentPolicy(db))?.policy;
  if (!policy) return 'there is no policy';
  const components = [{ service, version, ...(digest === undefined ? {} : { digest }) }];
  try {
    await admit(db, policy, { components, intent: 'deploy', to, train: {} }, now);
    return undefined;
  } catch (error) {
    if (!(error instanceof GantryError)) throw error;
    return error.problem.detail;
  }
}

const asEnd = (words: string): string => (words.endsWith('.') ? words : `${words}.`);

/** A service of a train, with what it would ride with and all that may keep it from riding now. */
export async function asPassenger(
  db: Db,
  candidate: Passenger['candidate'],
  o: TrainDefinition['services'][number] & { to: string; open: readonly OpenRelease[]; proven: Proven },
): Promise<Passenger> {
  const { service, required, to, open, proven } = o;
  const runs = await db
    .selectFrom('running')
    .select('version')
    .where('environment', '=', to)
    .where('service', '=', service)
    .executeTakeFirst();
  const ownRelease = candidate && ownReleaseOf(candidate, { to, open });
  const [held] = await promotionHolds(db, { environment: to, services: [service] });
  const isBehind = candidate !== undefined && isNoNews(candidate.version, runs?.version);
  const banned = candidate && (await whyBanned(db, buildsMeant({ ...candidate, service }, proven.ready)));
  const goneBack = candidate && !isBehind ? whyGoneBack(candidate, proven) : undefined;
  return {
    service,
    required,
    ...(runs ? { running: runs.version } : {}),
    ...(candidate ? { candidate, isBehind } : {}),
    ...(ownRelease === undefined ? {} : { ownRelease }),
    ...(held ? { held: held.because } : {}),
    ...(banned === undefined ? {} : { banned }),
    ...(goneBack === undefined ? {} : { goneBack }),
  };
}

async function whyBanned(db: Db, builds: readonly Artifact[]): Promise<string | undefined> {
  const bans = await standingQuarantines(db, builds);
  if (bans.length === 0) return undefined;
  return evaluateQuarantine(builds, bans, await personNames(db)).because;
}

/** The open release that still brings a version to where the train goes; one that is not planned yet may. */
const ownReleaseOf = (
  { service, version }: Boarded,
  { to, open }: { to: string; open: readonly OpenRelease[] },
): string | undefined =>
  open.find(
    ({ components, environments }) =>
      components.some((one) => one.service === service && one.version === version) &&
      (environments === undefined || environments.includes(to)),
  )?.releaseId;

/** What is proven of a service in the stage before the one that a train goes to. */
export async function provenBefore(db: Db, service: string, to: string): Promise<Proven> {
  const policy = (await currentPolicy(db))?.policy;
  const pipeline = policy?.services.find(({ id }) => id === service)?.pipeline ?? '';
  const stages = (policy?.pipelines[pipeline] ?? []).map(({ environment }) => environment);
  const before = stageBefore(stages, to);
  if (before === undefined) return { ready: [], ended: [] };
  const ready = await readyVersions(db, service, before);
  return { before, ready, ended: ready.length === 0 ? [] : await endedBuilds(db, [before, to], ready) };
}

async function readyVersions(db: Db, service: string, environment: string): Promise<Ready[]> {
  const rows = await db
    .selectFrom('deployments')
    .select(['version', 'digest', 'commit_id', 'ended_at'])
    .where('environment', '=', environment)
    .where('service', '=', service)
    .where('status', '=', 'succeeded')
    .where('ended_at', 'is not', null)
    .execute();
  return rows.flatMap(({ version, digest, commit_id: commit, ended_at: ended }) =>
    ended
      ? [
          {
            ...{ service, version, readyAt: ended.toISOString() },
            ...(digest === null ? {} : { digest }),
            ...(commit === null ? {} : { commit }),
          },
        ]
      : [],
  );
}
