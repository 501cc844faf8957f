import type { ReleaseView, TaskView } from '../../../domain/release/release.ts';
import { isTerminal } from '../../../domain/release/state.ts';
import { isOutstanding } from '../../../domain/release/tasks.ts';
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
  if (tasks.length === 0) return undefined;
  const services = view.components.map(({ service }) => service);
  const canMove =
    caller.session !== undefined &&
    !isTerminal(view.state) &&
    may(caller.grant, 'task.move', { services }).allowed;
  return html`<section aria-labelledby="tasks">
    <h2 id="tasks">Tasks</h2>
    <ul class="plain">
      ${tasks.map(
        (task) =>
          html`<li>
            <strong>${task.id}</strong> ${task.title}: ${task.state}, with
            ${nameOf(task.acceptedBy ?? task.owner)}, before
            ${task.before}${task.due === undefined ? undefined : html`, due ${time(task.due, zone)}`}${task.reason === undefined ? undefined : html`: “${task.reason}”`}
            ${canMove && isOutstanding(task) ? moveForm(task, view, caller) : undefined}
          </li>`,
      )}
    </ul>
  </section>`;
}

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
