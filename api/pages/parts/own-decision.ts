import { askedLevel } from '../../../domain/gates/approvals/asked-level.ts';
import { suffices } from '../../../domain/gates/approvals/assurance.ts';
import { isCommentNeeded } from '../../../domain/risk/duties.ts';
import { html, type SafeHtml } from '../../../platform/html.ts';
import type { ApprovalRequestRow } from '../../../platform/record/approvals.ts';
import type { Caller } from '../../auth/caller.ts';
import { levelOf } from '../../auth/level.ts';
import { providerSignIn } from '../../auth/oidc-sign-in.ts';
import { versionToTypeOf } from '../../mail-links/decision-form.ts';
import { csrfInput } from '../layout.ts';
import { decisionFields, type RefusedForm } from './decision-fields.ts';

interface Own {
  request: ApprovalRequestRow;
  releaseId: string;
  person: string;
  session: NonNullable<Caller['session']>;
  now: Date;
  again: RefusedForm | undefined;
}

/** The form of a person's own decision; or, where the session proves too little for it, how to prove more. */
export function ownDecision({ request, releaseId, person, session, now, again }: Own): SafeHtml {
  const { plan, subjectDigest } = request;
  const asked = askedLevel(plan, person);
  const isSigned = asked === 'reauth';
  if (!suffices(levelOf(session, isSigned ? 'reviewed' : undefined, now), asked)) {
    const address = providerSignIn({ returnTo: `/releases/${releaseId}`, fresh: isSigned });
    return asked === 'link+code'
      ? html`<p>This decision asks for a code: use the link in your mail, or <a href="${address}">sign in</a>.</p>`
      : html`<p>
          This decision asks for a sign-in${isSigned ? ' of the last five minutes' : ''}:
          <a class="button" href="${address}">Sign in</a>
        </p>`;
  }
  const typed = versionToTypeOf(plan);
  return html`<form method="post" action="/releases/${releaseId}/decisions">
    ${csrfInput(session.csrf)}<input type="hidden" name="requestId" value="${request.id}" />
    ${decisionFields({ digest: subjectDigest, typed, meaning: isSigned, again, isCommentNeeded: isCommentNeeded(plan) })}
  </form>`;
}
