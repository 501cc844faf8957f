import { nameAmong } from './names.ts';
import { noStanding } from './postpone.ts';
import { listOf } from '../list-of.ts';
import type { Candidate } from './plan.ts';
import type { Condition, TaskState, TaskView } from './release.ts';

/** What a task may become from what it is (semantics §9): open → accepted → done, either ↔ blocked, → cancelled. */
const moves: Record<TaskState, readonly TaskState[]> = {
  open: ['accepted', 'done', 'blocked', 'cancelled'],
  accepted: ['done', 'blocked', 'cancelled'],
  blocked: ['accepted', 'cancelled'],
  done: [],
  cancelled: [],
};

/** A stage waits for it as long as this holds. */
export const isOutstanding = ({ state }: TaskView): boolean => state !== 'done' && state !== 'cancelled';

/** How a task stands, without its id and title: `open, with sam, before production`. */
export const taskInWords = (
  task: Pick<TaskView, 'state' | 'acceptedBy' | 'owner' | 'before'>,
  nameOf: (person: string) => string = (person) => person,
): string =>
  `${task.state}, with ${nameOf(task.acceptedBy ?? task.owner)}, ${task.before === undefined ? 'no stage waits for it' : `before ${task.before}`}`;

/** People who own a task: the one it is with, else everybody of the team. */
export function ownersOf(
  task: Pick<TaskView, 'owner' | 'acceptedBy'>,
  candidates: readonly Candidate[],
): string[] {
  if (task.acceptedBy !== undefined) return [task.acceptedBy];
  if (candidates.some(({ id }) => id === task.owner)) return [task.owner];
  return candidates.filter(({ team }) => team === task.owner).map(({ id }) => id);
}

/** Who moves a task, by what they are to its release. */
interface Mover {
  person: string;
  name?: string;
  others?: readonly string[];
  isOwner: boolean;
  isReleaseManager: boolean;
}

/**
 * Whether a person may bring a task into a state, else why not and who may. Its owners do the work; the owner of the release and
 * a release manager may answer for them. A condition is given up only by whoever asked for it, or by a release manager.
 */
export function mayMove(
  task: TaskView,
  to: TaskState,
  who: Mover,
  candidates: readonly Candidate[],
): { ok: true } | { ok: false; kind: 'state' | 'authority'; because: string } {
  if (!moves[task.state].includes(to))
    return {
      ok: false,
      kind: 'state',
      because: `Task ${task.id} is ${task.state}, so it cannot become ${to}.`,
    };
  const owners = ownersOf(task, candidates);
  const isAllowed =
    who.isReleaseManager ||
    (to === 'cancelled' ? who.person === task.askedBy : who.isOwner || owners.includes(who.person));
  if (isAllowed) return { ok: true };
  const ask =
    to === 'cancelled'
      ? `${nameAmong(candidates, task.askedBy)} asked for it and may give it up`
      : `it is with ${listOf(owners.length > 0 ? owners.map((one) => nameAmong(candidates, one)) : [task.owner], 'or')}`;
  return {
    ok: false,
    kind: 'authority',
    because: `Task ${task.id} is not yours to move: ${ask}; so may a release manager.`,
  };
}

/**
 * What is wrong with conditions; undefined where nothing is: each needs a stage that has not started, and an owner who exists.
 * @param ahead environment ids of the stages that have not started
 */
export function conditionProblem(
  conditions: readonly Condition[],
  { ahead, candidates }: { ahead: readonly string[]; candidates: readonly Candidate[] },
): string | undefined {
  for (const { title, owner, before } of conditions) {
    if (!ahead.includes(before))
      return `“${title}” is to be done before ${before}, which is no stage that is still to start: name ${listOf(ahead, 'or')}.`;
    const problem = ownerProblem(title, owner, candidates);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Work that somebody adds to a release without a vote; without `before` no stage waits for it. */
export interface AddedTask {
  title: string;
  /** Person or team; id. */
  owner: string;
  before?: string;
  due?: string;
}

/** So many tasks a release may have that anybody still reads them. */
const mostTasks = 100;

/**
 * Whether a person may add this task, else why not. Whoever may approve or owns the release may stop it anyhow, by a vote or a
 * pause; so they may make a stage wait for work, too.
 * @param now its due time must be to come
 */
export function mayAdd(
  task: AddedTask,
  who: Mover & { isApprover: boolean },
  facts: { ahead: readonly string[]; candidates: readonly Candidate[]; count: number; now: string },
): { ok: true } | { ok: false; kind: 'state' | 'authority'; because: string } {
  const noSay = whyNoSay(who);
  if (noSay !== undefined) return { ok: false, kind: 'authority', because: noSay };
  const because = whyNotAddable(task, facts);
  return because === undefined ? { ok: true } : { ok: false, kind: 'state', because };
}

/** Why somebody may add no task whatever it is: they are nothing to the release. Undefined where they may add some. */
export const whyNoSay = (who: Mover & { isApprover: boolean }): string | undefined =>
  who.isOwner || who.isApprover || who.isReleaseManager ? undefined : noStanding(who);

function whyNotAddable(
  { title, owner, before, due }: AddedTask,
  { ahead, candidates, count, now }: Parameters<typeof mayAdd>[2],
): string | undefined {
  if (title.trim() === '') return 'Say what is to be done.';
  if (count >= mostTasks)
    return `It has ${mostTasks} tasks already: settle some, or write the rest elsewhere.`;
  const past = pastDue([{ title, ...(due === undefined ? {} : { due }) }], now);
  if (past !== undefined) return past;
  return before === undefined
    ? ownerProblem(title, owner, candidates)
    : conditionProblem([{ title, owner, before }], { ahead, candidates });
}

/** Why work cannot be asked for: it would be late from the beginning. Undefined where all is due later than `now`, or at no time. */
export function pastDue(tasks: readonly { title: string; due?: string }[], now: string): string | undefined {
  const late = tasks.find(({ due }) => due !== undefined && !(Date.parse(due) > Date.parse(now)));
  return (
    late && `“${late.title}” would be due at ${late.due}, which has passed: name a time that is to come.`
  );
}

const ownerProblem = (title: string, owner: string, candidates: readonly Candidate[]): string | undefined =>
  ownersOf({ owner }, candidates).length === 0
    ? `“${title}” is for ${owner}, and there is no such person or team in gantry.yaml: write ${known(candidates)}.`
    : undefined;

/** Ids that may be written; whoever decides on a phone has no gantry.yaml at hand. */
const known = (candidates: readonly Candidate[]): string => {
  const ids = candidates.map(({ id }) => id);
  return `${listOf(ids.slice(0, 8), 'or')}${ids.length > 8 ? ', or another one of them' : ''}`;
};

/** The conditions as tasks, numbered on from those that there are. */
export const tasksOf = (
  conditions: readonly { condition: AddedTask; askedBy: string }[],
  before: readonly TaskView[],
  at: string,
): TaskView[] =>
  conditions.map(({ condition, askedBy }, index) => ({
    ...condition,
    id: `t${before.length + index + 1}`,
    state: 'open',
    askedBy,
    openedAt: at,
    at,
    by: askedBy,
  }));

/** Tasks that a release takes over from one whose place it takes: what is outstanding, for the stages that it still has or for none. */
export const carriedOver = (
  tasks: readonly TaskView[],
  from: string,
  stages: readonly string[],
  before: readonly TaskView[],
): TaskView[] =>
  tasks
    .filter((task) => isOutstanding(task) && (task.before === undefined || stages.includes(task.before)))
    .map((task, index) => ({ ...task, id: `t${before.length + index + 1}`, carriedFrom: from }));
