import { condition } from '@temporalio/workflow';
import type { RemindableTask, TaskReminder } from '../domain/calendar/task-reminders.ts';
import { instantText } from '../domain/instant-text.ts';
import { listOf } from '../domain/list-of.ts';
import type { TaskView } from '../domain/release/release.ts';
import { isOutstanding, ownersOf } from '../domain/release/tasks.ts';
import { isShut } from '../domain/verdict.ts';
import type { TaskReminders } from '../activities/contract-tasks.ts';
import { causeOf } from './failures.ts';
import { reads } from './proxies.ts';
import type { ReleaseRun } from './run.ts';

/** Where nobody could tell who is to be reminded, it is asked again after this time. */
const askAgainMs = 3_600_000;

/** What the loop knows: until when everything was said, who was reminded when, and since when stages wait. Instants. */
interface Said {
  after: string;
  remindedAt: Map<string, string>;
  waitsSince: Map<string, string>;
}

/**
 * Reminds people of tasks for as long as the release goes forward, beside its story: a task may be due while an earlier stage soaks,
 * and a release never waits for a mail. Nothing of it where there is no task.
 */
export async function remindOfTasks(run: ReleaseRun): Promise<void> {
  const said: Said = { after: run.now, remindedAt: new Map(), waitsSince: new Map() };
  for (;;) {
    await condition(() => isOver(run) || outstanding(run).length > 0);
    if (isOver(run)) return;
    const seen = fingerprint(run);
    const nextAt = await remind(run, said);
    const isNews = () => isOver(run) || fingerprint(run) !== seen;
    if (nextAt === undefined) await condition(isNews);
    else
      await condition(isNews, Math.max(1, nextAt - Date.now()), {
        summary: `then remind people of tasks of ${run.title}`,
      });
  }
}

/** It goes forward no more: what is taken back waits for no task. */
const isOver = (run: ReleaseRun): boolean => run.stopping !== undefined || run.view.ended !== undefined;

const outstanding = (run: ReleaseRun): TaskView[] => (run.view.tasks ?? []).filter(isOutstanding);

const peopleOf = (run: ReleaseRun, task: TaskView): string[] =>
  ownersOf(task, run.plan.stages[0]?.candidates ?? []);

/** All that a reminder hangs on, but for time. */
const fingerprint = (run: ReleaseRun): string =>
  JSON.stringify(outstanding(run).map((task) => [task.id, peopleOf(run, task), isWaitedFor(run, task)]));

const opensByItself: readonly string[] = ['lock', 'window', 'fit'];

/**
 * Whether a stage waits for a task without a due time, and for people alone: while a freeze or a red check keeps it shut,
 * nobody need hurry. A window that is closed will open: whoever does the task by then misses none.
 */
function isWaitedFor(run: ReleaseRun, { before, due }: TaskView): boolean {
  if (before === undefined || due !== undefined) return false;
  const stage = run.view.stages.find(({ environment }) => environment === before);
  if (stage?.state !== 'gating') return false;
  const shut = stage.verdicts.filter((row) => isShut(row) && !opensByItself.includes(row.gate));
  return shut.some(({ gate }) => gate === 'tasks') && shut.every(({ kind }) => kind === 'needsPeople');
}

/** Says what is due by now. Answers when to look again; epoch milliseconds. */
async function remind(run: ReleaseRun, said: Said): Promise<number | undefined> {
  const { now } = run;
  try {
    const { reminders, nextAt } = await asked(run, said, now);
    if (isOver(run)) return undefined; // ended meanwhile: nobody need do anything
    said.after = now;
    for (const reminder of reminders) {
      const task = outstanding(run).find(({ id }) => id === reminder.task); // settled while it was asked: not any more
      if (!task) continue;
      said.remindedAt.set(task.id, now);
      tell(run, task, reminder);
    }
    return nextAt === undefined ? undefined : Date.parse(nextAt);
  } catch (error) {
    run.tell(
      'notice.failed',
      'tasks',
      `Nobody could be reminded of tasks: ${causeOf(error).because} It is tried again in an hour.`,
    );
    return Date.now() + askAgainMs;
  }
}

async function asked(run: ReleaseRun, said: Said, now: string): Promise<TaskReminders> {
  const tasks = outstanding(run).map((task): RemindableTask => {
    if (!isWaitedFor(run, task)) said.waitsSince.delete(task.id);
    else if (!said.waitsSince.has(task.id)) said.waitsSince.set(task.id, now);
    const waitsSince = said.waitsSince.get(task.id);
    const remindedAt = said.remindedAt.get(task.id);
    return {
      id: task.id,
      owners: peopleOf(run, task),
      openedAt: task.openedAt ?? task.at,
      ...(task.due === undefined ? {} : { due: task.due }),
      ...(waitsSince === undefined ? {} : { waitsSince }),
      ...(remindedAt === undefined ? {} : { remindedAt }),
    };
  });
  return reads.planTaskReminders.executeWithOptions({ summary: 'who is to be reminded of which task' }, [
    { policyDigest: run.order.policyDigest, tasks, answerable: answerable(run), after: said.after, now },
  ]);
}

/** People who may say of a task how it stands where its owners do not: the release's owner, else whoever is on call. */
const answerable = ({ plan }: ReleaseRun): string[] =>
  plan.owner === undefined ? plan.onCall : [plan.owner];

function tell(run: ReleaseRun, task: TaskView, { step, at, to, as }: TaskReminder): void {
  const sentence = inWords(run, task, as);
  run.tell(
    'task.reminded',
    `task ${task.id}`,
    `Reminded of task ${task.id} “${task.title}”: ${to.join(', ')}.`,
    {
      facts: { task: task.id, step, people: to },
    },
  );
  run.notify({
    occasion: `task/${task.id}/${as}/${step}/${at}`,
    kind: 'taskReminder',
    to,
    ...(task.before === undefined ? {} : { environment: task.before }),
    sentence,
    facts: { task: task.id, title: task.title, as, ...(task.due === undefined ? {} : { due: task.due }) },
  });
}

/** `“write the runbook” was due Thu 26 Nov 17:00 UTC and is not done. It is blocked: no access.` */
function inWords(run: ReleaseRun, task: TaskView, as: TaskReminder['as']): string {
  const what = `Task ${task.id} of ${run.title}, “${task.title}”,`;
  const due =
    task.due === undefined
      ? 'is not done'
      : Date.parse(task.due) > Date.now()
        ? `is due ${instantText(task.due)}`
        : `was due ${instantText(task.due)} and is not done`;
  const blocked =
    task.state === 'blocked' ? ` It is blocked${task.reason === undefined ? '' : `: ${task.reason}`}.` : '';
  const owners = listOf(peopleOf(run, task).map(run.nameOf), 'and');
  const others = {
    owner: '',
    inPlace: ` Away: ${owners}.`,
    answering: ` Reminded of it before: ${owners}.`,
  }[as];
  return `${what} ${due}.${blocked}${others}`;
}
