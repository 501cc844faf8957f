import { valueText } from '../../../domain/analysis/number-text.ts';
import { incidentText, type Incident } from '../../../domain/incidents/incident.ts';
import type { ReleaseView } from '../../../domain/release/release.ts';
import type { LeftPart } from '../../../domain/rollout/live-in-part.ts';
import { remedyWords } from '../../../domain/watch/remedy-words.ts';
import { healthWord, type WatchView } from '../../../domain/watch/watch.ts';
import { html, type SafeHtml } from '../../../platform/html.ts';
import { oneLine } from '../../../platform/plain-text.ts';
import type { Afterwards, WayBack } from '../../../platform/record/afterwards.ts';
import type { Caller } from '../../auth/caller.ts';
import { formOf, formTo, openIfSent, reasonField } from './form.ts';
import type { SentForm } from './sent-form.ts';
import { local, time } from './time.ts';
import { objectOf, refusedForm, whyNotByAccess } from './why-not.ts';

interface Shown {
  view: ReleaseView;
  after: Afterwards;
  caller: Caller;
  zone: string;
  left: LeftPart[];
  sent?: SentForm | undefined;
}

/** What has become of a release: how its watch stands, incidents, what makes it good; and the steps that are offered. */
export function afterwardsSection(shown: Shown): SafeHtml | undefined {
  const { watches, incidents, remedies } = shown.after;
  const offers = [
    ...giveBackForms(shown),
    ...shown.after.ways.map((way) => backForm(way, shown)),
    banForm(shown),
  ].filter((form) => form !== undefined);
  if (watches.length + incidents.length + remedies.length + offers.length === 0) return undefined;
  return html`<section aria-labelledby="afterwards">
    <h2 id="afterwards">Afterwards</h2>
    ${watches.map((watch) => watchRow(watch, shown.zone))}
    ${
      incidents.length > 0
        ? html`<h3>Incidents</h3>
            <ul class="plain">
              ${incidents.map((incident) => incidentRow(incident, shown))}
            </ul>`
        : undefined
    }
    ${remedies.map(({ id, headline, state, updatedAt }) => {
      const { before, after } = remedyWords(state);
      return html`<p>${before}<a href="/releases/${id}">${id}</a>${after}: ${local(headline, updatedAt, shown.zone)}</p>`;
    })}
    ${offers.length > 0 ? html`<div class="actions">${offers}</div>` : undefined}
  </section>`;
}

function watchRow(watch: WatchView, zone: string): SafeHtml {
  const { service, version, environment, health, result, because, until, looks, metrics, updatedAt } = watch;
  return html`<p>
    <strong>${service} ${version}</strong> in ${environment}: <strong>${healthWord(result ?? health)}</strong>,
    ${result === undefined ? html`watched until ${time(until, zone)}` : 'the watch is over'}, ${looks} looks.
    ${local(oneLine(because, 300), updatedAt, zone)}
    ${metrics.map(
      (metric) =>
        html`<br /><span class="small quiet"
            >${metric.id}: ${valueText(metric.last?.value)},
            ${local(oneLine(metric.because), updatedAt, zone)}</span
          >`,
    )}
  </p>`;
}

function incidentRow(incident: Incident, shown: Shown): SafeHtml {
  const { view, caller, zone } = shown;
  const { id, attribution, startedAt, service } = incident;
  const isAsked = attribution.state === 'suggested';
  const form = formTo(`/releases/${view.id}/incidents/${id}`, shown);
  const refused = whyNotByAccess(caller, 'incident.attribute', { services: [service] });
  return html`<li>
    ${oneLine(incidentText(incident), 300)}<br /><span class="small quiet"
      >${id}, since ${time(startedAt, zone)}; ${attribution.state}: ${oneLine(attribution.because, 300)}</span
    >
    ${isAsked && refused !== undefined ? refusedForm('This release caused it', refused) : undefined}
    ${
      isAsked && refused === undefined
        ? formOf(
            form,
            html`${reasonField(form, { label: 'How you know' })}
              <button class="second" name="verdict" value="confirm">This release caused it</button>
              <button class="second" name="verdict" value="nobody">No release did</button>`,
          )
        : undefined
    }
  </li>`;
}

/** One for each place of which it has left a part, and where something else counts as running; a link to what gives it back already. */
function giveBackForms(shown: Shown): SafeHtml[] {
  const { left, view, caller } = shown;
  const places = left.flatMap(({ environment, part: { service, whole, givenBackBy } }) =>
    whole === undefined ? [] : [{ environment, service, whole, givenBackBy }],
  );
  const refused = whyNotByAccess(caller, 'release.create', objectOf(view));
  return places.map(({ environment, service, whole, givenBackBy }) => {
    if (givenBackBy !== undefined)
      return html`<p>
        <a href="/releases/${givenBackBy}">The release that gives ${service} ${whole.version} all of ${environment} again</a>
        is under way.
      </p>`;
    const title = `Give ${service} ${whole.version} all of ${environment} again`;
    if (refused !== undefined) return refusedForm(title, refused);
    const of = new URLSearchParams({ of: `${service}@${whole.version}`, in: environment });
    const form = formTo(`/releases/${view.id}/give-back?${of.toString()}`, shown);
    return html`<details ${openIfSent(form)}>
      <summary>${title}…</summary>
      <p>
        A new release deploys ${service} ${whole.version} again to ${environment} alone, and no other environment. The
        gates of ${environment} hold as ever.
      </p>
      ${formOf(
        form,
        html`<input type="hidden" name="service" value="${service}" />
          <input type="hidden" name="environment" value="${environment}" />
          <input type="hidden" name="to" value="${whole.version}" /> ${reasonField(form)}
          <button>Deploy again</button>`,
      )}
    </details>`;
  });
}

function backForm({ environment, service, version, to }: WayBack, shown: Shown): SafeHtml {
  const { view, caller } = shown;
  const refused = whyNotByAccess(caller, 'release.create', objectOf(view));
  if (refused !== undefined) return refusedForm(`Roll ${service} back to ${to}`, refused);
  const form = formTo(
    `/releases/${view.id}/way-back?${new URLSearchParams({ of: service, in: environment }).toString()}`,
    shown,
  );
  return html`<details ${openIfSent(form)}>
    <summary>Roll ${service} back to ${to}…</summary>
    <p>
      A new release takes ${service} ${version} back to ${to} in ${environment} alone, as a rollback: calendars let it
      pass, and it makes this release good.
    </p>
    ${formOf(
      form,
      html`<input type="hidden" name="service" value="${service}" /> <input type="hidden" name="to" value="${to}" />
        <input type="hidden" name="environment" value="${environment}" />
        ${reasonField(form)} <button>Roll back</button>`,
    )}
  </details>`;
}

/** Offered once something was rolled back: here, or by the release that makes it good. */
function banForm(shown: Shown): SafeHtml | undefined {
  const { view, after, caller } = shown;
  const wentBack = view.state === 'rolledBack' || after.remedies.some(({ state }) => state === 'succeeded');
  const services = after.bannable.map(({ service }) => service);
  if (!wentBack || services.length === 0 || view.intent === 'rollback') return undefined;
  const names = after.bannable.map(({ service, version }) => `${service} ${version}`).join(', ');
  const refused = whyNotByAccess(caller, 'quarantine.set', objectOf(view));
  if (refused !== undefined) return refusedForm(`Quarantine ${names}`, refused);
  const form = formTo(`/releases/${view.id}/quarantine`, shown);
  return html`<details ${openIfSent(form)}>
    <summary>Quarantine ${names}…</summary>
    <p>Bans it everywhere: nobody releases it again until two people have lifted that.</p>
    ${formOf(
      form,
      html`${reasonField(form, { hint: '10 characters or more', shortest: 10, value: oneLine(view.ended?.because ?? '', 300) })}
        <button>Quarantine</button>`,
    )}
  </details>`;
}
