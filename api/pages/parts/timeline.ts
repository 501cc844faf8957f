import { timelineParts, type TimelinePart } from '../../../domain/release/timeline-part.ts';
import { formatDuration } from '../../../domain/policy/duration.ts';
import { html, type SafeHtml } from '../../../platform/html.ts';
import { oneLine } from '../../../platform/plain-text.ts';
import type { TimelineEntry } from '../../../platform/record/releases.ts';
import type { ScannedLink } from '../../../platform/record/scanned-links.ts';
import { local, time } from './time.ts';

/** Links that show one part of the timeline, or all of it. */
export const timelineFilter = (release: string, shown: TimelinePart | undefined): SafeHtml =>
  html`<p class="small">
    Show:
    ${[undefined, ...timelineParts].map((part) => {
      const label = part ?? 'all';
      const query = part === undefined ? '' : `?timeline=${part}`;
      return part === shown
        ? html`<strong aria-current="true">${label}</strong> `
        : html`<a href="/releases/${release}${query}#timeline">${label}</a> `;
    })}
  </p>`;

/** The log of a release, oldest first, with the time that passed between entries; `left` counts those not shown. */
export const timelineList = (
  entries: readonly TimelineEntry[],
  zone: string,
  nameOf: (id: string) => string,
): SafeHtml =>
  entries.length === 0
    ? html`<p class="quiet">Nothing of this kind has happened.</p>`
    : html`<ol class="plain">
    ${entries.map(
      (entry, index) =>
        html`<li id="entry-${entry.seq}">
          ${local(oneLine(entry.sentence, 500), entry.at, zone)}${
            entry.reason === undefined ? undefined : html`<br />“${oneLine(entry.reason, 500)}”`
          }<br /><span class="small quiet"
            >${time(entry.at, zone)}${since(entries[index - 1], entry)} · ${nameOf(entry.actor.person ?? entry.actor.id)} ·
            <a href="#entry-${entry.seq}"
              >${entry.seq}<span class="visually-hidden"> in the timeline</span></a
            ></span
          >
        </li>`,
    )}
  </ol>`;

function since(before: TimelineEntry | undefined, entry: TimelineEntry): string {
  const ms = before === undefined ? 0 : Date.parse(entry.at) - Date.parse(before.at);
  return ms < 1_000 ? '' : `, ${formatDuration(ms)} later`;
}

/** Links that mail scanners have probably opened: said quietly, beside the entries, since nothing was done by it. */
export const scannedNotes = (
  scanned: readonly ScannedLink[],
  zone: string,
  nameOf: (id: string) => string,
): SafeHtml | undefined =>
  scanned.length === 0
    ? undefined
    : html`<ul class="plain small quiet">
        ${scanned.map(
          (one) =>
            html`<li>
              ${time(one.at, zone)}: the link of ${nameOf(one.person)} for ${one.environment} was opened ${one.looks} times within 10 s, probably by a
              mail scanner. It decides nothing.
            </li>`,
        )}
      </ul>`;
