import type { StageView, TaskView } from '../../../domain/release/release.ts';
import { isTerminal } from '../../../domain/release/state.ts';
import { isOutstanding, mayMove, taskInWords, whyNoSay } from '../../../domain/release/tasks.ts';
import { html, type SafeHtml } from '../../../platform/html.ts';
import { taskVerbs, type TaskVerb } from '../../routes/tasks.ts';
import { choiceField, formOf, formTo, openIfSent, reasonField, textField, timeField } from './form.ts';
import type { SentForm } from './sent-form.ts';
import { time } from './time.ts';
import {
  objectOf,
  personOf,
  refusedForm,
  refusedForms,
  standingOf,
  whyNotByAccess,
  whyShutNow,
  type Reader,
} from './why-not.ts';

type Shown = Reader & { zone: string; sent?: SentForm | undefined };

/** Work that stages wait for, with a button for what can be said of it; nothing where there is none, and none can be added. */
export function tasksSection(shown: Shown): SafeHtml | undefined {
  const { view, zone, nameOf } = shown;
  const { tasks = [] } = view;
  const notAdded = whyNotAdd(shown);
  if (tasks.length === 0 && notAdded !== undefined) return undefined;
  return html`<section aria-labelledby="tasks">
    <h2 id="tasks">Tasks</h2>
    <ul class="plain">
      ${tasks.map(
        (task) =>
          html`<li>
            <strong>${task.id}</strong> ${task.title}: ${taskInWords(task, nameOf)}${task.due === undefined ? undefined : html`, due ${time(task.due, zone)}`}${task.reason === undefined ? undefined : html`: “${task.reason}”`}
            ${isOutstanding(task) && !isTerminal(view.state) ? moveForms(task, shown) : undefined}
          </li>`,
      )}
    </ul>
    ${notAdded === undefined ? addForm(shown) : isTerminal(view.state) ? undefined : refusedForm('Add a task', notAdded)}
  </section>`;
}

function whyNotAdd(reader: Reader): string | undefined {
  const standing = standingOf(reader);
  return (
    whyNotByAccess(reader.caller, 'task.add', objectOf(reader.view)) ??
    whyShutNow(reader) ??
    (standing && whyNoSay(standing))
  );
}

/** Folded: most releases need no other work than what their gates ask for. */
function addForm(shown: Shown): SafeHtml {
  const { view, zone } = shown;
  const form = formTo(`/releases/${view.id}/tasks`, shown);
  const stages = view.stages
    .filter(isToCome)
    .map(({ environment }): [string, string] => [environment, environment]);
  return html`<details ${openIfSent(form)}>
    <summary>Add a task…</summary>
    ${formOf(
      form,
      html`${textField(form, { name: 'title', label: 'What is to be done', longest: 200 })}
        ${textField(form, { name: 'owner', label: 'Who does it', hint: 'id of a person or a team', longest: 63 })}
        ${choiceField(form, { name: 'before', label: 'Which stage waits for it', options: [['', 'none'], ...stages] })}
        ${timeField(form, { name: 'due', label: 'Due', hint: `${zone}; may be left empty`, optional: true })}
        <button class="second">Add the task</button>`,
    )}
  </details>`;
}

/** Work can only be asked for before a stage that has not begun. */
const isToCome = ({ state }: StageView): boolean =>
  ['pending', 'verifying', 'gating', 'ready'].includes(state);

const labels: Record<TaskVerb, string> = {
  accept: 'Take it on',
  complete: 'Done',
  block: 'Blocked',
  cancel: 'Give up',
};

/** What the reader may say of a task as buttons; what others may is shown as well, with who they are. */
function moveForms(task: TaskView, reader: Shown): SafeHtml {
  const moves = (Object.keys(taskVerbs) as TaskVerb[]).flatMap((verb) => {
    const answer = judged(task, verb, reader);
    return answer === 'cannot become that' ? [] : [{ verb, because: answer }];
  });
  const shut = moves.flatMap(({ verb, because }) =>
    because === undefined ? [] : [{ label: labels[verb], because }],
  );
  return html`${moves.length > shut.length ? moveForm(task, reader, moves) : undefined} ${refusedForms(shut)}`;
}

/** Why the release would not take that from the reader; undefined where it would. */
function judged(task: TaskView, verb: TaskVerb, reader: Reader): string | undefined {
  const { caller, view, plans } = reader;
  const refused = whyNotByAccess(caller, 'task.move', objectOf(view)) ?? whyShutNow(reader);
  const standing = standingOf(reader);
  const candidates = plans.get(view.stages[0]?.environment ?? '')?.candidates ?? [];
  const someone = standing ?? { person: personOf(reader), isOwner: false, isReleaseManager: true };
  const answer = mayMove(task, taskVerbs[verb], someone, candidates);
  if (!answer.ok && answer.kind === 'state') return 'cannot become that';
  return refused ?? (answer.ok ? undefined : answer.because);
}

function moveForm(
  task: TaskView,
  shown: Shown,
  moves: readonly { verb: TaskVerb; because: string | undefined }[],
): SafeHtml {
  const form = formTo(`/releases/${shown.view.id}/tasks/${task.id}`, shown);
  return formOf(
    form,
    html`${reasonField(form, { hint: 'needed to block and to give up', optional: true })}
    ${moves.filter(({ because }) => because === undefined).map(({ verb }) => html`<button class="second" name="verb" value="${verb}">${labels[verb]}</button> `)}`,
  );
}
