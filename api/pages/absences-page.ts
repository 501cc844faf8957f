import type { StageLeftAlone } from '../../domain/gates/approvals/stages-left-alone.ts';
import { html, type SafeHtml } from '../../platform/html.ts';
import type { AbsenceRow } from '../../platform/record/absences.ts';
import type { ReleaseWarning } from '../../platform/record/absence-warnings.ts';
import type { Caller } from '../auth/caller.ts';
import { csrfInput, page } from './layout.ts';
import { choiceField, formOf, formTo, timeField } from './parts/form.ts';
import type { SentForm } from './parts/sent-form.ts';
import { local, time } from './parts/time.ts';

export interface AbsencesFacts {
  caller: Caller;
  inbox: boolean;
  zone: string;
  now: string;
  /** Now on the clock of the reader’s zone, as a field for times takes it. */
  localNow: string;
  absences: AbsenceRow[];
  /** Stages whose approval nobody could give, now or once an absence begins. */
  leftAlone: StageLeftAlone[];
  people: { id: string; name: string }[];
  /** Whether the reader may say for others when they are away, and end it. */
  mayForOthers: boolean;
  /** What this showing of the form carries: a reload after it was sent adds no second absence. */
  formKey: string;
  nameOf: (person: string) => string;
  /** The absence that was added just now, with what is to be seen to. */
  added?: AbsenceRow & { warnings?: ReleaseWarning[] };
  /** The absence as it is now that this same form added before. */
  before?: AbsenceRow;
  sent?: SentForm | undefined;
  /** What there is to say of a form that was done. */
  told?: string | undefined;
}

/** Who is away, until when, and who decides meanwhile. Works without script. */
export function absencesPage(facts: AbsencesFacts): string {
  const { caller, absences, now } = facts;
  const present = absences.filter(({ from }) => Date.parse(from) <= Date.parse(now));
  const ahead = absences.filter((one) => !present.includes(one));
  return page({
    title: 'Absences',
    caller,
    here: '/absences',
    twin: '/absences.json',
    inbox: facts.inbox,
    sent: facts.sent,
    told: facts.told,
    body: html`<h1>Absences</h1>
      <p>
        Requests that open while somebody is away ask the named delegate, or the backup group of the rule, at once. Whoever is away may
        still decide.
      </p>
      ${facts.added && addedSection(facts.added, facts)} ${facts.before && beforeSection(facts.before, facts)}
      ${leftAloneSection(facts)}
      <section aria-labelledby="now">
        <h2 id="now">Away now</h2>
        ${present.length === 0 ? html`<p>Nobody is away.</p>` : html`<ul class="plain">${present.map((one) => absenceRow(one, facts))}</ul>`}
      </section>
      ${
        ahead.length === 0
          ? undefined
          : html`<section aria-labelledby="ahead">
              <h2 id="ahead">Away later</h2>
              <ul class="plain">${ahead.map((one) => absenceRow(one, facts))}</ul>
            </section>`
      }
      ${caller.session && (caller.person !== undefined || facts.mayForOthers) ? newForm(facts) : undefined}`,
  });
}

const addedSection = (
  { person, until, warnings = [] }: NonNullable<AbsencesFacts['added']>,
  facts: AbsencesFacts,
): SafeHtml =>
  html`<section role="status">
    <p><strong>${facts.nameOf(person)} is away until ${time(until, facts.zone)}.</strong></p>
    ${
      warnings.length === 0
        ? undefined
        : html`<h2>To be seen to before</h2>
            <ul>
              ${warnings.map(({ because, remedy, release }) => html`<li>${local(because, facts.now, facts.zone)} ${remedy}${release && html` <a href="/releases/${release.id}">${release.title}</a>`}</li>`)}
            </ul>`
    }
  </section>`;

/** A second click, a reload or a way back in the browser: nothing is added, and what is told is what is true now. */
function beforeSection({ person, from, until, endedAt }: AbsenceRow, facts: AbsencesFacts): SafeHtml {
  const name = facts.nameOf(person);
  const isOver = Date.parse(until) <= Date.parse(facts.now);
  const isTakenBack = endedAt !== undefined && Date.parse(endedAt) <= Date.parse(from);
  const sentence = !isOver
    ? html`The absence of ${name} that it added stands, until ${time(until, facts.zone)}.`
    : html`The absence of ${name} that it added ${isTakenBack ? 'was taken back' : 'ended'} ${time(endedAt ?? until, facts.zone)}.`;
  return html`<section role="status">
    <p><strong>This form was sent before, and adds nothing a second time. ${sentence}</strong></p>
    ${isOver ? html`<p>If ${name} is away again, say so with the form below.</p>` : undefined}
  </section>`;
}

/** What nobody could approve, above who is away: it is what somebody has to act on. */
function leftAloneSection({ leftAlone, zone, now }: AbsencesFacts): SafeHtml | undefined {
  if (leftAlone.length === 0) return undefined;
  return html`<section aria-labelledby="alone">
    <h2 id="alone">Rules without anybody</h2>
    <p>A request that opens then could not be given by anybody before it ends.</p>
    <ul>
      ${leftAlone.map(
        ({ pipeline, environment, at, because }) =>
          html`<li>
            <strong>${environment}</strong> of pipeline ${pipeline}, ${at === now ? 'now' : html`from ${time(at, zone)}`}: ${local(because, now, zone)}
          </li>`,
      )}
    </ul>
    <p class="small quiet">
      Name people under <code>backup</code> of these rules in gantry.yaml and apply it, or have somebody come back before.
    </p>
  </section>`;
}

function absenceRow(absence: AbsenceRow, facts: AbsencesFacts): SafeHtml {
  const { id, person, from, until, delegate, createdBy } = absence;
  const { caller, zone, now, nameOf } = facts;
  const isOwn = person === caller.grant.person;
  const name = nameOf(person);
  const hasBegun = Date.parse(from) <= Date.parse(now);
  return html`<li>
    <strong>${name}</strong>${isOwn ? ' (you)' : ''}: ${hasBegun ? 'since' : 'from'} ${time(from, zone)}, until ${time(until, zone)}.
    ${delegate === undefined ? 'No delegate is named.' : html`${nameOf(delegate)} stands in where a rule names them as its backup.`}
    ${createdBy === person || nameOf(createdBy) === createdBy ? undefined : html`<span class="small quiet">Said by ${nameOf(createdBy)}.</span>`}
    ${
      caller.session && (isOwn || facts.mayForOthers)
        ? html`<form method="post" action="/absences/${id}/end">
            ${csrfInput(caller.session.csrf)}<button class="second">
              ${hasBegun ? (isOwn ? 'I am back' : `${name} is back`) : isOwn ? 'Take my absence back' : `Take the absence of ${name} back`}
            </button>
          </form>`
        : undefined
    }
  </li>`;
}

function newForm(facts: AbsencesFacts): SafeHtml {
  const { caller, zone } = facts;
  const self = caller.grant.person;
  const form = formTo('/absences', facts);
  const people = facts.people.map(({ id, name }): [string, string] => [id, name]);
  return html`<section aria-labelledby="add">
    <h2 id="add">${facts.mayForOthers ? 'Say that somebody is away' : 'Say that you are away'}</h2>
    ${formOf(
      form,
      html`<input type="hidden" name="once" value="${facts.formKey}" />
        ${facts.mayForOthers ? choiceField(form, { name: 'person', label: 'Who', options: people, value: self }) : undefined}
        ${timeField(form, { name: 'from', label: 'From', hint: `${zone}; left empty: now`, optional: true })}
        ${timeField(form, { name: 'until', label: 'Back at', hint: zone, earliest: facts.localNow })}
        ${choiceField(form, {
          name: 'delegate',
          label: 'Who decides meanwhile',
          options: [
            ['', 'the backup group of each rule'],
            ...people.filter(([id]) => facts.mayForOthers || id !== self),
          ],
          note: 'A delegate decides only where a rule names that person as its backup.',
        })}
        <button>Say so</button>`,
    )}
  </section>`;
}
