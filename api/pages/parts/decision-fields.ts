import { meanings, type Meaning } from '../../../domain/gates/approvals/assurance.ts';
import { attribute, html, type SafeHtml } from '../../../platform/html.ts';
import type { DecisionInput, FieldErrors } from '../../mail-links/decision-form.ts';
import { describedBy, fieldError, refusedSection } from './refused.ts';

/** A refused form: shown again with what was typed and what is wrong with it. */
export interface RefusedForm {
  input: DecisionInput;
  errors: FieldErrors;
  /** What is wrong with the form as a whole. */
  notice?: string;
}

interface Asked {
  digest: string;
  /** Service whose version is typed by hand, for an approval or always; left out where the stage asks for none. */
  typed: { service: string; isOneOfSeveral: boolean; isAlways?: boolean } | undefined;
  /** Whether what the decision means is asked for, and whether the code is. */
  meaning?: boolean;
  code?: boolean;
  again: RefusedForm | undefined;
  /** An approval needs a comment as well. */
  isCommentNeeded?: boolean;
  /** Where a delay may be chosen as well: its fields. */
  delay?: SafeHtml | undefined;
}

/** The fields of a decision, nothing chosen beforehand, errors beside their fields. The form around it names its address. */
export function decisionFields({
  digest,
  typed,
  meaning,
  code,
  again,
  isCommentNeeded = false,
  delay,
}: Asked): SafeHtml {
  const input = again?.input;
  const errors = again?.errors ?? {};
  return html`<input type="hidden" name="digest" value="${digest}" />
    <fieldset ${describedBy('decision', errors.decision)}>
      <legend>Do you approve?</legend>
      ${choice('approve', '✓ Approve', input)} ${choice('reject', '✕ Reject', input)}
      ${delay && choice('postpone', '→ Postpone', input)}
      ${fieldError('decision', errors.decision)}
    </fieldset>
    ${delay}
    <div class="field">
      <label class="above" for="comment">Comment <span class="quiet">${commentNeeded(isCommentNeeded, delay !== undefined)}</span></label>
      <textarea id="comment" name="comment" maxlength="2000" ${describedBy('comment', errors.comment)}>
${input?.comment}</textarea
      >${fieldError('comment', errors.comment)}
    </div>
    <details ${attribute('open', errors.conditions !== undefined || (input?.conditions ?? '') !== '')}>
      <summary>Approve under conditions…</summary>
      <div class="field">
        <label class="above" for="conditions"
          >One a line: OWNER@STAGE: what is to be done
          <span class="quiet">(the stage waits until it is done)</span></label
        >
        <textarea id="conditions" name="conditions" maxlength="3000" ${describedBy('conditions', errors.conditions)}>
${input?.conditions}</textarea
        >${fieldError('conditions', errors.conditions)}
      </div>
    </details>
    ${
      typed &&
      html`<div class="field">
        <label class="above" for="version">Version of ${typed.service}, typed by hand
          <span class="quiet">(${typed.isOneOfSeveral && `of its several services, that of ${typed.service} is enough; `}${typed.isAlways ? 'needed: it shows that a person decides' : 'needed to approve'})</span></label>
        <input
          type="text"
          id="version"
          name="version"
          autocomplete="off"
          autocapitalize="off"
          spellcheck="false"
          value="${input?.version}"
          ${describedBy('version', errors.version)}
        />${fieldError('version', errors.version)}
      </div>`
    }
    ${meaning && meaningField(input, errors, delay === undefined)} ${code && codeField(errors)}
    <button class="full">Send decision</button>`;
}

const commentNeeded = (always: boolean, mayPostpone: boolean): string =>
  always ? '(needed)' : mayPostpone ? '(needed to reject or postpone)' : '(needed to reject)';

/** What is signed with the decision; shown again wherever the decision is. A delay is no vote: nothing is signed with it. */
const meaningField = (input: DecisionInput | undefined, errors: FieldErrors, isRequired: boolean): SafeHtml =>
  html`<fieldset ${describedBy('meaning', errors.meaning)}>
    <legend>What you sign</legend>
    ${meanings.map(
      (meaning) =>
        html`<label class="choice"
          ><input
            type="radio"
            name="meaning"
            id="meaning-${meaning}"
            value="${meaning}"
            ${attribute('required', isRequired)}
            ${attribute('checked', input?.meaning === meaning)}
          />
          ${meaningInWords[meaning]}</label
        >`,
    )}
    ${fieldError('meaning', errors.meaning)}
  </fieldset>`;

export const meaningInWords: Record<Meaning, string> = {
  reviewed: 'I have reviewed it',
  approved: 'I approve or reject it for my role',
  responsible: 'I am responsible for it',
};

/** Never filled in again: a code that was wrong is of no use. */
const codeField = (errors: FieldErrors): SafeHtml =>
  html`<div class="field">
    <label class="above" for="code">Code of six digits, from the mail</label>
    <input
      type="text"
      id="code"
      name="code"
      required
      inputmode="numeric"
      autocomplete="one-time-code"
      maxlength="12"
      ${describedBy('code', errors.code)}
    />${fieldError('code', errors.code)}
  </div>`;

const fields: Record<keyof FieldErrors, { name: string; id: string }> = {
  decision: { name: 'Your decision', id: 'decision-approve' },
  comment: { name: 'Comment', id: 'comment' },
  version: { name: 'Version', id: 'version' },
  conditions: { name: 'Conditions', id: 'conditions' },
  meaning: { name: 'What you sign', id: 'meaning-reviewed' },
  code: { name: 'Code', id: 'code' },
  until: { name: 'Postpone until', id: 'delay' },
};

/** What was wrong, on top of the page, each mistake linked to its field. */
export const errorList = ({ errors, notice }: RefusedForm): SafeHtml =>
  refusedSection({
    title: 'Not sent',
    notice,
    wrong: (Object.keys(errors) as (keyof FieldErrors)[]).map((field) => ({
      ...fields[field],
      says: errors[field] ?? '',
    })),
  });

const choice = (
  value: 'approve' | 'reject' | 'postpone',
  label: string,
  input: DecisionInput | undefined,
): SafeHtml =>
  html`<label class="choice"
    ><input
      type="radio"
      name="decision"
      id="decision-${value}"
      value="${value}"
      required
      ${attribute('checked', input?.decision === value)}
    />
    ${label}</label
  >`;
