import { severities, type Incident } from '../../domain/incidents/incident.ts';
import { attribute, html, type SafeHtml } from '../../platform/html.ts';
import { oneLine } from '../../platform/plain-text.ts';
import type { Caller } from '../auth/caller.ts';
import { page } from './layout.ts';
import {
  choiceField,
  formOf,
  formTo,
  openIfSent,
  reasonField,
  textField,
  timeField,
  type PageForm,
} from './parts/form.ts';
import type { SentForm } from './parts/sent-form.ts';
import { local, time } from './parts/time.ts';
import { refusedForm } from './parts/why-not.ts';
import { word } from './parts/words.ts';

interface OpenIncident {
  incident: Incident;
  /** Why the reader may not close it, or say whose it is; undefined where they may. */
  notClosed: string | undefined;
  notAttributed: string | undefined;
}

/** Where a page of the open ones begins, and one of those that are closed; undefined: with the newest. */
export interface IncidentPages {
  open: string | undefined;
  closed: string | undefined;
}

/** An address of these lists that stays on the pages of both which are shown. */
export function incidentsAddress(
  path: string,
  { open, closed }: IncidentPages,
  more: Readonly<Record<string, string>> = {},
): string {
  const query = new URLSearchParams({
    ...more,
    ...(open === undefined ? {} : { open }),
    ...(closed === undefined ? {} : { closed }),
  }).toString();
  return query === '' ? path : `${path}?${query}`;
}

interface IncidentsFacts {
  caller: Caller;
  inbox: boolean;
  zone: string;
  nameOf: (person: string) => string;
  /** Those that began last on top. */
  open: readonly OpenIncident[];
  closed: readonly Incident[];
  /** Where the pages of both lists begin that are shown, and where the next ones do. */
  at: IncidentPages;
  next: IncidentPages;
  services: readonly string[];
  environments: readonly string[];
  notOpened: string | undefined;
  /** What this showing of the form carries: a reload after it was sent writes no second one down. */
  formKey: string;
  sent: SentForm | undefined;
}

/** What goes wrong for users, and which release caused it. Works without script. */
export const incidentsPage = (facts: IncidentsFacts): string =>
  page({
    title: 'Incidents',
    caller: facts.caller,
    here: '/incidents',
    twin: '/incidents.json',
    inbox: facts.inbox,
    sent: facts.sent,
    body: html`<h1>Incidents</h1>
      <p>
        What goes wrong for users, and which release caused it. Only what a person has confirmed counts, in the risk of the next
        releases of the service.
      </p>
      <section aria-labelledby="open">
        <h2 id="open">Open</h2>
        ${
          facts.open.length === 0
            ? facts.at.open !== undefined
              ? html`<p>No other incident is open.</p>`
              : html`<p>
                No incident is open. Where something goes wrong, write it down below or with <code>gantry incident open</code>.
              </p>`
            : html`<ul class="plain">
                ${facts.open.map((one) => openRow(one, facts))}
              </ul>`
        }
        ${paging('open', facts)}
      </section>
      ${newForm(facts)}
      ${
        facts.closed.length === 0 && facts.at.closed === undefined
          ? undefined
          : html`<section aria-labelledby="closed">
              <h2 id="closed">Closed, the latest first</h2>
              <ul class="plain">
                ${facts.closed.map((one) => closedRow(one, facts))}
              </ul>
              ${paging('closed', facts)}
            </section>`
      }`,
  });

/** To the next page of a list, and back to where it begins; the other list stays where it is. */
function paging(list: keyof IncidentPages, { at, next }: IncidentsFacts): SafeHtml | undefined {
  if (at[list] === undefined && next[list] === undefined) return undefined;
  const to = (cursor: string | undefined): string =>
    `${incidentsAddress('/incidents', { ...at, [list]: cursor })}#${list}`;
  return html`<p>
    ${at[list] === undefined ? undefined : html`<a href="${to(undefined)}">Newest</a> `}
    ${next[list] === undefined ? html`<span class="quiet">These are the oldest.</span>` : html`<a rel="next" href="${to(next[list])}">Older</a>`}
  </p>`;
}

const head = ({ title, service, environment, severity }: Incident): SafeHtml =>
  html`<strong>${oneLine(title)}</strong><br />
    ${service}${environment === undefined ? '' : ` in ${environment}`}, severity ${severity.slice(3)}`;

/** Elsewhere is only linked to where it is a web page: others may have written the address. */
const elsewhere = ({ link }: Incident): SafeHtml | undefined =>
  link !== undefined && /^https?:\/\//.test(link)
    ? html` · <a href="${link}" rel="noreferrer">More about it</a>`
    : undefined;

/** Whose it is, and how sure that is: a release by its version, or that none is to blame. */
function cause({ attribution, service, startedAt }: Incident, { nameOf, zone }: IncidentsFacts): SafeHtml {
  const { state, version, releaseId, because, by, at } = attribution;
  const name = `${service} ${version ?? ''}`.trim();
  const release =
    releaseId === undefined ? html`${name}` : html`<a href="/releases/${releaseId}">${name}</a>`;
  const why = local(oneLine(because, 500), startedAt, zone);
  const who = by === undefined || at === undefined ? undefined : html` ${nameOf(by)}, ${time(at, zone)}.`;
  if (version === undefined)
    return html`${by === undefined ? 'No release is suspected' : 'No release caused it'}: ${why}${who}`;
  return html`Caused by ${release} ${state === 'confirmed' ? word('confirmed', 'bad') : word('suggested', 'wait')}:
  ${why}${who}`;
}

function openRow({ incident, notClosed, notAttributed }: OpenIncident, facts: IncidentsFacts): SafeHtml {
  const { zone, nameOf } = facts;
  const { releaseId } = incident.attribution;
  return html`<li>
    ${head(incident)}, since ${time(incident.startedAt, zone)}${elsewhere(incident)}<br />
    ${cause(incident, facts)}${releaseId === undefined ? undefined : html` <a href="/releases/${releaseId}">Its page</a> offers the way back.`}<br />
    <span class="small quiet"
      >${incident.id}, opened by ${nameOf(incident.openedBy)} on ${time(incident.openedAt, zone)}</span
    >
    <div class="actions">
      ${notAttributed === undefined ? attributionForm(incident, facts) : refusedForm('Say which release caused it', notAttributed)}
      ${notClosed === undefined ? closeForm(incident, facts) : refusedForm('Close it', notClosed)}
    </div>
  </li>`;
}

function attributionForm({ id, attribution }: Incident, facts: IncidentsFacts): SafeHtml {
  const { version, releaseId } = attribution;
  const formBy = (query: Record<string, string>): PageForm =>
    formTo(incidentsAddress(`/incidents/${id}/attribution`, facts.at, query), facts);
  const [asked, other] = [formBy({}), formBy({ by: 'name' })];
  const isOpen = asked.sent !== undefined || other.sent !== undefined;
  return html`<details ${attribute('open', isOpen)}>
    <summary>Say which release caused it…</summary>
    <p>
      Confirmed, it counts in the risk of the next releases of the service, and others that carry the version on are asked about anew.
    </p>
    ${formOf(
      asked,
      html`${reasonField(asked, { label: 'How you know' })}
        ${releaseId === undefined ? undefined : html`<input type="hidden" name="seen" value="${releaseId}" />`}
        <div class="field">
          ${version === undefined ? undefined : html`<button class="second" name="verdict" value="confirm">${version} caused it</button>`}
          <button class="second" name="verdict" value="nobody">No release did</button>
        </div>`,
    )}
    ${formOf(
      other,
      html`${reasonField(other, { label: 'Or another: how you know' })}
        ${textField(other, { name: 'release', label: 'Another release', hint: 'its id, or shop@1.4.0', longest: 300 })}
        <button class="second" name="verdict" value="release">That release caused it</button>`,
    )}
  </details>`;
}

function closeForm({ id }: Incident, facts: IncidentsFacts): SafeHtml {
  const form = formTo(incidentsAddress(`/incidents/${id}/close`, facts.at), facts);
  return html`<details ${openIfSent(form)}>
    <summary>Close it…</summary>
    ${formOf(form, html`${textField(form, { name: 'outcome', label: 'What ended it' })} <button>Close it</button>`)}
  </details>`;
}

const closedRow = (incident: Incident, facts: IncidentsFacts): SafeHtml =>
  html`<li>
    ${head(incident)}, from ${time(incident.startedAt, facts.zone)}${incident.closedAt === undefined ? undefined : html` to ${time(incident.closedAt, facts.zone)}`}${elsewhere(incident)}<br />
    ${incident.closedBy === undefined ? undefined : html`Closed by ${facts.nameOf(incident.closedBy)}: `}${incident.outcome === undefined ? undefined : html`“${oneLine(incident.outcome, 500)}”`}<br />
    ${cause(incident, facts)}
  </li>`;

function newForm(facts: IncidentsFacts): SafeHtml {
  const { services, environments, notOpened, zone, formKey } = facts;
  const label = 'Write an incident down';
  if (notOpened !== undefined) return html`<section>${refusedForm(label, notOpened)}</section>`;
  if (services.length === 0)
    return html`<section>${refusedForm(label, 'The policy has no services yet: write them into gantry.yaml and apply it.')}</section>`;
  const form = formTo(incidentsAddress('/incidents', facts.at), facts);
  const named = (ids: readonly string[]) => ids.map((id) => [id, id] as const);
  return html`<section aria-labelledby="new">
    <h2 id="new">${label}</h2>
    <details ${openIfSent(form)}>
      <summary>Something goes wrong…</summary>
      <p>The release that may have caused it is looked for, and its people are told.</p>
      ${formOf(
        form,
        html`<input type="hidden" name="once" value="${formKey}" />
          ${textField(form, { name: 'title', label: 'What goes wrong, in one line', longest: 200 })}
          ${choiceField(form, { name: 'service', label: 'Service', options: named(services) })}
          ${choiceField(form, { name: 'environment', label: 'Environment', options: [['', 'any that is production'], ...named(environments)] })}
          ${choiceField(form, { name: 'severity', label: 'Severity', hint: '1 is the worst', value: 'sev2', options: severities.map((one) => [one, one.slice(3)]) })}
          ${timeField(form, { name: 'startedAt', label: 'When it began', hint: `${zone}; left empty: now`, optional: true })}
          <button>Write it down</button>`,
      )}
    </details>
  </section>`;
}
