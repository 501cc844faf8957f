import { evaluateQuarantine, isQuarantined } from '../../domain/gates/quarantine/evaluate.ts';
import type { Artifact } from '../../domain/release/artifact.ts';
import { standingQuarantines } from '../../platform/record/gates/quarantines.ts';
import { instantOf } from '../../domain/calendar/resolve-local.ts';
import { board, type Passenger } from '../../domain/trains/board.ts';
import { candidateBeside, candidateOf, isNoNews, type Ready } from '../../domain/trains/candidate.ts';
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
    const one = await passengerOf(db, definition, { ...seat, cutoffAt: input.cutoffAt, open });
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
 * What a service would ride with: what has finished the stage before the train's, against what runs where the train goes. Where that is
 * banned, the next newest that is not; `passedOver` says so then.
 */
async function passengerOf(
  db: Db,
  { to }: TrainDefinition,
  o: TrainDefinition['services'][number] & { cutoffAt: string; open: readonly OpenRelease[] },
): Promise<{ passenger: Passenger; passedOver?: string }> {
  const { service, required, cutoffAt, open } = o;
  const before = await stageBefore(db, service, to);
  const ready = before === undefined ? [] : await readyVersions(db, service, before);
  const seat = { service, required, to, open };
  const newest = await asPassenger(db, candidateOf(ready, cutoffAt), seat);
  if (newest.banned === undefined || newest.isBehind) return { passenger: newest };
  const bans = await standingQuarantines(db, ready);
  const beside = candidateBeside(ready, {
    cutoffAt,
    running: newest.running,
    isBanned: (one) => bans.some((ban) => isQuarantined(ban, one)),
  });
  if (!beside) return { passenger: newest };
  const passedOver = `${newest.banned} ${service} ${beside.version} rides instead, if nothing else keeps it.`;
  return { passenger: await asPassenger(db, beside, seat), passedOver };
}

/** A service of a train, with what it would ride with and all that may keep it from riding now. */
export async function asPassenger(
  db: Db,
  candidate: Passenger['candidate'],
  o: TrainDefinition['services'][number] & { to: string; open: readonly OpenRelease[] },
): Promise<Passenger> {
  const { service, required, to, open } = o;
  const runs = await db
    .selectFrom('running')
    .select('version')
    .where('environment', '=', to)
    .where('service', '=', service)
    .executeTakeFirst();
  const ownRelease = candidate && ownReleaseOf(candidate, { to, open });
  const [held] = await promotionHolds(db, { environment: to, services: [service] });
  const banned = candidate && (await whyBanned(db, { ...candidate, service }));
  return {
    service,
    required,
    ...(runs ? { running: runs.version } : {}),
    ...(candidate ? { candidate, isBehind: isNoNews(candidate.version, runs?.version) } : {}),
    ...(ownRelease === undefined ? {} : { ownRelease }),
    ...(held ? { held: held.because } : {}),
    ...(banned === undefined ? {} : { banned }),
  };
}

async function whyBanned(db: Db, build: Artifact): Promise<string | undefined> {
  const bans = await standingQuarantines(db, [build]);
  if (bans.length === 0) return undefined;
  return evaluateQuarantine([build], bans, await personNames(db)).because;
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

async function readyVersions(db: Db, service: string, environment: string): Promise<Ready[]> {
  const rows = await db
    .selectFrom('deployments')
    .select(['version', 'digest', 'ended_at'])
    .where('environment', '=', environment)
    .where('service', '=', service)
    .where('status', '=', 'succeeded')
    .where('ended_at', 'is not', null)
    .execute();
  return rows.flatMap(({ version, digest, ended_at: ended }) =>
    ended ? [{ service, version, ...(digest === null ? {} : { digest }), readyAt: ended.toISOString() }] : [],
  );
}

async function stageBefore(db: Db, service: string, to: string): Promise<string | undefined> {
  const policy = (await currentPolicy(db))?.policy;
  const pipeline = policy?.services.find(({ id }) => id === service)?.pipeline ?? '';
  const stages = policy?.pipelines[pipeline] ?? [];
  const index = stages.findIndex(({ environment }) => environment === to);
  return index > 0 ? stages[index - 1]?.environment : undefined;
}
