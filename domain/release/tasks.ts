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
      ? `${task.askedBy} asked for it and may give it up`
      : `it is with ${listOf(owners.length > 0 ? owners : [task.owner], 'or')}`;
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
    if (ownersOf({ owner }, candidates).length === 0)
      return `“${title}” is for ${owner}, and there is no such person or team in gantry.yaml.`;
  }
  return undefined;
}

/** The conditions as tasks, numbered on from those that there are. */
export const tasksOf = (
  conditions: readonly { condition: Condition; askedBy: string }[],
  before: readonly TaskView[],
  at: string,
): TaskView[] =>
  conditions.map(({ condition, askedBy }, index) => ({
    ...condition,
    id: `t${before.length + index + 1}`,
    state: 'open',
    askedBy,
    at,
    by: askedBy,
  }));

/** Tasks that a release takes over from one whose place it takes: what is outstanding, for the stages that it still has ahead. */
export const carriedOver = (
  tasks: readonly TaskView[],
  from: string,
  stages: readonly string[],
  before: readonly TaskView[],
): TaskView[] =>
  tasks
    .filter((task) => isOutstanding(task) && stages.includes(task.before))
    .map((task, index) => ({ ...task, id: `t${before.length + index + 1}`, carriedFrom: from }));
