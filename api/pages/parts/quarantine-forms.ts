import { quarantinedName } from '../../../domain/gates/quarantine/evaluate.ts';
import { html, type SafeHtml } from '../../../platform/html.ts';
import { oneLine } from '../../../platform/plain-text.ts';
import type { QuarantineRecord } from '../../../platform/record/gates/quarantines.ts';
import { may } from '../../auth/access.ts';
import type { Caller } from '../../auth/caller.ts';
import { csrfInput } from '../layout.ts';
import { time } from './time.ts';

interface Shown {
  caller: Caller;
  zone: string;
  nameOf: (person: string) => string;
  quarantines: readonly QuarantineRecord[];
  /** Ids of the services that the reader may see. */
  services: readonly string[];
}

/** Bans that stand, each with a form to agree to lift it, and one to set another; forms only for whoever may. */
export function quarantinesSection(shown: Shown): SafeHtml | undefined {
  const { quarantines, caller, services } = shown;
  const bannable = services.filter((one) => may(caller.grant, 'quarantine.set', { services: [one] }).allowed);
  const form = caller.session && bannable.length > 0 ? banForm(caller.session.csrf, bannable) : undefined;
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

function row(quarantine: QuarantineRecord, { caller, zone, nameOf }: Shown): SafeHtml {
  const { by, at, reason, lifts } = quarantine;
  return html`<li>
    <strong>${quarantinedName(quarantine)}</strong> since ${time(at, zone)} by ${nameOf(by)}: ${oneLine(reason, 300)}
    ${lifts.map((lift) => html`<br /><span class="small quiet">${nameOf(lift.by)} agreed to lift it on ${time(lift.at, zone)}: ${oneLine(lift.reason, 300)}</span>`)}
    ${liftForm(quarantine, caller)}
  </li>`;
}

function liftForm({ id, lifts }: QuarantineRecord, { grant, session }: Caller): SafeHtml | undefined {
  if (!session || !may(grant, 'quarantine.lift').allowed) return undefined;
  if (lifts.some(({ by }) => by === grant.person))
    return html`<p class="small quiet">You have agreed to lift it; one more person has to.</p>`;
  return html`<details>
    <summary>Lift…</summary>
    <p>${lifts.length === 0 ? 'Two people lift it: with your word one more has to agree.' : 'With your word it is lifted, and the build may be released again.'}</p>
    <form method="post" action="/quarantines/${id}/lift">
      ${csrfInput(session.csrf)} ${reasonField(`reason-lift-${id}`)}
      <button class="second">Agree to lift it</button>
    </form>
  </details>`;
}

const banForm = (csrf: string, services: readonly string[]): SafeHtml =>
  html`<details>
    <summary>Quarantine a build…</summary>
    <p>
      Bans it everywhere: its releases are denied, and held where they are under way. One person sets it, two lift it.
    </p>
    <form method="post" action="/quarantines">
      ${csrfInput(csrf)}
      <div class="field">
        <label class="above" for="ban-service">Service</label
        ><select id="ban-service" name="service">
          ${services.map((one) => html`<option value="${one}">${one}</option>`)}
        </select>
      </div>
      <div class="field">
        <label class="above" for="ban-version">Version</label
        ><input type="text" id="ban-version" name="version" required maxlength="100" autocomplete="off" />
      </div>
      <div class="field">
        <label class="above" for="ban-digest"
          >Digest <span class="quiet">(if given: whatever carries it is banned as well, under any version)</span></label
        ><input type="text" id="ban-digest" name="digest" maxlength="200" autocomplete="off" />
      </div>
      ${reasonField('reason-ban')}
      <button class="second">Quarantine</button>
    </form>
  </details>`;

const reasonField = (id: string): SafeHtml =>
  html`<div class="field">
    <label class="above" for="${id}">Reason <span class="quiet">(10 characters or more)</span></label
    ><input type="text" id="${id}" name="reason" required minlength="10" maxlength="500" />
  </div>`;
