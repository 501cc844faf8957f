import type { ReleaseView, TaskView } from '../../../domain/release/release.ts';
import { isTerminal } from '../../../domain/release/state.ts';
import { isOutstanding, taskInWords } from '../../../domain/release/tasks.ts';
import { html, type SafeHtml } from '../../../platform/html.ts';
import { may } from '../../auth/access.ts';
import type { Caller } from '../../auth/caller.ts';
import { taskVerbs, type TaskVerb } from '../../routes/tasks.ts';
import { csrfInput } from '../layout.ts';
import { time } from './time.ts';

interface Shown {
  view: ReleaseView;
  caller: Caller;
  zone: string;
  nameOf: (person: string) => string;
}

/** Work that stages wait for, with a button for what can be said of it; nothing where there is none. */
export function tasksSection({ view, caller, zone, nameOf }: Shown): SafeHtml | undefined {
  const { tasks = [] } = view;
  const services = view.components.map(({ service }) => service);
  const can = (action: 'task.move' | 'task.add') =>
    caller.session !== undefined &&
    !isTerminal(view.state) &&
    may(caller.grant, action, { services }).allowed;
  const canMove = can('task.move');
  const canAdd = can('task.add');
  if (tasks.length === 0 && !canAdd) return undefined;
  return html`<section aria-labelledby="tasks">
    <h2 id="tasks">Tasks</h2>
    <ul class="plain">
      ${tasks.map(
        (task) =>
          html`<li>
            <strong>${task.id}</strong> ${task.title}: ${taskInWords(task, nameOf)}${task.due === undefined ? undefined : html`, due ${time(task.due, zone)}`}${task.reason === undefined ? undefined : html`: “${task.reason}”`}
            ${canMove && isOutstanding(task) ? moveForm(task, view, caller) : undefined}
          </li>`,
      )}
    </ul>
    ${canAdd ? addForm(view, caller, zone) : undefined}
  </section>`;
}

/** Folded: most releases need no other work than what their gates ask for. */
const addForm = (view: ReleaseView, caller: Caller, zone: string): SafeHtml =>
  html`<details>
    <summary>Add a task…</summary>
    <form method="post" action="/releases/${view.id}/tasks">
      ${caller.session && csrfInput(caller.session.csrf)}
      <label class="above" for="task-title">What is to be done</label
      ><input type="text" id="task-title" name="title" maxlength="200" required />
      <label class="above" for="task-owner">Who does it <span class="quiet">(id of a person or a team)</span></label
      ><input type="text" id="task-owner" name="owner" maxlength="63" required />
      <label class="above" for="task-before">Which stage waits for it</label
      ><select id="task-before" name="before">
        <option value="">none</option>
        ${view.stages.map(({ environment }) => html`<option value="${environment}">${environment}</option>`)}
      </select>
      <label class="above" for="task-due">Due <span class="quiet">(${zone}; may be left empty)</span></label
      ><input type="datetime-local" id="task-due" name="due" />
      <button class="second">Add the task</button>
    </form>
  </details>`;

const labels: Record<TaskVerb, string> = {
  accept: 'Take it on',
  complete: 'Done',
  block: 'Blocked',
  cancel: 'Give up',
};

function moveForm(task: TaskView, view: ReleaseView, caller: Caller): SafeHtml {
  const possible = (Object.keys(taskVerbs) as TaskVerb[]).filter((verb) => taskVerbs[verb] !== task.state);
  return html`<form method="post" action="/releases/${view.id}/tasks/${task.id}">
    ${caller.session && csrfInput(caller.session.csrf)}
    <label class="above" for="reason-${task.id}">Reason <span class="quiet">(needed to block and to give up)</span></label
    ><input type="text" id="reason-${task.id}" name="reason" maxlength="500" />
    ${possible.map((verb) => html`<button class="second" name="verb" value="${verb}">${labels[verb]}</button> `)}
  </form>`;
}
