import { quarantinedName } from '../../../domain/gates/quarantine/evaluate.ts';
import { html, type SafeHtml } from '../../../platform/html.ts';
import { oneLine } from '../../../platform/plain-text.ts';
import type { QuarantineRecord } from '../../../platform/record/gates/quarantines.ts';
import { may } from '../../auth/access.ts';
import type { Caller } from '../../auth/caller.ts';
import { choiceField, formOf, formTo, openIfSent, reasonField, textField, type PageForm } from './form.ts';
import type { SentForm } from './sent-form.ts';
import { time } from './time.ts';

interface Shown {
  caller: Caller;
  zone: string;
  nameOf: (person: string) => string;
  quarantines: readonly QuarantineRecord[];
  /** Ids of the services that the reader may see. */
  services: readonly string[];
  sent?: SentForm | undefined;
}

/** Bans that stand, each with a form to agree to lift it, and one to set another; forms only for whoever may. */
export function quarantinesSection(shown: Shown): SafeHtml | undefined {
  const { quarantines, caller, services } = shown;
  const bannable = services.filter((one) => may(caller.grant, 'quarantine.set', { services: [one] }).allowed);
  const form = caller.session && bannable.length > 0 ? banForm(shown, bannable) : undefined;
  if (quarantines.length === 0 && !form) return undefined;
  return html`<section aria-labelledby="quarantines">
    <h2 id="quarantines">Quarantines</h2>
    ${
      quarantines.length === 0
        ? html`<p class="quiet">No build is banned.</p>`
        : html`<ul class="plain">
            ${quarantines.map((one) => row(one, shown))}
          </ul>`
    }
    ${form && html`<div class="actions">${form}</div>`}
  </section>`;
}

function row(quarantine: QuarantineRecord, shown: Shown): SafeHtml {
  const { zone, nameOf } = shown;
  const { by, at, reason, lifts } = quarantine;
  return html`<li>
    <strong>${quarantinedName(quarantine)}</strong> since ${time(at, zone)} by ${nameOf(by)}: ${oneLine(reason, 300)}
    ${lifts.map((lift) => html`<br /><span class="small quiet">${nameOf(lift.by)} agreed to lift it on ${time(lift.at, zone)}: ${oneLine(lift.reason, 300)}</span>`)}
    ${liftForm(quarantine, shown)}
  </li>`;
}

function liftForm({ id, lifts }: QuarantineRecord, shown: Shown): SafeHtml | undefined {
  const { grant, session } = shown.caller;
  if (!session || !may(grant, 'quarantine.lift').allowed) return undefined;
  if (lifts.some(({ by }) => by === grant.person))
    return html`<p class="small quiet">You have agreed to lift it; one more person has to.</p>`;
  const form = formTo(`/quarantines/${id}/lift`, shown);
  return html`<details ${openIfSent(form)}>
    <summary>Lift…</summary>
    <p>${lifts.length === 0 ? 'Two people lift it: with your word one more has to agree.' : 'With your word it is lifted, and the build may be released again.'}</p>
    ${formOf(form, html`${longReason(form)} <button class="second">Agree to lift it</button>`)}
  </details>`;
}

function banForm(shown: Shown, services: readonly string[]): SafeHtml {
  const form = formTo('/quarantines', shown);
  return html`<details ${openIfSent(form)}>
    <summary>Quarantine a build…</summary>
    <p>
      Bans it everywhere: its releases are denied, and held where they are under way. One person sets it, two lift it.
    </p>
    ${formOf(
      form,
      html`${choiceField(form, { name: 'service', label: 'Service', options: services.map((one) => [one, one]) })}
        ${textField(form, { name: 'version', label: 'Version', longest: 100 })}
        ${textField(form, { name: 'digest', label: 'Digest', hint: 'if given: whatever carries it is banned as well, under any version', longest: 200, optional: true })}
        ${longReason(form)} <button class="second">Quarantine</button>`,
    )}
  </details>`;
}

const longReason = (form: PageForm): SafeHtml =>
  reasonField(form, { hint: '10 characters or more', shortest: 10 });
