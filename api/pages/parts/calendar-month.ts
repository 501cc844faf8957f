import type { CalendarEntry } from '../../../domain/calendar/entries.ts';
import { weeksOf, type CalendarDay } from '../../../domain/calendar/month.ts';
import { attribute, html, type SafeHtml } from '../../../platform/html.ts';
import { showClock } from '../../../platform/instants.ts';

/** More than this many in one day are counted, and told in the agenda; but every freeze is shown. */
const shownADay = 5;
const weekdays = [
  ['Mon', 'Monday'],
  ['Tue', 'Tuesday'],
  ['Wed', 'Wednesday'],
  ['Thu', 'Thursday'],
  ['Fri', 'Friday'],
  ['Sat', 'Saturday'],
  ['Sun', 'Sunday'],
] as const;

/** What a day is marked with, and how it is said to who does not see colours. */
const kinds: Record<CalendarEntry['kind'], string> = {
  window: 'open',
  freeze: 'frozen',
  reservation: 'reserved',
  release: 'release',
  milestone: 'milestone',
  train: 'train',
};

/** The month as a table of weeks, Monday first; freezes are bands through their days. Each day leads to its part of the agenda. */
export function monthTable(o: {
  title: string;
  days: readonly CalendarDay[];
  today: string;
  zone: string;
  /** Dates that have a part in the agenda. */
  listed: ReadonlySet<string>;
}): SafeHtml {
  return html`<section class="month">
    <div class="wide" role="region" aria-label="${o.title} as a table" tabindex="0">
      <table>
        <caption>
          ${o.title}; times in ${o.zone}
        </caption>
        <thead>
          <tr>
            ${weekdays.map(([short, long]) => html`<th scope="col"><abbr title="${long}">${short}</abbr></th>`)}
          </tr>
        </thead>
        <tbody>
          ${weeksOf(o.days).map((week) => html`<tr>${week.map((day) => cell(day, o))}</tr>`)}
        </tbody>
      </table>
    </div>
  </section>`;
}

function cell(
  day: CalendarDay | undefined,
  { today, zone, listed }: { today: string; zone: string; listed: ReadonlySet<string> },
): SafeHtml {
  if (!day) return html`<td></td>`;
  const number = Number(day.date.slice(8));
  const isToday = day.date === today;
  const entries = day.entries.filter(({ kind }) => kind !== 'window');
  // Whoever looks at a month looks for when nothing may start: no freeze is among the counted.
  const freezes = entries.filter(({ kind }) => kind === 'freeze');
  const others = entries.filter(({ kind }) => kind !== 'freeze');
  const shown = [...freezes, ...others.slice(0, Math.max(shownADay - freezes.length, 0))];
  const left = entries.length - shown.length;
  const label = html`<span aria-hidden="true">${number}</span><span class="visually-hidden">${day.title}</span>${isToday ? html` <strong>today</strong>` : undefined}`;
  return html`<td ${attribute('class', isToday ? 'today' : undefined)} ${attribute('aria-current', isToday ? 'date' : undefined)}>
    ${listed.has(day.date) ? html`<a href="#day-${day.date}">${label}</a>` : label}
    ${day.clock === undefined ? undefined : html`<span class="chip clock">${day.clock}</span>`}
    ${shown.map((entry) => chip(entry, day, zone))}
    ${left > 0 ? html`<a class="small" href="#day-${day.date}">${left} more<span class="visually-hidden"> on ${day.title}</span></a>` : undefined}
  </td>`;
}

function chip(entry: CalendarEntry, day: CalendarDay, zone: string): SafeHtml {
  const state = entry.kind === 'release' ? entry.state : kinds[entry.kind];
  const clock = dateIn(entry.start, zone) === day.date ? `${showClock(entry.start, zone)} ` : '';
  return html`<span class="chip ${entry.kind}"><span class="word">${state}</span> ${clock}${entry.title}</span>`;
}

const dateIn = (instant: string, zone: string): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' }).format(new Date(instant));
