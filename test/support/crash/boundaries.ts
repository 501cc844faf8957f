import type { WorkflowHandle } from '@temporalio/client';
import type { LedgerAction } from '../ledger.ts';

/** Where an activity can be met, in the order in which it passes them. */
export const places = ['scheduled', 'started', 'running', 'effect', 'done'] as const;
/**
 * `scheduled`: the engine has it, nobody has taken it. `started`: a worker has, and nothing of it has happened. `running`: its
 * program runs and has had no effect. `effect`: the program has had it, and runs. `done`: all has happened, the engine does not
 * know. A local activity is scheduled and begun by the same worker, and what has no program passes only the other places.
 */
export type Place = (typeof places)[number];

/** What one program of the deployer is asked to do, as its ledger names it. */
interface Program {
  action: LedgerAction;
  /** Without the number of the slot. */
  service: string;
  weight: number;
}

/** One activity of the release, or of the environment that it locks, as the undisturbed run has it. */
export interface Passed {
  workflow: 'release' | 'environment';
  /**
   * Of its kind in its workflow, counted as they begin: `applyStep-3`. How many batches of rows are written between two others
   * may differ from run to run, so they are counted from the one before: `record-after-applyStep-3-1`.
   */
  name: string;
  isLocal: boolean;
  /** When it was scheduled, begun and ended: positions among all events of both histories. */
  scheduledAt: number;
  begunAt: number;
  endedAt: number;
  program?: Program;
  /** Of which component it is, and when: `shop 10 %`, `shop, soak`. */
  about?: string;
  /** The program ended without an effect, because it was told to or has none. */
  hasFailed: boolean;
}

export interface Boundary extends Pick<Passed, 'workflow' | 'name' | 'isLocal' | 'program' | 'about'> {
  place: Place;
  /**
   * Names of the activities of the release that are the last to end before it can begin: a run that is stopped at their ends is
   * at most some rows away from this place.
   */
  before: string[];
}

type Event = NonNullable<Awaited<ReturnType<WorkflowHandle['fetchHistory']>>['events']>[number];
interface Dated extends Event {
  workflow: Passed['workflow'];
}

/** Everything that can be killed at, in the order in which the undisturbed run came to it. */
export function boundariesOf(activities: readonly Passed[]): Boundary[] {
  const remote = activities.filter(({ isLocal }) => !isLocal);
  return activities.flatMap((one) =>
    placesOf(one).map((place) => ({
      ...{ workflow: one.workflow, name: one.name, isLocal: one.isLocal, place },
      ...(one.program ? { program: one.program } : {}),
      ...(one.about === undefined ? {} : { about: one.about }),
      before: lastBefore(remote, one.scheduledAt).map(({ name }) => name),
    })),
  );
}

function placesOf({ isLocal, program, hasFailed }: Passed): Place[] {
  if (isLocal) return ['started', 'done'];
  if (!program) return ['scheduled', 'started', 'done'];
  return places.filter((place) => place !== 'effect' || !hasFailed);
}

/** Those that had ended by then, and after whose end none of the others was scheduled. */
function lastBefore(remote: readonly Passed[], at: number): Passed[] {
  const ended = remote.filter(({ endedAt }) => endedAt < at);
  return ended.filter((one) => !ended.some(({ scheduledAt }) => scheduledAt > one.endedAt));
}

/** The activities of a release and of the environment that it locked, read from their histories, as they began. */
export function activitiesOf(histories: Readonly<Record<Passed['workflow'], readonly Event[]>>): Passed[] {
  const events = (['release', 'environment'] as const)
    .flatMap((workflow) => histories[workflow].map((event): Dated => ({ ...event, workflow })))
    .sort((a, b) => instantOf(a) - instantOf(b));
  const found = events
    .flatMap((event, at) => [remoteAt(events, event, at), localAt(event, at)])
    .filter((one) => one !== undefined)
    .sort((a, b) => a.begunAt - b.begunAt);
  const names = { release: naming(), environment: naming() };
  return found.map(({ type, ...one }) => ({ ...one, name: names[one.workflow](type) }));
}

type Nameless = Omit<Passed, 'name'> & { type: string };

function remoteAt(events: readonly Dated[], event: Dated, at: number): Nameless | undefined {
  const scheduled = event.activityTaskScheduledEventAttributes;
  if (!scheduled) return undefined;
  const { workflow, eventId } = event;
  const isOfIt = (id: unknown) => String(id) === String(eventId);
  const where = (of: (later: Dated) => { scheduledEventId?: unknown } | null | undefined): number =>
    events.findIndex((later) => later.workflow === workflow && isOfIt(of(later)?.scheduledEventId));
  const endedAt = where((later) => later.activityTaskCompletedEventAttributes);
  const type = scheduled.activityType?.name ?? '';
  const action = actions[type];
  const input = jsonOf<Input>(scheduled.input);
  const result = jsonOf<{ outcome?: string }>(events[endedAt]?.activityTaskCompletedEventAttributes?.result);
  return {
    ...{ workflow, type, isLocal: false, scheduledAt: at, endedAt },
    begunAt: where((later) => later.activityTaskStartedEventAttributes),
    hasFailed: result?.outcome === 'failed' || action === 'probe', // a look has no effect
    ...(input?.component ? { about: aboutOf(type, input, nameIn(input.component.service)) } : {}),
    ...(action && input?.component
      ? { program: { action, service: nameIn(input.component.service), weight: input.weight ?? 0 } }
      : {}),
  };
}

/** What ordinary activities of a release are asked, as far as it is read here. */
interface Input {
  component?: { service: string };
  weight?: number;
  at?: string;
}

function aboutOf(type: string, { at, weight }: Input, service: string): string {
  if (type === 'applyStep') return `${service} ${weight} %`;
  return at === undefined ? service : `${service}, ${at}`;
}

const actions: Record<string, Program['action']> = {
  applyStep: 'apply',
  undoComponent: 'undo',
  runCheck: 'check',
  probeComponent: 'probe',
};

/** A local activity leaves nothing but a marker, with the end of the task that ran it. */
function localAt(
  { workflow, markerRecordedEventAttributes: marker }: Dated,
  at: number,
): Nameless | undefined {
  const ran = jsonOf<{ activity_type: string }>(marker?.details?.['data']);
  if (marker?.markerName !== 'core_local_activity' || !ran) return undefined;
  const when = { scheduledAt: at, begunAt: at, endedAt: at };
  return { workflow, type: ran.activity_type, isLocal: true, hasFailed: false, ...when };
}

/** The rule by which `hold-activities.mjs` names what a worker begins. */
function naming(): (type: string) => string {
  const counts: Record<string, number> = {};
  let [last, rows] = ['start', 0];
  return (type) => {
    if (type === 'record') return `record-after-${last}-${(rows += 1)}`;
    counts[type] = (counts[type] ?? 0) + 1;
    rows = 0;
    return (last = `${type}-${counts[type]}`);
  };
}

/** Without the number of the slot: `shop-17` is any slot's `shop`. */
export const nameIn = (text: string): string => text.replaceAll(/\b(base|shop|place)-\d+\b/g, '$1');

const instantOf = ({ eventTime }: Event): number =>
  Number(eventTime?.seconds ?? 0) * 1e9 + Number(eventTime?.nanos ?? 0);

function jsonOf<Value>(
  of: { payloads?: { data?: Uint8Array | null }[] | null } | null | undefined,
): Value | undefined {
  const data = of?.payloads?.[0]?.data;
  return data ? (JSON.parse(Buffer.from(data).toString('utf8')) as Value) : undefined;
}
