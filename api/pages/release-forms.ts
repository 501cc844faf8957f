import { isCommentNeeded } from '../../domain/risk/duties.ts';
import type { Express } from 'express';
import type { OnceOnly } from '../../domain/release/had-already.ts';
import { askedLevel } from '../../domain/gates/approvals/asked-level.ts';
import { parseDuration } from '../../domain/policy/duration.ts';
import type { ReleaseView } from '../../domain/release/release.ts';
import { GantryError } from '../../platform/errors.ts';
import { newId } from '../../platform/ids.ts';
import { openRequestsOf } from '../../platform/record/approvals.ts';
import type { Action } from '../auth/access.ts';
import { levelOf } from '../auth/level.ts';
import { voterOf } from '../auth/voter.ts';
import type { ApiDeps } from '../deps.ts';
import { requestIdOf } from '../http/request-id.ts';
import { decisionInput, readDecision, versionToTypeOf } from '../mail-links/decision-form.ts';
import { recordedAt } from '../recorded-at.ts';
import { requireLevelToWithdraw } from '../decide.ts';
import { closeInRecord } from '../close-in-record.ts';
import { giveOnce } from '../give-once.ts';
import { holdOrResume } from '../hold-or-resume.ts';
import { moveStart } from '../move-start.ts';
import { command, decide } from '../releases.ts';
import { taskVerbs, type TaskVerb } from '../routes/tasks.ts';
import { mountAfterwardsForms } from './afterwards-forms.ts';
import { mountOverrideForms } from './override-forms.ts';
import {
  formField,
  formHandler,
  leadTo,
  neededField,
  pathPart,
  timeIn,
  wrongField,
  type PageCall,
} from './page-call.ts';
import { pageCommands, type PageCommand } from './parts/commands.ts';
import { chosenSchedule } from './parts/reschedule-fields.ts';
import { chosenRevocation, chosenWaiver } from './parts/waive-fields.ts';
import { factsOf, releaseFor } from './read-release.ts';
import { releasePage } from './release-page.ts';
import { showRelease } from './show-release.ts';

/** What the forms of the release page post to. Same-site proof and the session's token were asked for before (trust §4.3). */
export function mountReleaseForms(app: Express, deps: ApiDeps): void {
  const post = (path: string, action: Action, handle: (call: PageCall) => Promise<void>): void => {
    app.post(
      `/releases/:id/${path}`,
      formHandler(deps, { within: action }, { handle, showAgain: showRelease }),
    );
  };
  for (const one of pageCommands) post(one.path, one.action, (call) => give(call, one));
  mountAfterwardsForms(app, deps);
  mountOverrideForms(app, deps);
  post('decisions', 'decision.make', postDecision);
  post('tasks', 'task.add', postNewTask);
  post('tasks/:task', 'task.move', postTask);
  post('withdrawals', 'decision.withdraw', postWithdrawal);
  post('close', 'release.close', postClose);
}

async function give(call: PageCall, one: PageCommand): Promise<void> {
  const { deps, req, res } = call;
  const view = await releaseFor(call, one.action);
  if (one.needsFreshState) refuseStale(call, view);
  const origin = originOf(call, formField(req, 'reason'));
  switch (one.name) {
    case 'abort':
    case 'rollBack':
    case 'advance': {
      const { note } = await giveOnce(deps, view, onceOnly(call, one.name), origin);
      leadTo(call, `/releases/${view.id}`, note);
      return;
    }
    case 'pause':
    case 'resume': {
      const { note } = await holdOrResume(deps, view, one.name, origin);
      leadTo(call, `/releases/${view.id}`, note);
      return;
    }
    case 'recover':
      await command(deps, view, 'recover', origin, { how: recovery(formField(req, 'how')) });
      break;
    case 'breakGlass':
      await command(deps, view, 'breakGlass', origin, {
        incident: neededField(req, 'incident', 'Name the incident'),
      });
      break;
    case 'reschedule':
      await moveStartOf(call, view);
      break;
    case 'postpone':
      await command(deps, view, 'postpone', origin, { until: instantField(call, 'until') });
      break;
    case 'waive': {
      const reason = reasonIn(call);
      await command(deps, view, 'waive', origin, {
        ...chosenWaiver((field) => formField(req, field), call.now),
        reason,
      });
      break;
    }
    case 'revokeWaiver': {
      const reason = reasonIn(call);
      await command(deps, view, 'revokeWaiver', origin, {
        ...chosenRevocation((field) => formField(req, field)),
        reason,
      });
      break;
    }
    case 'continueAnalysis':
      await command(deps, view, 'continueAnalysis', origin, {});
      break;
    case 'extendAnalysis':
      await command(deps, view, 'extendAnalysis', origin, { byMs: durationField(call, 'by') });
      break;
    default:
      await command(deps, view, one.name, origin, {});
  }
  res.redirect(303, `/releases/${view.id}`);
}

/** @throws REQUEST_INVALID where a pause is skipped without a reason */
function onceOnly(call: PageCall, name: OnceOnly['name']): OnceOnly {
  const { req } = call;
  if (name === 'abort') return { name, leave: formField(req, 'leave') === 'yes' };
  if (name === 'rollBack') return { name };
  reasonIn(call);
  return { name, ...(formField(req, 'to') === '100' ? { to: 100 } : {}) };
}

async function moveStartOf(call: PageCall, view: ReleaseView): Promise<void> {
  const { deps, req, zone, caller } = call;
  const schedule = chosenSchedule((name) => formField(req, name), zone);
  const origin = originOf(call, reasonIn(call));
  await moveStart(deps, {
    by: caller.actor,
    view,
    schedule,
    give: () => command(deps, view, 'reschedule', origin, { schedule }),
  });
}

/** A duration such as 30m, in milliseconds. @throws REQUEST_INVALID */
function durationField({ req }: PageCall, name: string): number {
  const ms = parseDuration(formField(req, name) ?? '');
  if (ms === undefined) throw wrongField(name, 'Choose for how long');
  return ms;
}

/** A local time of the reader as an instant. @throws REQUEST_INVALID */
function instantField(call: PageCall, name: string): string {
  const at = timeIn(call, name);
  if (at === undefined) throw wrongField(name, 'Choose a day and a time');
  return at;
}

const reasonIn = ({ req }: PageCall): string => neededField(req, 'reason', 'Say why');

function recovery(how: string | undefined): 'retry' | 'doneByHand' | 'leave' {
  if (how === 'retry' || how === 'doneByHand' || how === 'leave') return how;
  throw wrongField('how', 'Choose how to go on');
}

/** @throws STALE when the release has changed since the page was made */
function refuseStale({ req }: PageCall, view: ReleaseView): void {
  const seen = formField(req, 'seq');
  if (seen === String(view.seq)) return;
  throw new GantryError('STALE', {
    seen,
    seq: view.seq,
    headline: view.headline,
    detail: `The release has changed since your page was made: ${view.headline}`,
  });
}

const originOf = ({ caller, res }: PageCall, reason?: string) => ({
  by: caller.actor,
  requestId: requestIdOf(res),
  ...(reason === undefined ? {} : { reason }),
});

async function postDecision(call: PageCall): Promise<void> {
  const { deps, caller, now, req, res } = call;
  const view = await releaseFor(call, 'decision.make');
  const request = (await openRequestsOf(deps.store.db, view.id)).find(
    (one) => one.id === formField(req, 'requestId'),
  );
  if (!request)
    throw new GantryError('APPROVAL_NOT_OPEN', {
      headline: view.headline,
      detail: `This request is closed: ${view.headline}`,
    });
  const input = decisionInput(req.body);
  const person = voterOf(caller);
  const read = readDecision(input, {
    versionToType: versionToTypeOf(request.plan),
    meaning: askedLevel(request.plan, person) === 'reauth',
    isCommentNeeded: isCommentNeeded(request.plan),
  });
  if ('errors' in read) {
    res
      .status(422)
      .type('html')
      .send(releasePage(await factsOf(call, view, { input, errors: read.errors })));
    return;
  }
  const receipt = await decide(deps, {
    ...read,
    source: `api:${newId('cmd')}`,
    requestId: request.id,
    releaseId: view.id,
    person,
    assurance: levelOf(caller.session, read.meaning, now),
    subjectDigest: input.digest,
    via: 'api',
    actor: caller.actor,
    httpRequestId: requestIdOf(res),
  });
  if (receipt.state === 'refused') {
    res
      .status(receipt.problem.status)
      .type('html')
      .send(releasePage(await factsOf(call, view, { input, errors: {}, notice: receipt.problem.detail })));
    return;
  }
  if (receipt.state === 'counted') await recordedAt(deps, view, { ...receipt.answer, state: view.state });
  res.redirect(303, `/releases/${view.id}`);
}

async function postNewTask(call: PageCall): Promise<void> {
  const { deps, req, res } = call;
  const view = await releaseFor(call, 'task.add');
  const before = formField(req, 'before');
  await command(deps, view, 'addTask', originOf(call, undefined), {
    title: neededField(req, 'title', 'Say what is to be done').slice(0, 200),
    owner: neededField(req, 'owner', 'Say who does it'),
    ...(before === undefined ? {} : { before }),
    ...(formField(req, 'due') === undefined ? {} : { due: instantField(call, 'due') }),
  });
  res.redirect(303, `/releases/${view.id}`);
}

async function postTask(call: PageCall): Promise<void> {
  const { deps, req, res } = call;
  const view = await releaseFor(call, 'task.move');
  const verb = formField(req, 'verb') ?? '';
  if (!isTaskVerb(verb)) throw wrongField('verb', 'Choose what to say of the task');
  await command(deps, view, 'moveTask', originOf(call, formField(req, 'reason')), {
    task: pathPart(req, 'task'),
    to: taskVerbs[verb],
  });
  res.redirect(303, `/releases/${view.id}`);
}

const isTaskVerb = (text: string): text is TaskVerb => Object.hasOwn(taskVerbs, text);

async function postWithdrawal(call: PageCall): Promise<void> {
  const { deps, caller, now, req, res } = call;
  const view = await releaseFor(call, 'decision.withdraw');
  const requestId = formField(req, 'requestId') ?? '';
  const person = voterOf(caller);
  await requireLevelToWithdraw(deps, { requestId, person, level: levelOf(caller.session, undefined, now) });
  await command(deps, view, 'withdraw', originOf(call), { requestId, person });
  res.redirect(303, `/releases/${view.id}`);
}

/** Closes in the record what Temporal has no workflow of. @throws CLOSE_REFUSED, RELEASE_ENDED, TEMPORAL_UNREACHABLE */
async function postClose(call: PageCall): Promise<void> {
  const view = await releaseFor(call, 'release.close');
  await closeInRecord(call.deps, view, {
    ...{ by: call.caller.actor, requestId: requestIdOf(call.res) },
    reason: reasonIn(call),
  });
  call.res.redirect(303, `/releases/${view.id}`);
}
