import { Temporal as Tc39 } from 'temporal-polyfill';
import type { StageRiskSettings } from '../policy/risk.schema.ts';
import type { Measures } from '../risk/model.ts';
import { firstAfter, holdingAt } from './intervals.ts';
import type { OpenFacts } from './open.ts';

const day = 86_400_000;
const names = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const;
/** From this hour on the week's last working day is late: what goes wrong then is mended on a weekend. */
const lateHour = 15;

export type WorkingHours = NonNullable<StageRiskSettings['workingHours']>;

/**
 * What makes an instant a bad one to start at (semantics §5, "timing"), in the organisation's zone. The working week is the days
 * that are worked, Monday first. Throws on a zone that nobody knows.
 */
export function momentOf(
  at: string,
  o: { zone: string; hours: WorkingHours; open: Pick<OpenFacts, 'windows' | 'shut'> },
): Measures['timing'] {
  const ms = Date.parse(at);
  const local = localOf(at, o.zone);
  const days = workingDays(o.hours);
  const time = local.toPlainTime().toString({ smallestUnit: 'minute' });
  const isWorked =
    days.includes(local.dayOfWeek) && time >= (o.hours.from ?? '09:00') && time < (o.hours.to ?? '17:00');
  const window = o.open.windows && holdingAt(o.open.windows, ms);
  const freeze = firstAfter(o.open.shut, ms);
  return {
    isOffHours: !isWorked,
    isWeekEnding: local.dayOfWeek === days.at(-1) && local.hour >= lateHour,
    isWindowEnding:
      window !== undefined &&
      Number.isFinite(window.end) &&
      ms >= window.start + 0.75 * (window.end - window.start),
    isFreezeNear: freeze !== undefined && freeze.start - ms <= day,
  };
}

/** Where the instant lies in the week's last working day: when that day ends. */
export function weekEndOf(at: string, zone: string, hours: WorkingHours): string | undefined {
  const local = localOf(at, zone);
  if (local.dayOfWeek !== workingDays(hours).at(-1)) return undefined;
  const end = local.startOfDay().add({ days: 1 });
  return new Date(end.epochMilliseconds).toISOString();
}

const localOf = (at: string, zone: string): Tc39.ZonedDateTime =>
  Tc39.Instant.from(at).toZonedDateTimeISO(zone);

/** ISO numbers of the days that are worked, 1 for Monday, ascending. */
const workingDays = ({ days = ['MO', 'TU', 'WE', 'TH', 'FR'] }: WorkingHours): number[] =>
  names.flatMap((name, index) => (days.includes(name) ? [index + 1] : []));
