import { listOf } from '../../../domain/list-of.ts';
import type { CalendarRule } from '../../../domain/calendar/model.ts';
import { ruleTitle } from '../../../domain/calendar/rule-words.ts';
import { formatDuration, durationMs } from '../../../domain/policy/duration.ts';
import type { ReleaseView } from '../../../domain/release/release.ts';
import { withStop } from '../../../domain/full-stop.ts';
import { html, type SafeHtml } from '../../../platform/html.ts';
import type { OverrideRecord } from '../../../platform/record/calendar/overrides.ts';
import type { Caller } from '../../auth/caller.ts';
import { choiceField, foldedForm, formTo, reasonField, textField } from './form.ts';
import type { SentForm } from './sent-form.ts';
import { time } from './time.ts';
import { objectOf, refusedForm, whyNotByAccess } from './why-not.ts';

/** Rules of the calendar that keep a release shut now, and what an override of the reader's would cost. */
export interface PassOffer {
  rules: readonly CalendarRule[];
  /** Of the reader's team; left out where the reader may give none. */
  budget?: { because: string; needsSecond: boolean } | undefined;
  /** Names of people who may override, where the reader may not. */
  able: readonly string[];
  /** Overrides beyond the budget that wait for a second person. */
  asked: readonly AskedOverride[];
}

/** What the forms are shown with; `zone` is the reader's. */
interface Shown {
  view: ReleaseView;
  caller: Caller;
  zone: string;
  formKey: string;
  sent?: SentForm | undefined;
}

interface AskedOverride extends Pick<
  OverrideRecord,
  'id' | 'freezeId' | 'environment' | 'reason' | 'expiresAt'
> {
  /** Name of who asks. */
  by: string;
  /** Why the reader may not agree to it; undefined where they may. */
  whyNot: string | undefined;
}

/** How long an override may last: at most 24 hours. */
export const overrideLengths = ['1h', '2h', '4h', '8h', '24h'] as const;

/** Address of the form that lets a release pass one rule in one stage: whoever sends it means the stage that they have read. */
const passAddress = ({ id, stage = '' }: ReleaseView, rule: string): string =>
  `/releases/${id}/overrides?${new URLSearchParams({ rule, in: stage }).toString()}`;

/** Each rule with a form to pass it, for those who may; others read who may. Nothing where no override would open anything. */
export function passRules(offer: PassOffer, shown: Shown): SafeHtml | undefined {
  const asked = offer.asked.map((one) => seconding(one, shown));
  const own = ownPasses(offer, shown);
  return asked.length === 0 ? own : html`<div class="actions">${asked}</div>${own}`;
}

/** An override that somebody else asked for, with the form to agree to it. */
function seconding(asked: AskedOverride, shown: Shown): SafeHtml {
  const { id, freezeId, environment, by, reason, expiresAt, whyNot } = asked;
  const label = `Agree that it passes ${freezeId}`;
  if (whyNot !== undefined)
    return refusedForm(label, `${by} asks for it: “${reason}”. You cannot agree: ${withStop(whyNot)}`);
  const form = formTo(`/releases/${shown.view.id}/overrides/${encodeURIComponent(id)}/second`, shown);
  return foldedForm(form, {
    label,
    says: html`<p>
      ${by} asks that it passes ${freezeId} in ${environment} until ${time(expiresAt, shown.zone)}: “${reason}”. The budget is spent, so it
      counts only once you agree; your name stands beside it in the log. Its other gates hold as ever.
    </p>`,
    fields: textField(form, { name: 'reason', label: 'Reason', hint: 'if you like', optional: true }),
  });
}

function ownPasses({ rules, budget, able }: PassOffer, shown: Shown): SafeHtml | undefined {
  const { view, caller, formKey } = shown;
  if (rules.length === 0) return undefined;
  const titles = listOf(rules.map(ruleTitle), 'and');
  if (whyNotByAccess(caller, 'override.give', objectOf(view)) !== undefined)
    return html`<p class="quiet">
      ${able.length === 0 ? `Nobody in gantry.yaml may let it pass ${titles}.` : `An override lets it pass ${titles} before: ${listOf(able, 'or')} may give one.`}
    </p>`;
  return html`<div class="actions">
    ${rules.map((rule) => {
      const form = formTo(passAddress(view, rule.id), shown);
      return foldedForm(form, {
        label: `Let it pass ${ruleTitle(rule)}`,
        says: html`<p>
          Only this release passes it, only in ${view.stage ?? 'this stage'}, and for that long; its other gates hold as ever. It stands with
          your name in the log and beside the gate. ${budget === undefined ? undefined : withStop(budget.because)}
          ${budget?.needsSecond === true ? html`<strong>It opens nothing before a release manager other than you has agreed.</strong>` : undefined}
        </p>`,
        fields: html`<input type="hidden" name="once" value="${formKey}" />
          <input type="hidden" name="revision" value="${rule.revision}" />
          ${choiceField(form, {
            name: 'for',
            label: 'For',
            value: '2h',
            options: overrideLengths.map((one) => [one, formatDuration(durationMs(one))]),
          })}
          ${reasonField(form, { hint: '10 characters or more', shortest: 10 })}`,
        button: 'Let it pass',
      });
    })}
  </div>`;
}
