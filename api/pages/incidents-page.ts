import { severities, type Incident } from '../../domain/incidents/incident.ts';
import { html, type SafeHtml } from '../../platform/html.ts';
import { oneLine } from '../../platform/plain-text.ts';
import type { Caller } from '../auth/caller.ts';
import { csrfInput, page } from './layout.ts';
import { local, time } from './parts/time.ts';
import { refusedForm } from './parts/why-not.ts';
import { word } from './parts/words.ts';

interface OpenIncident {
  incident: Incident;
  /** Why the reader may not close it, or say whose it is; undefined where they may. */
  notClosed: string | undefined;
  notAttributed: string | undefined;
}

interface IncidentsFacts {
  caller: Caller;
  inbox: boolean;
  zone: string;
  nameOf: (person: string) => string;
  /** Those that began last on top. */
  open: readonly OpenIncident[];
  /** More are open than are looked at here. */
  isMore: boolean;
  closed: readonly Incident[];
  services: readonly string[];
  environments: readonly string[];
  notOpened: string | undefined;
  /** What this showing of the form carries: a reload after it was sent writes no second one down. */
  formKey: string;
}

/** What goes wrong for users, and which release caused it. Works without script. */
export const incidentsPage = (facts: IncidentsFacts): string =>
  page({
    title: 'Incidents',
    caller: facts.caller,
    here: '/incidents',
    twin: '/incidents.json',
    inbox: facts.inbox,
    body: html`<h1>Incidents</h1>
      <p>
        What goes wrong for users, and which release caused it. Only what a person has confirmed counts, in the risk of the next
        releases of the service.
      </p>
      <section aria-labelledby="open">
        <h2 id="open">Open</h2>
        ${
          facts.open.length === 0
            ? html`<p>
                No incident is open. Where something goes wrong, write it down below or with <code>gantry incident open</code>.
              </p>`
            : html`<ul class="plain">
                ${facts.open.map((one) => openRow(one, facts))}
              </ul>`
        }
        ${facts.isMore ? html`<p class="small quiet"><a href="/v1/incidents?state=open">More of them, as JSON</a></p>` : undefined}
      </section>
      ${newForm(facts)}
      ${
        facts.closed.length === 0
          ? undefined
          : html`<section aria-labelledby="closed">
              <h2 id="closed">Closed, the latest first</h2>
              <ul class="plain">
                ${facts.closed.map((one) => closedRow(one, facts))}
              </ul>
              <p class="small quiet"><a href="/v1/incidents?state=closed">More of them, as JSON</a></p>
            </section>`
      }`,
  });

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

function attributionForm({ id, attribution }: Incident, { caller }: IncidentsFacts): SafeHtml {
  const { version, releaseId } = attribution;
  return html`<details>
    <summary>Say which release caused it…</summary>
    <p>
      Confirmed, it counts in the risk of the next releases of the service, and others that carry the version on are asked about anew.
    </p>
    <form method="post" action="/incidents/${id}/attribution">
      ${caller.session && csrfInput(caller.session.csrf)}
      <div class="field">
        <label class="above" for="reason-${id}">How you know</label
        ><input type="text" id="reason-${id}" name="reason" required maxlength="500" />
      </div>
      ${releaseId === undefined ? undefined : html`<input type="hidden" name="seen" value="${releaseId}" />`}
      <div class="field">
        ${version === undefined ? undefined : html`<button class="second" name="verdict" value="confirm">${version} caused it</button>`}
        <button class="second" name="verdict" value="nobody">No release did</button>
      </div>
    </form>
    <form method="post" action="/incidents/${id}/attribution">
      ${caller.session && csrfInput(caller.session.csrf)}
      <div class="field">
        <label class="above" for="how-${id}">Or another: how you know</label
        ><input type="text" id="how-${id}" name="reason" required maxlength="500" />
      </div>
      <div class="field">
        <label class="above" for="release-${id}">Another release <span class="quiet">(its id, or shop@1.4.0)</span></label
        ><input type="text" id="release-${id}" name="release" required maxlength="300" />
      </div>
      <button class="second" name="verdict" value="release">That release caused it</button>
    </form>
  </details>`;
}

const closeForm = ({ id }: Incident, { caller }: IncidentsFacts): SafeHtml =>
  html`<details>
    <summary>Close it…</summary>
    <form method="post" action="/incidents/${id}/close">
      ${caller.session && csrfInput(caller.session.csrf)}
      <div class="field">
        <label class="above" for="outcome-${id}">What ended it</label
        ><input type="text" id="outcome-${id}" name="outcome" required maxlength="500" />
      </div>
      <button>Close it</button>
    </form>
  </details>`;

const closedRow = (incident: Incident, facts: IncidentsFacts): SafeHtml =>
  html`<li>
    ${head(incident)}, from ${time(incident.startedAt, facts.zone)}${incident.closedAt === undefined ? undefined : html` to ${time(incident.closedAt, facts.zone)}`}${elsewhere(incident)}<br />
    ${incident.closedBy === undefined ? undefined : html`Closed by ${facts.nameOf(incident.closedBy)}: `}${incident.outcome === undefined ? undefined : html`“${oneLine(incident.outcome, 500)}”`}<br />
    ${cause(incident, facts)}
  </li>`;

function newForm({ caller, services, environments, notOpened, zone, formKey }: IncidentsFacts): SafeHtml {
  const label = 'Write an incident down';
  if (notOpened !== undefined) return html`<section>${refusedForm(label, notOpened)}</section>`;
  if (services.length === 0)
    return html`<section>${refusedForm(label, 'The policy has no services yet: write them into gantry.yaml and apply it.')}</section>`;
  return html`<section aria-labelledby="new">
    <h2 id="new">${label}</h2>
    <details>
      <summary>Something goes wrong…</summary>
      <p>The release that may have caused it is looked for, and its people are told.</p>
      <form method="post" action="/incidents">
        ${caller.session && csrfInput(caller.session.csrf)}<input type="hidden" name="once" value="${formKey}" />
        <div class="field">
          <label class="above" for="new-title">What goes wrong, in one line</label
          ><input type="text" id="new-title" name="title" required maxlength="200" />
        </div>
        <div class="field">
          <label class="above" for="new-service">Service</label
          ><select id="new-service" name="service">
            ${services.map((id) => html`<option value="${id}">${id}</option>`)}
          </select>
        </div>
        <div class="field">
          <label class="above" for="new-environment">Environment</label
          ><select id="new-environment" name="environment">
            <option value="">any that is production</option>
            ${environments.map((id) => html`<option value="${id}">${id}</option>`)}
          </select>
        </div>
        <div class="field">
          <label class="above" for="new-severity">Severity <span class="quiet">(1 is the worst)</span></label
          ><select id="new-severity" name="severity">
            ${severities.map((one) => (one === 'sev2' ? html`<option value="${one}" selected>${one.slice(3)}</option>` : html`<option value="${one}">${one.slice(3)}</option>`))}
          </select>
        </div>
        <div class="field">
          <label class="above" for="new-started">When it began <span class="quiet">(${zone}; left empty: now)</span></label
          ><input type="datetime-local" id="new-started" name="startedAt" />
        </div>
        <button>Write it down</button>
      </form>
    </details>
  </section>`;
}
