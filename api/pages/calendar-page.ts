import { collisionsOf, isMoment, overriddenBy, type CalendarEntry } from '../../domain/calendar/entries.ts';
import { daysOf, monthBeside, monthTitle, type CalendarDay } from '../../domain/calendar/month.ts';
import { markText } from '../../domain/calendar/mark-words.ts';
import { listOf } from '../../domain/list-of.ts';
import { html, type SafeHtml } from '../../platform/html.ts';
import { showClock, showInstant } from '../../platform/instants.ts';
import type { Caller } from '../auth/caller.ts';
import { page } from './layout.ts';
import { monthTable } from './parts/calendar-month.ts';
import { local } from './parts/time.ts';

/** Which zone the reader wants times in. */
export const zoneChoices = ['mine', 'organisation', 'utc'] as const;
export type ZoneChoice = (typeof zoneChoices)[number];

export interface CalendarPageFacts {
  caller: Caller;
  inbox: boolean;
  /** `2026-11`. */
  month: string;
  today: string;
  choice: ZoneChoice;
  /** Shows the month also on a phone. */
  asMonth: boolean;
  zone: string;
  service?: string | undefined;
  environment?: string | undefined;
  services: string[];
  environments: string[];
  entries: CalendarEntry[];
  nameOf: (person: string) => string;
}

/** A month as an agenda, the same for a phone, a printer and a screen reader. Works without script. */
export function calendarPage(facts: CalendarPageFacts): string {
  const days = daysOf(facts.month, facts.zone, facts.entries);
  // Most days have nothing but their windows; these stand together at the end.
  const filled = days.filter(
    (day) => day.entries.some(({ kind }) => kind !== 'window') || day.clock !== undefined,
  );
  const windows = facts.entries.filter(({ kind }) => kind === 'window');
  return page({
    title: `Calendar, ${monthTitle(facts.month)}`,
    caller: facts.caller,
    here: '/calendar',
    inbox: facts.inbox,
    body: html`<h1>Calendar, ${monthTitle(facts.month)}</h1>
      <p>Times in <strong>${facts.zone}</strong>. ${zoneLinks(facts)}</p>
      <nav aria-label="Months">
        <p>
          <a href="${address(facts, { month: monthBeside(facts.month, -1) })}">Month before</a> ·
          <a href="${address(facts, { month: facts.today.slice(0, 7) })}">This month</a> ·
          <a href="${address(facts, { month: monthBeside(facts.month, 1) })}">Month after</a>
        </p>
      </nav>
      ${filters(facts)}
      <p>
        <a href="/calendar/rules">Windows, freezes and feeds</a> ·
        ${
          facts.asMonth
            ? html`<a href="${address(facts, {})}">Agenda</a>`
            : html`<a href="${address(facts, {})}&amp;view=month">Month as a table</a>`
        }
      </p>
      <div class="${facts.asMonth ? 'as-month' : 'agenda-only'}">
        ${monthTable({
          title: monthTitle(facts.month),
          days,
          today: facts.today,
          zone: facts.zone,
          listed: new Set(filled.map(({ date }) => date)),
        })}
      </div>
      ${
        facts.entries.length === 0
          ? html`<section>
              <p>Nothing stands in this month: no window, no freeze, nothing planned.</p>
              <p>Try: <code>gantry freeze add holidays --from ${facts.month}-24T00:00 --to ${facts.month}-28T00:00 --reason "holidays"</code></p>
            </section>`
          : undefined
      }
      ${
        facts.entries.length > 0 && filled.length === 0
          ? html`<section><p>Nothing but windows stands in this month.</p></section>`
          : undefined
      }
      ${filled.map((day) => daySection(day, facts))} ${windowList(windows, facts)}`,
  });
}

/** When releases may start, all of the month, for those who look for it. */
function windowList(windows: readonly CalendarEntry[], { zone }: CalendarPageFacts): SafeHtml | undefined {
  if (windows.length === 0) return undefined;
  return html`<section>
    <details>
      <summary>Windows of this month (${windows.length})</summary>
      <ul>
        ${windows.map((one) => html`<li>${one.title}${one.environment === undefined ? '' : ` (${one.environment})`}: <time datetime="${one.start}">${showInstant(one.start, zone)}</time>${one.end === undefined ? ', without end' : html` – <time datetime="${one.end}">${showInstant(one.end, zone)}</time>`}${markText(one.marks)}</li>`)}
      </ul>
    </details>
  </section>`;
}

function zoneLinks(facts: CalendarPageFacts): SafeHtml {
  const words: Record<ZoneChoice, string> = {
    mine: 'my zone',
    organisation: 'the organisation’s',
    utc: 'UTC',
  };
  return html`Show them in
  ${zoneChoices.map((choice, index) => html`${index === 0 ? '' : ' · '}${choice === facts.choice ? html`<strong>${words[choice]}</strong>` : html`<a href="${address(facts, { zone: choice })}">${words[choice]}</a>`}`)}`;
}

function filters(facts: CalendarPageFacts): SafeHtml {
  const option = (value: string, chosen: string | undefined): SafeHtml =>
    value === chosen
      ? html`<option value="${value}" selected>${value}</option>`
      : html`<option value="${value}">${value}</option>`;
  return html`<form method="get" action="/calendar">
    <input type="hidden" name="month" value="${facts.month}" />
    <input type="hidden" name="zone" value="${facts.choice}" />
    <p class="filters">
      <label>Service <select name="service"><option value="">all</option>${facts.services.map((one) => option(one, facts.service))}</select></label>
      <label>Environment <select name="environment"><option value="">all</option>${facts.environments.map((one) => option(one, facts.environment))}</select></label>
      <button type="submit">Show</button>
    </p>
  </form>`;
}

/** The address of this page with something else chosen. */
function address(facts: CalendarPageFacts, over: { month?: string; zone?: ZoneChoice }): string {
  const query = new URLSearchParams({
    month: over.month ?? facts.month,
    zone: over.zone ?? facts.choice,
    ...(facts.service === undefined ? {} : { service: facts.service }),
    ...(facts.environment === undefined ? {} : { environment: facts.environment }),
  });
  return `/calendar?${query.toString()}`;
}

function daySection(day: CalendarDay, facts: CalendarPageFacts): SafeHtml {
  const isToday = day.date === facts.today;
  return html`<section aria-labelledby="day-${day.date}">
    <h2 id="day-${day.date}">${day.title}${isToday ? ', today' : ''}</h2>
    ${day.clock === undefined ? undefined : html`<p class="notice"><strong>${day.clock}</strong></p>`}
    ${
      day.entries.length === 0
        ? undefined
        : html`<ul class="plain">
            ${day.entries.map((entry) => entryRow(entry, day, facts))}
          </ul>`
    }
  </section>`;
}

const kinds: Record<CalendarEntry['kind'], string> = {
  window: 'Open',
  freeze: 'Frozen',
  reservation: 'Reserved',
  release: 'Release',
  milestone: 'Milestone',
  train: 'Train',
};

function entryRow(entry: CalendarEntry, day: CalendarDay, facts: CalendarPageFacts): SafeHtml {
  const collisions = collisionsOf(entry, facts.entries);
  const overridden = overriddenBy(entry, facts.entries);
  const state = entry.kind === 'release' ? ` (${entry.state})` : '';
  const about = [
    ...(entry.owner === undefined
      ? []
      : [`${entry.kind === 'train' ? 'captain' : 'owner'} ${facts.nameOf(entry.owner)}`]),
    ...detailOf(entry, facts.zone),
  ].join('; ');
  const title =
    entry.link === undefined ? html`${entry.title}` : html`<a href="${entry.link}">${entry.title}</a>`;
  return html`<li class="${entry.kind === 'freeze' ? 'notice' : ''}">
    <strong>${kinds[entry.kind]}${state}</strong> ${when(entry, day, facts.zone)}${markText(entry.marks)}: ${title}${placeOf(entry)}
    ${about === '' ? undefined : html`<br /><span class="quiet">${about}</span>`}
    ${overridden.length === 0 ? undefined : html`<br />Passes ${listOf(overridden, 'and')} by override.`}
    ${collisions.length === 0 ? undefined : html`<br /><strong>Collides with ${collisions.join(', ')}.</strong>`}
  </li>`;
}

/** A sentence of the record has its times in the zone of the page; what people wrote stays as it is. */
const detailOf = ({ detail, detailAt }: CalendarEntry, zone: string): string[] =>
  detail === undefined ? [] : [detailAt === undefined ? detail : local(detail, detailAt, zone)];

/** ` (shop in production)`, where the title does not say it. */
function placeOf({ about, environment, title }: CalendarEntry): string {
  const place = about ?? environment;
  return place === undefined || title.includes(place) ? '' : ` (${place})`;
}

/** `09:00 CET – 16:00 CET` on its day; with the date where it began or ends on another. */
function when(entry: CalendarEntry, day: CalendarDay, zone: string): SafeHtml {
  const { start, end } = entry;
  const isSameDay = (instant: string): boolean => dateIn(instant, zone) === day.date;
  const show = (instant: string): SafeHtml =>
    html`<time datetime="${instant}">${isSameDay(instant) ? showClock(instant, zone) : showInstant(instant, zone)}</time>`;
  if (isMoment(entry)) return show(start);
  if (end === undefined) return html`from ${show(start)}`;
  return html`${show(start)} – ${show(end)}`;
}

const dateIn = (instant: string, zone: string): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' }).format(new Date(instant));
