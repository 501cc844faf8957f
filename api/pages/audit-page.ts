import { eventsCalled, eventWords, wordsOfEvent, wordsOfGroup } from '../../domain/release/event-words.ts';
import { eventActions, eventKinds } from '../../domain/release/events.ts';
import type { EntryFilter } from '../../platform/audit/list-entries.ts';
import type { AuditReport } from '../../platform/audit/verify.ts';
import { attribute, html, type SafeHtml } from '../../platform/html.ts';
import { oneLine } from '../../platform/plain-text.ts';
import type { AuditEntry } from '../../platform/record/entry.ts';
import type { Caller } from '../auth/caller.ts';
import { page } from './layout.ts';
import { local, time } from './parts/time.ts';
import { word } from './parts/words.ts';

interface AuditFacts {
  caller: Caller;
  inbox: boolean;
  zone: string;
  nameOf: (person: string) => string;
  /** Newest first. */
  items: readonly AuditEntry[];
  /** Where the next page begins; undefined on the last one. */
  next: number | undefined;
  /** Where this page began; undefined on the first one. */
  cursor: string | undefined;
  /** How many the whole log has. */
  entries: number;
  /** What the verification found; undefined where it was not asked for. */
  report: AuditReport | undefined;
  filter: Omit<EntryFilter, 'before'>;
  people: readonly { id: string; name: string }[];
}

/** What was done, by whom, when and why: the log of the installation, newest first. Works without script. */
export function auditPage(facts: AuditFacts): string {
  const { caller, inbox, items, cursor } = facts;
  return page({
    title: 'Audit log',
    caller,
    here: '/audit',
    twin: addressOf(facts, cursor === undefined ? {} : { cursor }, '/audit.json'),
    inbox,
    body: html`<h1>Audit log</h1>
      ${verifiedSection(facts)}
      <section aria-labelledby="entries">
        <h2 id="entries">Entries, the newest first</h2>
        ${filterForm(facts)}
        ${
          items.length === 0
            ? html`<p>${isFiltered(facts) ? 'No entry is like that. Ask for less, or ' : 'Nothing has happened yet: every decision, check and deployment is written here as it happens.'}${isFiltered(facts) ? html`<a href="/audit">look at all of them</a>.` : undefined}</p>
                ${kindMeant(facts)}`
            : html`<ol class="plain">
                ${items.map((entry) => row(entry, facts))}
              </ol>`
        }
        ${paging(facts)}
      </section>`,
  });
}

const isFiltered = ({ filter: { subject, kind, person } }: AuditFacts): boolean =>
  subject !== undefined || kind !== undefined || person !== undefined;

/** Where nothing is about a word, but kinds are called so: they were meant. */
function kindMeant({ filter: { subject = '', kind } }: AuditFacts): SafeHtml | undefined {
  const meant = kind === undefined ? eventsCalled(subject) : [];
  if (meant.length === 0) return undefined;
  const query = new URLSearchParams({ kind: subject.trim() }).toString();
  return html`<p>“${subject}” is in the name of kinds: <a href="/audit?${query}">show entries of these</a> (${meant.map((one) => eventWords[one]).join(', ')}).</p>`;
}

/** The address of this list, with what is asked of it now. */
function addressOf(
  { filter: { subject, kind, person } }: AuditFacts,
  more: Record<string, string>,
  list = '/audit',
): string {
  const asked = Object.entries({ subject, kind, person, ...more }).filter(([, value]) => value !== undefined);
  const query = new URLSearchParams(asked as [string, string][]).toString();
  return query === '' ? list : `${list}?${query}`;
}

function verifiedSection(facts: AuditFacts): SafeHtml {
  const { report, entries } = facts;
  const counted = `${entries} ${entries === 1 ? 'entry' : 'entries'}`;
  return html`<section aria-labelledby="verified">
    <h2 id="verified">Is it whole?</h2>
    ${
      report === undefined
        ? html`<p>
            The log has ${counted}; it is not verified with every look, because it is read whole.
            <a href="${addressOf(facts, { verify: 'yes' })}">Verify it now</a>, or run <code>gantry audit verify</code>.
          </p>`
        : report.firstBroken === undefined
          ? html`<p>
                ${word('valid', 'good')}, ${counted}: each holds the hash of the one before, so none was changed or taken out.
              </p>
              <p class="small quiet">
                Head <code>${report.head.hash}</code>. Compare it with one that you keep elsewhere: a log that was cut off at its end
                looks whole.
              </p>`
          : html`<p role="alert">
              ${word('broken', 'bad')} at entry ${report.firstBroken.seq}: ${report.firstBroken.because}. The
              ${report.entries} before it hold together. Keep a copy of the database as it is, and compare it with your last export.
            </p>`
    }
    <p class="small"><a href="/v1/audit/export">Take the whole log</a> <span class="quiet">(JSON lines; checked without a server by gantry audit verify FILE)</span></p>
  </section>`;
}

function filterForm(facts: AuditFacts): SafeHtml {
  const { filter, people } = facts;
  const option = ([value, text]: [string, string]): SafeHtml =>
    html`<option value="${value}" ${attribute('selected', value === filter.person)}>${text}</option>`;
  const { person } = filter;
  const known = people.map(({ id, name }): [string, string] => [id, name]);
  const asked: [string, string][] =
    person === undefined || people.some(({ id }) => id === person) ? [] : [[person, person]];
  return html`<form method="get" action="/audit" role="search">
    <div class="filters field">
      <label
        >About <input type="text" name="subject" maxlength="300" autocomplete="off" value="${filter.subject ?? ''}" placeholder="shop@1.4.0" /></label
      >
      <label
        >Kind, or a word of it <input type="text" name="kind" list="kinds" maxlength="100" autocomplete="off" value="${filter.kind ?? ''}" placeholder="freeze" /></label
      >
      <datalist id="kinds">${kindOptions}</datalist>
      <label
        >Done by
        <select name="person">
          <option value="">all</option>
          ${[...known, ...asked].map(option)}
        </select></label
      >
      <button class="second">Show</button>
      ${isFiltered(facts) ? html`<a href="/audit">all</a>` : undefined}
    </div>
  </form>`;
}

/** All kinds to choose from, each group of several before its members; a group of one would seem to be more than that one. */
const kindOptions: readonly SafeHtml[] = eventKinds.flatMap((group) => {
  const members = eventActions.filter((action) => action.startsWith(`${group}.`));
  return [
    ...(members.length > 1 ? [[`${group}.`, wordsOfGroup(group)] as const] : []),
    ...members.map((action) => [action, eventWords[action]] as const),
  ].map(([value, words]) => html`<option value="${value}">${words}</option>`);
});

function row(entry: AuditEntry, { zone, nameOf }: AuditFacts): SafeHtml {
  const { seq, at, actor, action, object, sentence, reason, releaseId } = entry;
  const by = nameOf(actor.person ?? actor.id);
  return html`<li id="entry-${seq}">
    ${local(oneLine(sentence, 500), at, zone)}${reason === undefined ? undefined : html`<br />“${oneLine(reason, 500)}”`}<br />
    <span class="small quiet"
      >${time(at, zone)} · ${by}${actor.kind === 'token' ? ' by a token' : ''} · ${wordsOfEvent(action)} <code>${action}</code> ·
      ${releaseId === undefined ? oneLine(object, 200) : html`<a href="/releases/${releaseId}">${oneLine(object, 200)}</a>`} ·
      <a href="#entry-${seq}">${seq}<span class="visually-hidden"> in the log</span></a></span
    >
  </li>`;
}

function paging(facts: AuditFacts): SafeHtml | undefined {
  const { next } = facts;
  const isFirst = facts.cursor === undefined;
  if (isFirst && next === undefined) return undefined;
  return html`<p>
    ${isFirst ? undefined : html`<a href="${addressOf(facts, {})}">Newest</a> `}
    ${next === undefined ? html`<span class="quiet">These are the oldest.</span>` : html`<a rel="next" href="${addressOf(facts, { cursor: String(next) })}">Older</a>`}
  </p>`;
}
