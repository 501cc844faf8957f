import type { CalendarRule } from '../../../domain/calendar/model.ts';
import { endOf, type CalendarEntry } from '../../../domain/calendar/entries.ts';
import { occurrences } from '../../../domain/calendar/occurrences.ts';
import { scopeText } from '../../../domain/calendar/rule-words.ts';
import { departuresAfter } from '../../../domain/trains/departures.ts';
import type { TrainDefinition } from '../../../domain/trains/model.ts';
import { hasStarted } from '../../../domain/release/stage-started.ts';
import { milestoneWord } from '../../../domain/release/milestones.ts';
import type { Db } from '../../database/open.ts';
import { milestonesBetween } from './milestones.ts';
import { overridesByRelease, type OverridesOf } from './overridden-starts.ts';
import { listReservations } from './reservations.ts';
import { rulesInForce } from './rules.ts';
import { schedulesBetween } from './schedules.ts';
import {
  departuresBetween,
  departuresOf,
  listTrains,
  type DepartureRecord,
  type TrainRecord,
} from './trains.ts';

export interface EntriesQuery {
  from: string;
  to: string;
  service?: string | undefined;
  environment?: string | undefined;
  /** What runs ends now at the earliest, and departures to come are after it. */
  now: Date;
}

/** Everything in the calendar that meets `[from, to)`, earliest first. Windows come with it: they say when it is open. */
export async function calendarEntries(db: Db, query: EntriesQuery): Promise<CalendarEntry[]> {
  const { rules } = await rulesInForce(db);
  const overridesOf = await overridesByRelease(db, rules, query);
  const all = [
    ...ofRules(rules, query),
    ...(await ofReservations(db, query, overridesOf)),
    ...(await ofReleases(db, query, overridesOf)),
    ...(await ofMilestones(db, query)),
    ...(await ofTrains(db, query)),
  ];
  return all.sort((a, b) => Date.parse(a.start) - Date.parse(b.start) || a.uid.localeCompare(b.uid));
}

const given = ({ service, environment }: EntriesQuery) => ({
  ...(service === undefined ? {} : { service }),
  ...(environment === undefined ? {} : { environment }),
});

function ofRules(
  rules: readonly CalendarRule[],
  { from, to, service, environment }: EntriesQuery,
): CalendarEntry[] {
  return rules
    .filter(
      ({ scope }) =>
        (service === undefined || scope.services.length === 0 || scope.services.includes(service)) &&
        (environment === undefined ||
          scope.environments.length === 0 ||
          scope.environments.includes(environment)),
    )
    .flatMap((rule) => {
      // One that cannot be evaluated shuts its gate and says so there; it has no times to show.
      try {
        return occurrences(rule, from, to).map((one): CalendarEntry => {
          const [place] = rule.scope.environments;
          return {
            uid: `${rule.kind}/${rule.id}/${one.localStart}`,
            kind: rule.kind,
            start: one.start,
            ...(one.end === undefined ? {} : { end: one.end }),
            title: rule.stopTheLine ? `Line stopped (${rule.id})` : `${rule.kind} ${rule.id}`,
            ...(rule.reason === undefined ? {} : { detail: rule.reason }),
            ...(rule.owner === undefined ? {} : { owner: rule.owner }),
            state: 'planned',
            ...(rule.scope.environments.length === 1 && place !== undefined ? { environment: place } : {}),
            about: scopeText(rule.scope),
            services: rule.scope.services,
            rule: rule.id,
            marks: one.marks,
            revision: rule.revision,
          };
        });
      } catch {
        return [];
      }
    })
    .filter(({ marks }) => !marks.includes('vanished'));
}

async function ofReservations(
  db: Db,
  query: EntriesQuery,
  overridesOf: OverridesOf,
): Promise<CalendarEntry[]> {
  const found = await listReservations(db, { from: query.from, to: query.to, ...given(query) });
  return found.map((one) => ({
    uid: `reservation/${one.id}`,
    kind: 'reservation',
    start: one.start,
    end: one.end,
    title: `${one.title} has ${one.environment}${one.state === 'queued' ? ' (queued)' : ''}`,
    ...(one.reason === undefined ? {} : { detail: one.reason }),
    state: 'planned',
    environment: one.environment,
    services: one.services,
    ...overridesOf(one),
    ...(one.releaseId === undefined ? {} : { link: `/releases/${one.releaseId}` }),
    marks: [],
    revision: one.revision,
  }));
}

/** Stages that are dated, and deployments that were made: a release that met no calendar has no date but its own. */
async function ofReleases(db: Db, query: EntriesQuery, overridesOf: OverridesOf): Promise<CalendarEntry[]> {
  const { from, to } = query;
  const dated = await schedulesBetween(db, { from, to, ...given(query) });
  // What has begun stands there as the deployment that it is.
  const ahead = dated.filter(({ stageState }) => !hasStarted(stageState));
  const open = ahead.map((one): CalendarEntry => {
    const start = one.predicted?.start ?? one.schedule?.at ?? one.updatedAt;
    return {
      uid: `release/${one.releaseId}/${one.stage}`,
      kind: 'release',
      start,
      ...(one.predicted ? { end: one.predicted.end } : {}),
      title: `${one.title} → ${one.stage}`,
      detail: one.headline,
      detailAt: one.headlineAt,
      state: 'planned',
      environment: one.stage,
      services: one.services,
      ...overridesOf({ releaseId: one.releaseId, environment: one.stage, start }),
      link: `/releases/${one.releaseId}`,
      marks: [],
      revision: one.revision,
    };
  });
  return [...open, ...(await ofDeployments(db, query, overridesOf))];
}

async function ofDeployments(
  db: Db,
  query: EntriesQuery,
  overridesOf: OverridesOf,
): Promise<CalendarEntry[]> {
  let select = db
    .selectFrom('deployments')
    .leftJoin('release_schedules', (join) =>
      join
        .onRef('release_schedules.release_id', '=', 'deployments.release_id')
        .onRef('release_schedules.stage', '=', 'deployments.environment'),
    )
    .selectAll('deployments')
    .select('predicted_end')
    .where('deployments.release_id', 'is not', null)
    .where('started_at', '<', new Date(query.to))
    .where((row) => row.or([row('ended_at', 'is', null), row('ended_at', '>', new Date(query.from))]));
  if (query.service !== undefined) select = select.where('service', '=', query.service);
  if (query.environment !== undefined) select = select.where('environment', '=', query.environment);
  const rows = await select.orderBy('started_at', 'desc').limit(500).execute();
  const entries = rows.map((row): CalendarEntry => ({
    uid: `deployment/${row.id}`,
    kind: 'release',
    start: row.started_at.toISOString(),
    end: new Date(row.ended_at ?? Math.max(Number(row.predicted_end ?? 0), Number(query.now))).toISOString(),
    title: `${row.service} ${row.version} in ${row.environment}`,
    detail: row.status === 'rolledBack' ? 'rolled back' : row.status,
    state: row.ended_at === null ? 'running' : 'ended',
    environment: row.environment,
    services: [row.service],
    ...overridesOf({
      ...{ releaseId: row.release_id, environment: row.environment },
      start: row.started_at.toISOString(),
    }),
    ...(row.release_id === null ? {} : { link: `/releases/${row.release_id}` }),
    marks: [],
    revision: row.ended_at === null ? 1 : 2,
  }));
  // What runs and is expected to be over by then does not reach into later months.
  return entries.filter((entry) => endOf(entry) > Date.parse(query.from));
}

async function ofMilestones(db: Db, query: EntriesQuery): Promise<CalendarEntry[]> {
  const found = await milestonesBetween(db, { from: query.from, to: query.to, ...given(query) });
  return found.map((one) => ({
    uid: `milestone/${one.releaseId}/${one.kind}`,
    kind: 'milestone',
    start: one.actualAt ?? one.estimateAt,
    title: `${one.title}: ${milestoneWord(one.kind)}`,
    ...(one.owner === undefined ? {} : { owner: one.owner }),
    state: one.actualAt === undefined ? 'planned' : 'ended',
    services: one.services,
    link: `/releases/${one.releaseId}`,
    marks: [],
    revision: 1,
  }));
}

/** Departures that were begun, and those that the rhythm says are to come. */
async function ofTrains(db: Db, query: EntriesQuery): Promise<CalendarEntry[]> {
  const { from, to } = query;
  const begun = await departuresBetween(db, { from, to });
  const trains = (await listTrains(db)).filter(
    ({ definition }) =>
      (query.environment === undefined || definition.to === query.environment) &&
      (query.service === undefined || definition.services.some(({ service }) => service === query.service)),
  );
  const shown = new Map(trains.map(({ definition }) => [definition.id, definition]));
  const written = begun
    .filter(({ train }) => shown.has(train) || isUnfiltered(query))
    .map((one): CalendarEntry => ({
      uid: `train/${one.train}/${one.scheduledAt}`,
      kind: 'train',
      start: one.departsAt,
      title: `train ${one.train}, departure ${one.number}: ${one.state}`,
      ...departureDetail(one),
      ...captainOf(shown.get(one.train)),
      state: one.state === 'departed' ? 'ended' : one.state === 'skipped' ? 'cancelled' : 'planned',
      services: one.boarded.map(({ service }) => service),
      ...(one.releaseId === undefined ? {} : { link: `/releases/${one.releaseId}` }),
      marks: [],
      revision: one.revision,
    }));
  const coming = await Promise.all(trains.map((train) => comingDepartures(db, train, query)));
  return [...written, ...coming.flat()];
}

const captainOf = (train: TrainDefinition | undefined): { owner?: string } =>
  train === undefined ? {} : { owner: train.captain };

/** What became of it, and who stayed behind and why. */
function departureDetail({
  because,
  leftBehind,
  updatedAt,
}: DepartureRecord): Pick<CalendarEntry, 'detail' | 'detailAt'> {
  const left = leftBehind.map((one) => `${one.service} stayed behind: ${one.because}`);
  const detail = [...(because === undefined ? [] : [because]), ...left].join(' ');
  return detail === '' ? {} : { detail, detailAt: updatedAt };
}

const isUnfiltered = ({ service, environment }: EntriesQuery): boolean =>
  service === undefined && environment === undefined;

async function comingDepartures(
  db: Db,
  { definition, state, because, changedAt, revision }: TrainRecord,
  { from, to, now }: EntriesQuery,
): Promise<CalendarEntry[]> {
  const [last] = await departuresOf(db, { train: definition.id, limit: 1 });
  const after = Math.max(Date.parse(from) - 1, now.getTime(), last ? Date.parse(last.scheduledAt) : 0);
  if (after >= Date.parse(to)) return [];
  return departuresAfter(definition, after)
    .filter((start) => start < Date.parse(to))
    .map((start) => new Date(start).toISOString())
    .map((start) => ({
      uid: `train/${definition.id}/${start}`,
      kind: 'train',
      start,
      title: `train ${definition.id} departs${state === 'running' ? '' : ` (${state})`}`,
      ...(because === undefined ? {} : { detail: because, detailAt: changedAt }),
      owner: definition.captain,
      state: 'planned',
      environment: definition.to,
      services: definition.services.map(({ service }) => service),
      marks: [],
      revision,
    }));
}
