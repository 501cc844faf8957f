import { releaseTitle, type ReleaseView } from '../../domain/release/release.ts';
import {
  leftInWords,
  liveInPart,
  liveInPartWords,
  type LeftInPlace,
} from '../../domain/rollout/live-in-part.ts';
import { html, type SafeHtml } from '../../platform/html.ts';
import type { LineStop } from '../../platform/record/calendar/line-stops.ts';
import type { Quarantine } from '../../domain/gates/quarantine/evaluate.ts';
import type { ListedRelease } from '../../platform/record/left-in-place.ts';
import type { BannedRow } from '../../platform/record/gates/what-runs-banned.ts';
import type { Caller } from '../auth/caller.ts';
import { partsShown, type ShownPart } from '../locks-shown.ts';
import { page } from './layout.ts';
import { banOn } from './parts/ban.ts';
import { withCode } from './parts/with-code.ts';
import { lineStopped } from './parts/line-stopped.ts';
import { releaseWord } from './parts/words.ts';
import { headlineOn } from './parts/headline.ts';
import { time } from './parts/time.ts';

interface ReleasesFacts {
  caller: Caller;
  zone: string;
  inbox: boolean;
  services: string[];
  environments: string[];
  running: BannedRow[];
  stops: LineStop[];
  nameOf: (person: string) => string;
  open: ReleaseView[];
  /** What ended ones have left. */
  left: readonly LeftInPlace[];
  /** Bans that stand. */
  quarantines: readonly Quarantine[];
  newest: ListedRelease[];
  /** Releases whose approval asks the caller. */
  forMe: ReleaseView[];
}

/** All releases: what waits for the reader, what runs where, what is under way, what was (ux §5). */
export function releasesPage(facts: ReleasesFacts): string {
  const { caller, open, newest, forMe, zone, inbox } = facts;
  const ended = newest.filter((one) => one.ended);
  return page({
    title: 'Releases',
    caller,
    here: '/',
    twin: '/releases.json',
    inbox,
    body: html`<h1>Releases</h1>
      ${lineStopped(facts.stops, facts)}
      ${
        forMe.length > 0
          ? html`<section>
              <h2>Waiting for me</h2>
              ${releaseList(forMe, zone)}
              <p class="small"><a href="/approvals">Approvals: by when, and whose votes are missing</a></p>
            </section>`
          : undefined
      }
      ${newest.length === 0 ? emptyState(facts.services) : undefined}
      <section>
        <h2>What runs where</h2>
        ${matrix(facts)} ${leftList(facts)}
      </section>
      ${
        open.length > 0
          ? html`<section>
              <h2>Under way</h2>
              ${releaseList(byTrouble(open), zone)}
            </section>`
          : undefined
      }
      ${
        ended.length > 0
          ? html`<section>
              <h2>Ended</h2>
              ${releaseList(ended, zone)}
            </section>`
          : undefined
      }`,
  });
}

const troubles: ReleaseView['state'][] = ['stuck', 'held', 'rollingBack'];

/** Trouble first, and of each kind the newest. */
const byTrouble = (releases: readonly ReleaseView[]): ReleaseView[] =>
  [...releases].sort((a, b) => rank(a) - rank(b) || b.createdAt.localeCompare(a.createdAt));

const rank = ({ state }: ReleaseView): number =>
  troubles.includes(state) ? troubles.indexOf(state) : troubles.length;

const releaseList = (releases: readonly ListedRelease[], zone: string): SafeHtml =>
  html`<ul class="plain">
    ${releases.map(
      (one) =>
        html`<li>
          <a href="/releases/${one.id}">${releaseTitle(one.components)}</a>
          ${releaseWord(one)}<br />${headlineOn(one, zone)} <br /><span class="small quiet"
            >asked for on ${time(one.createdAt, zone)}</span
          >
        </li>`,
    )}
  </ul>`;

const emptyState = (services: readonly string[]): SafeHtml =>
  html`<section>
    <h2>No releases yet</h2>
    ${
      services.length === 0
        ? html`<p>
            No service is described yet. Write a <code>gantry.yaml</code> with <code>gantry init</code>, then
            <code>gantry policy apply</code>.
          </p>`
        : html`<p>Try: <code>gantry release create ${services[0]} 1.0.0</code></p>`
    }
  </section>`;

function matrix(facts: ReleasesFacts): SafeHtml {
  const { services, environments, running, open } = facts;
  if (services.length === 0) return html`<p class="quiet">No services yet.</p>`;
  return html`<div class="wide" role="region" aria-label="What runs where" tabindex="0">
    <table>
      <caption>
        Version of each service in each environment; the table scrolls sideways where it must.
      </caption>
      <thead>
        <tr>
          <th scope="col">Service</th>
          ${environments.map((one) => html`<th scope="col">${one}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${services.map(
          (service) =>
            html`<tr>
              <th scope="row">${service}</th>
              ${environments.map(
                (environment) =>
                  html`<td>
                    ${cell(
                      running.find((one) => one.service === service && one.environment === environment),
                      partsShown(facts.caller, environment, facts).filter((one) => one.service === service),
                      underWay(open, service, environment),
                      facts,
                    )}
                  </td>`,
              )}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** What ended releases have left, with the command that clears it: a cell of the table has no room for it. */
function leftList(facts: ReleasesFacts): SafeHtml | undefined {
  const ended = new Set(facts.left.map(({ view }) => view.id));
  const parts = facts.environments.flatMap((environment) =>
    liveInPart(environment, facts)
      .filter(({ service, releaseId }) => facts.services.includes(service) && ended.has(releaseId))
      .map((part) => ({ environment, part })),
  );
  if (parts.length === 0) return undefined;
  return html`<ul class="plain">
    ${parts.map((one) => html`<li>${withCode(leftInWords(one))}</li>`)}
  </ul>`;
}

const underWay = (
  open: readonly ReleaseView[],
  service: string,
  environment: string,
): ReleaseView | undefined =>
  open.find(
    (one) => one.stage === environment && one.components.some((component) => component.service === service),
  );

function cell(
  runs: BannedRow | undefined,
  inPart: readonly ShownPart[],
  release: ReleaseView | undefined,
  facts: ReleasesFacts,
): SafeHtml {
  const { zone } = facts;
  return html`${runs ? html`<strong>${runs.version}</strong><br /><span class="small quiet">since ${time(runs.since, zone)}</span>${runs.quarantine && html`<br />${banOn(runs.quarantine, facts)}`}` : html`<span class="quiet">nothing</span>`}${inPart.map((one) => html`<br /><strong>${liveInPartWords(one)}</strong>${release && one.releaseId === release.id ? undefined : html`: release ${one.releaseId === undefined ? one.title : html`<a href="/releases/${one.releaseId}">${one.title}</a>`}`}`)}${
    release &&
    html`<br /><a href="/releases/${release.id}">${releaseTitle(release.components)}</a>
      ${releaseWord(release)}`
  }`;
}
