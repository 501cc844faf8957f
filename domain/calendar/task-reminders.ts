import { quietHoursAt, outsideQuietHours, workDays } from './quiet-hours.ts';
import { addDays, instantOf, localOf, resolveLocal } from './resolve-local.ts';

const hourMs = 3_600_000;
/** Share of the time that a task has after which its owners are reminded of it first. */
const aheadShare = 0.75;
/** Two mails about one task come no closer than this. */
const apartMs = hourMs;
/** Whoever heard of a task within this time knows of it when a stage comes to wait for it. */
const freshMs = 24 * hourMs;

/** A task that is not settled, as far as reminding of it goes. Owners are person ids, instants RFC 3339. */
export interface RemindableTask {
  id: string;
  owners: string[];
  openedAt: string;
  due?: string;
  /** Of a task without a due time: since when only people keep back the stage that waits for it; absent while it does not wait. */
  waitsSince?: string;
  /** When somebody was reminded of it last. */
  remindedAt?: string;
}

/**
 * `ahead`: a quarter of the time is left; `due`: it is over; `waits`: a stage has come to wait for a task without a due time;
 * `daily`: one of the days of work after that.
 */
export type TaskStep = 'ahead' | 'due' | 'waits' | 'daily';

/**
 * Whom to remind of what. `as`: its owners; whoever may answer for owners who are all away (`inPlace`); the same people beside the
 * owners, once, a day after it was due (`answering`).
 */
export interface TaskReminder {
  task: string;
  step: TaskStep;
  /** The instant that it was planned for; with task and reader it is unique. */
  at: string;
  to: string[];
  as: 'owner' | 'inPlace' | 'answering';
}

/** What is asked at one look. What was due until `after` has been said. */
export interface RemindersAsked {
  tasks: readonly RemindableTask[];
  /** People who may say of any task how it stands. */
  answerable: readonly string[];
  after: string;
  now: string;
}

interface Step {
  step: TaskStep;
  ms: number;
  /** Of a `daily` one: which day after the first, from 1. */
  day: number;
}

/**
 * Who is to be reminded by now, and when to look again (semantics §9, "Reminders": at 25 % of the time left, when due, then
 * daily; "Quiet hours" of each reader; "Out of office"). However much was due since the last look, one mail a reader and task says it.
 */
export function remindersAt(
  { tasks, answerable, after, now }: RemindersAsked,
  { zoneOf, isAway }: { zoneOf: (person: string) => string; isAway: (person: string) => boolean },
): { reminders: TaskReminder[]; nextAt?: string } {
  const reminders: TaskReminder[] = [];
  const nexts: number[] = [];
  for (const task of tasks) {
    const others = answerable.filter((person) => !task.owners.includes(person));
    const byZone = new Map<string, Step[]>(); // whole teams mostly live in one
    const stepsOf = (person: string): Step[] => {
      const zone = zoneOf(person);
      const steps = byZone.get(zone) ?? stepsUntil(task, zone, Date.parse(now));
      byZone.set(zone, steps);
      return steps;
    };
    const due = (person: string) =>
      stepsOf(person).filter(({ ms }) => ms > Date.parse(after) && ms <= Date.parse(now));
    for (const person of [...task.owners, ...others])
      nexts.push(...stepsOf(person).flatMap(({ ms }) => (ms > Date.parse(now) ? [ms] : [])));
    const present = task.owners.filter((person) => !isAway(person));
    const standIns = others.filter((person) => !isAway(person));
    const add = (as: TaskReminder['as'], person: string, step: Step | undefined): void => {
      if (step) reminders.push({ task: task.id, step: step.step, at: instantOf(step.ms), to: [person], as });
    };
    if (present.length > 0) {
      for (const person of present) add('owner', person, due(person).at(-1));
      for (const person of standIns)
        add(
          'answering',
          person,
          due(person).find(({ day }) => day === 1),
        );
    } else if (standIns.length > 0) for (const person of standIns) add('inPlace', person, due(person).at(-1));
    // Nobody is left who could be asked in their place, so they hear of it where they are.
    else for (const person of task.owners) add('owner', person, due(person).at(-1));
  }
  return {
    reminders: together(reminders),
    ...(nexts.length > 0 ? { nextAt: instantOf(Math.min(...nexts)) } : {}),
  };
}

/** Everything that is due of a task for readers in a zone, in order, up to the first that is after `now`. */
function stepsUntil(task: RemindableTask, zone: string, now: number): Step[] {
  const first = firstSteps(task, zone);
  const base = first.at(-1);
  if (!base) return [];
  const steps = first.filter((step) => isApart(step, task, base));
  for (let [day, local] = [1, localOf(base.ms, zone)]; (steps.at(-1)?.ms ?? 0) <= now; day += 1) {
    local = nextWorkDay(local); // the first one lies outside of quiet hours, so these do
    steps.push({ step: 'daily', ms: resolveLocal(local, zone).ms, day });
  }
  return steps;
}

/** What comes before the daily ones; the last of it is what their days are counted from. */
function firstSteps({ openedAt, due, waitsSince }: RemindableTask, zone: string): Step[] {
  if (due !== undefined) {
    const span = Date.parse(due) - Date.parse(openedAt);
    const outside = (at: string) => Date.parse(outsideQuietHours({ at, deadline: due, zone }));
    const ahead = instantOf(Date.parse(openedAt) + Math.round(span * aheadShare));
    // The last evening may be the one on which it was opened: then it is said in the morning after.
    const isEvening = outside(due) - Date.parse(openedAt) < apartMs;
    return [
      { step: 'ahead', ms: outside(ahead), day: 0 },
      { step: 'due', ms: isEvening ? endOfQuiet(Date.parse(due), zone) : outside(due), day: 0 },
    ];
  }
  return waitsSince === undefined
    ? []
    : [{ step: 'waits', ms: endOfQuiet(Date.parse(waitsSince), zone), day: 0 }];
}

/** Whether a step says what its reader has not just been told, nor is told in a moment. */
function isApart(
  { step, ms }: Step,
  { openedAt, remindedAt = openedAt }: RemindableTask,
  base: Step,
): boolean {
  if (step === 'ahead') return ms - Date.parse(openedAt) >= apartMs && base.ms - ms >= apartMs;
  if (step === 'waits') return ms - Math.max(Date.parse(openedAt), Date.parse(remindedAt)) >= freshMs;
  return true;
}

const endOfQuiet = (ms: number, zone: string): number => quietHoursAt(ms, zone)?.end ?? ms;

/** The same clock time on the next day of work. */
const nextWorkDay = (local: string): string => workDays(local, [1, 2, 3])[0] ?? addDays(local, 1);

/** Those of one task, step and instant as one. */
function together(reminders: readonly TaskReminder[]): TaskReminder[] {
  const byKey = new Map<string, TaskReminder>();
  for (const reminder of reminders) {
    const key = [reminder.task, reminder.step, reminder.at, reminder.as].join(' ');
    byKey.set(key, { ...reminder, to: [...(byKey.get(key)?.to ?? []), ...reminder.to] });
  }
  return [...byKey.values()];
}
