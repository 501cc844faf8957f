import { notOpened } from '../../../domain/release/break-glass.ts';
import { isTerminal, stateWord } from '../../../domain/release/state.ts';
import { whyNotResumable, whyNotRetryable } from '../../../domain/release/why-shut.ts';
import { startPlanOf } from '../../../domain/release/start-plan.ts';
import { isBeforeStart } from '../../../domain/release/postpone.ts';
import {
  currentStage,
  type DoubtView,
  type ReleaseView,
  type RolloutView,
} from '../../../domain/release/release.ts';
import { isBehindFailedStep } from '../../../domain/release/resuming.ts';
import { advancing } from '../../../domain/rollout/skip.ts';
import { hasShipped, shutWayBack } from '../../../domain/rollout/shut-way-back.ts';
import { componentState } from '../../../domain/rollout/where.ts';
import { html, type SafeHtml } from '../../../platform/html.ts';
import type { Action } from '../../auth/access.ts';
import type { CommandName } from '../../releases.ts';
import {
  choiceField,
  foldedForm,
  formTo,
  reasonField,
  textField,
  tickField,
  timeField,
  type PageForm,
} from './form.ts';
import type { SentForm } from './sent-form.ts';
import { local } from './time.ts';
import { rescheduleFields } from './reschedule-fields.ts';
import { revokeFields, waiveFields } from './waive-fields.ts';
import {
  objectOf,
  refusedForms,
  revocableBy,
  waivableBy,
  whyNone,
  whyNotBreak,
  whyNotByAccess,
  whyNotLift,
  whyNotPostpone,
  whyShutNow,
  type Reader,
} from './why-not.ts';

/** A command as the release page offers it. */
export interface PageCommand {
  /** Last part of the address that its form posts to. */
  path: string;
  name: Exclude<CommandName, 'withdraw' | 'milestones'>;
  action: Action;
  label: string;
  /** What it will do, said before it is done. */
  effect: (view: ReleaseView) => string;
  /** What it will not do although somebody may expect it; undefined where nothing is to be said. */
  warning?: (view: ReleaseView) => string | undefined;
  /** Why it cannot be done now; undefined where it can. */
  impossible: (view: ReleaseView) => string | undefined;
  /** Why the release would not take it from this reader; undefined where it would. By the rules that it judges by itself. */
  notYours?: (reader: Reader) => string | undefined;
  /** It lets something go on, so it must be about the state that was shown (ux §2.3). */
  needsFreshState: boolean;
  /** Fields of its own, beside the reason. `zone` is the reader's. */
  fields?: (form: PageForm, reader: Reader, zone: string) => SafeHtml | undefined;
}

const rolloutNow = (view: ReleaseView): RolloutView[] => currentStage(view)?.rollout ?? [];

/** Holds of analyses that wait for an answer. */
const doubtsOf = (view: ReleaseView): DoubtView[] =>
  view.holds.flatMap(({ doubt }) => (doubt === undefined ? [] : [doubt]));

const noDoubt = (view: ReleaseView): string | undefined =>
  doubtsOf(view).length === 0 ? 'No analysis waits for an answer.' : undefined;

const openChecks = (view: ReleaseView): string[] =>
  (currentStage(view)?.checks ?? [])
    .filter(
      (check) => check.required && ['failed', 'error', 'inconclusive', 'cancelled'].includes(check.outcome),
    )
    .map((check) => check.id);

export const pageCommands: readonly PageCommand[] = [
  {
    path: 'pause',
    name: 'pause',
    action: 'release.pause',
    label: 'Pause',
    effect: () =>
      'Nothing new is started until somebody resumes it. What takes traffic now goes on taking it.',
    impossible: (view) =>
      view.holds.some((hold) => hold.kind === 'person') ? 'It is held already.' : undefined,
    needsFreshState: false,
  },
  {
    path: 'resume',
    name: 'resume',
    action: 'release.resume',
    label: 'Resume',
    effect: (view) => {
      const lifts = `Lifts ${view.holds.length === 1 ? 'the hold' : 'all holds'}`;
      return view.holds.some((hold) => isBehindFailedStep(view, hold))
        ? `${lifts}. A step failed, so it does not go on then: it ends, taken back where there is a way back, and left as it is where there is none.`
        : `${lifts}; gates are asked again, then it goes on where it stands.`;
    },
    impossible: (view) => (view.holds.length === 0 ? 'Nothing holds it.' : whyNotResumable(view)),
    needsFreshState: true,
  },
  {
    path: 'extend',
    name: 'extendAnalysis',
    action: 'release.extend',
    label: 'Extend the analysis',
    effect: (view) =>
      `Stays where it is and measures ${doubtsOf(view)
        .map(({ service }) => service)
        .join(', ')} for longer. Passed, it goes on by itself; else people are asked again.`,
    impossible: noDoubt,
    needsFreshState: false,
    fields: (form) =>
      choiceField(form, {
        name: 'by',
        label: 'For another',
        value: '30m',
        options: [
          ['15m', '15 minutes'],
          ['30m', '30 minutes'],
          ['1h', '1 hour'],
          ['4h', '4 hours'],
          ['24h', '24 hours'],
        ],
      }),
  },
  {
    path: 'continue',
    name: 'continueAnalysis',
    action: 'release.continue',
    label: 'Continue without a passed analysis',
    effect: (view) =>
      `Goes on with ${doubtsOf(view)
        .map(({ service, place }) => `${service} after ${place}`)
        .join(', ')} although nothing shows that it is healthy. Your reason is kept with the release.`,
    impossible: noDoubt,
    needsFreshState: true,
  },
  {
    path: 'advance',
    name: 'advance',
    action: 'release.advance',
    label: 'Go on now',
    effect: (view) =>
      `Skips the pause of the rollout: ${rolloutNow(view)
        .map((one) => `${one.service} is ${componentState(one)}`)
        .join(', ')}. What is held or frozen stays so.`,
    impossible: (view) =>
      view.holds.length > 0
        ? 'It is held: resume it first.'
        : view.state === 'deploying' &&
            [{}, { to: 100 as const }].some((what) => advancing(rolloutNow(view), what).length > 0)
          ? undefined
          : 'It pauses nowhere now.',
    needsFreshState: true,
    fields: (form) =>
      tickField(form, {
        name: 'to',
        value: '100',
        label: 'Go to 100 % at once, without the pauses between',
      }),
  },
  {
    path: 'roll-back',
    name: 'rollBack',
    action: 'release.rollBack',
    label: 'Roll back',
    effect: (view) =>
      `Ends the release and brings back what ran in ${view.stage ?? 'this stage'} before, component by component.`,
    impossible: (view) =>
      hasShipped(view) ? shutWayBack(view) : 'Nothing of this stage has been shipped: abort it instead.',
    needsFreshState: false,
  },
  {
    path: 'abort',
    name: 'abort',
    action: 'release.abort',
    label: 'Abort',
    effect: (view) =>
      hasShipped(view)
        ? `Stops it for good and undoes what it has shipped to ${view.stage ?? 'this stage'}.`
        : 'Stops it for good. Nothing of this stage has been shipped.',
    warning: (view) => {
      const shut = shutWayBack(view);
      return shut === undefined
        ? undefined
        : `${shut} So it is aborted only where what was shipped is left as it is.`;
    },
    impossible: () => undefined,
    needsFreshState: false,
    fields: (form, { view }) =>
      hasShipped(view)
        ? tickField(form, {
            name: 'leave',
            value: 'yes',
            label: 'Leave what was shipped as it is (no undo)',
          })
        : undefined,
  },
  {
    path: 'retry-check',
    name: 'retryCheck',
    action: 'release.retryCheck',
    label: 'Run checks again',
    effect: (view) => `Runs ${openChecks(view).join(', ')} again, on the same version.`,
    impossible: (view) => (openChecks(view).length === 0 ? 'No check has failed.' : whyNotRetryable(view)),
    needsFreshState: false,
  },
  {
    path: 'proceed',
    name: 'proceed',
    action: 'release.proceed',
    label: 'Start although it may not fit',
    effect: (view) =>
      `Starts in ${view.stage ?? 'this stage'} although it may not be through before the calendar shuts. Say why.`,
    impossible: (view) =>
      view.stages.some((stage) =>
        stage.verdicts.some(({ gate, kind }) => gate === 'fit' && kind === 'needsPeople'),
      )
        ? undefined
        : 'Nobody is asked whether it may start.',
    needsFreshState: true,
  },
  {
    path: 'schedule',
    name: 'reschedule',
    action: 'release.reschedule',
    label: 'Reschedule',
    effect: (view) =>
      `Changes when it is to start in ${view.stages.at(-1)?.environment ?? 'its last stage'}. Approvals that were given stay; what it has reserved moves along.`,
    impossible: (view) =>
      startPlanOf(view) === undefined && view.stages.length > 0
        ? 'It has started in its last stage already.'
        : undefined,
    needsFreshState: false,
    fields: (form, { view }, zone) => rescheduleFields(form, view, zone),
  },
  {
    path: 'postpone',
    name: 'postpone',
    action: 'release.postpone',
    label: 'Postpone',
    effect: () =>
      'Nothing starts before that time; it counts for no vote. An approver may postpone it by 24 h once, its owner by 7 days in sum, a release manager at will. People are asked again only where facts have changed.',
    impossible: (view) =>
      isBeforeStart(view) ? undefined : 'It has started here already: pause it instead.',
    notYours: whyNotPostpone,
    needsFreshState: false,
    fields: (form, _reader, zone) => timeField(form, { name: 'until', label: 'Until', hint: zone }),
  },
  {
    path: 'postpone/lift',
    name: 'liftPostponement',
    action: 'release.postpone',
    label: 'Lift the postponement',
    effect: () => 'Its gates are asked again at once. Whoever postponed it may, and who stands higher.',
    impossible: () => undefined,
    notYours: whyNotLift,
    needsFreshState: true,
  },
  {
    path: 'waivers',
    name: 'waive',
    action: 'check.waive',
    label: 'Waive a check',
    effect: () =>
      'The check stays failed and is shown as waived by you; it counts as passed for that long, for exactly this build. Whoever agreed before is asked anew. The reason needs 10 characters.',
    impossible: () => undefined,
    notYours: (reader) => whyNone(waivableBy(reader), 'No check of this stage has failed.'),
    needsFreshState: true,
    fields: (form, reader) => waiveFields(form, waivableBy(reader)),
  },
  {
    path: 'waivers/revoke',
    name: 'revokeWaiver',
    action: 'check.waive',
    label: 'Take back a waiver',
    effect: () =>
      'The check shuts its gate again at once, and whoever agreed is asked anew. A stage that has passed its gates goes on. The reason needs 10 characters.',
    impossible: () => undefined,
    notYours: (reader) => whyNone(revocableBy(reader), 'No waiver is in force.'),
    needsFreshState: false,
    fields: (form, reader) => revokeFields(form, revocableBy(reader), reader.nameOf),
  },
  {
    path: 'recover',
    name: 'recover',
    action: 'release.recover',
    label: 'Go on after a failed undo',
    effect: () =>
      'Tries the undo again, or looks whether you did it by hand (and takes your word where nobody can look), or leaves things as they are and ends the release.',
    impossible: (view) => (view.state === 'stuck' ? undefined : 'No undo has failed.'),
    needsFreshState: true,
    fields: (form) =>
      choiceField(form, {
        name: 'how',
        label: 'How',
        options: [
          ['retry', 'Try the undo again'],
          ['doneByHand', 'I have done it by hand'],
          ['leave', 'Leave it as it is'],
        ],
      }),
  },
  {
    path: 'break-glass',
    name: 'breakGlass',
    action: 'release.breakGlass',
    label: 'Break the glass',
    effect: (view) =>
      `Starts in ${view.stage ?? 'this stage'} past approvals, windows, freezes and soak, for four hours. All owners are told at once, and somebody else must review it. Checks, quarantine, the lock, the way back and analysis hold as ever.`,
    warning: notOpened,
    impossible: (view) =>
      view.stage !== undefined && isBeforeStart(view) ? undefined : 'It waits for no gate now.',
    notYours: whyNotBreak,
    needsFreshState: false,
    fields: (form) => textField(form, { name: 'incident', label: 'Incident', longest: 300 }),
  },
];

/** Commands as forms, each behind a preview of what it does; what cannot be done is shown with its reason, not hidden. */
export function commandForms(reader: Reader & { sent?: SentForm | undefined }, zone: string): SafeHtml {
  const { view } = reader;
  if (isTerminal(view.state)) {
    return html`<p class="quiet">
      It ended as ${stateWord(view.state)}. Nothing moves it any more; start a new release.
    </p>`;
  }
  const offers = [
    ...pageCommands.map((one) => ({
      label: one.label,
      because: whyNot(one, reader),
      shown: () => form(one, reader, zone),
    })),
    {
      label: closing,
      because: whyNotByAccess(reader.caller, 'release.close', objectOf(view)),
      shown: () => closeForm(reader),
    },
  ];
  // Most are shut for the same reason, which is read once: what can be done stands before all that cannot.
  const shut = offers.flatMap(({ label, because }) => (because === undefined ? [] : [{ label, because }]));
  return html`<div class="actions">
    ${offers.filter(({ because }) => because === undefined).map(({ shown }) => shown())} ${refusedForms(shut)}
  </div>`;
}

const closing = 'Close it in the record';

/** No command: the workflow is not asked, because there is to be none. Whether there is one is asked of Temporal when the form comes. */
function closeForm(reader: Reader & { sent?: SentForm | undefined }): SafeHtml {
  const { view } = reader;
  const own = formTo(`/releases/${view.id}/close`, reader);
  return foldedForm(own, {
    label: closing,
    says: html`<p>
      Only for a release that Temporal has no workflow of, as after a restore of copies of two moments; refused where Temporal has one. It ends
      as aborted, or as cancelled where no stage has begun. What it had deployed stays and is shown as left, and what it held is free.
    </p>`,
    fields: reasonField(own),
  });
}

/** Whoever lacks the access reads that first: nothing that happens to the release would change it. */
function whyNot(one: PageCommand, reader: Reader): string | undefined {
  const { view, caller } = reader;
  return (
    whyNotByAccess(caller, one.action, objectOf(view)) ??
    (one.name === 'recover' ? undefined : whyShutNow(reader)) ??
    one.impossible(view) ??
    one.notYours?.(reader)
  );
}

const form = (
  { path, label, effect, warning, name, fields }: PageCommand,
  reader: Reader & { sent?: SentForm | undefined },
  zone: string,
): SafeHtml => {
  const { view } = reader;
  const warned = warning?.(view);
  const own = formTo(`/releases/${view.id}/${path}`, reader);
  return foldedForm(own, {
    label,
    says: html`<p>${effect(view)}</p>
      ${warned === undefined ? undefined : html`<p><strong>${local(warned, view.updatedAt, zone)}</strong></p>`}`,
    fields: html`<input type="hidden" name="seq" value="${view.seq}" /> ${fields?.(own, reader, zone)} ${reasonField(own)}`,
    isFirst: name === 'resume' || name === 'pause',
  });
};
