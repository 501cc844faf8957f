import type { Environment } from '../../domain/policy/policy.schema.ts';
import { partInWords, type LeftInPlace } from '../../domain/rollout/live-in-part.ts';
import type { ReleaseView } from '../../domain/release/release.ts';
import type { RunnerStanding } from '../../domain/rollout/runner-words.ts';
import { html, type SafeHtml } from '../../platform/html.ts';
import type { LineStop } from '../../platform/record/calendar/line-stops.ts';
import type { QuarantineRecord } from '../../platform/record/gates/quarantines.ts';
import type { BannedRow } from '../../platform/record/gates/what-runs-banned.ts';
import type { Caller } from '../auth/caller.ts';
import { partsShown, type ShownLocks } from '../locks-shown.ts';
import { page } from './layout.ts';
import { banOn } from './parts/ban.ts';
import { lineStopped } from './parts/line-stopped.ts';
import { quarantinesSection } from './parts/quarantine-forms.ts';
import { withCode } from './parts/with-code.ts';
import type { SentForm } from './parts/sent-form.ts';
import { time } from './parts/time.ts';

interface EnvironmentsFacts {
  caller: Caller;
  zone: string;
  inbox: boolean;
  environments: Environment[];
  running: BannedRow[];
  /** Releases that have not ended. */
  open: readonly ReleaseView[];
  /** What ended ones have left. */
  left: readonly LeftInPlace[];
  stops: LineStop[];
  nameOf: (person: string) => string;
  /** As the reader may read them. */
  locks: ShownLocks[];
  /** How each runner stands, by its name. */
  runners: Map<string, RunnerStanding>;
  /** Bans that stand, and the services that the reader may see. */
  quarantines: QuarantineRecord[];
  services: string[];
  sent?: SentForm | undefined;
  /** What there is to say of a form that was done. */
  told?: string | undefined;
}

/** What runs where since when, who holds each environment and who waits for it. */
export const environmentsPage = (facts: EnvironmentsFacts): string =>
  page({
    title: 'Environments',
    caller: facts.caller,
    here: '/environments',
    twin: '/environments.json',
    inbox: facts.inbox,
    sent: facts.sent,
    told: facts.told,
    body: html`<h1>Environments</h1>
      ${lineStopped(facts.stops, facts)}
      ${
        facts.environments.length === 0
          ? html`<section>
              <p>No environment is described yet. Try: <code>gantry init</code></p>
            </section>`
          : undefined
      }
      ${facts.environments.map((one) => section(one, facts))} ${quarantinesSection(facts)}`,
  });

function section(environment: Environment, facts: EnvironmentsFacts): SafeHtml {
  const { running, locks, runners, zone } = facts;
  const inPart = partsShown(facts.caller, environment.id, facts);
  const place = ({ service }: BannedRow): number => facts.services.indexOf(service);
  const there = running
    .filter((one) => one.environment === environment.id)
    .sort((a, b) => place(a) - place(b));
  const lock = locks.find((one) => one.environment === environment.id);
  const kind = [
    ...(environment.production ? ['production'] : []),
    environment.exclusive ? 'one release at a time' : 'one release at a time for each service',
  ];
  return html`<section aria-labelledby="env-${environment.id}">
    <h2 id="env-${environment.id}">${environment.id}</h2>
    <p class="quiet">${kind.join(', ')}</p>
    ${runnerLine(runners.get(environment.runner ?? ''), zone)}
    ${
      there.length === 0 && inPart.length === 0
        ? html`<p>
            Nothing runs here yet, as far as Gantry knows. Record what already runs:
            <code>gantry adopt SERVICE VERSION ${environment.id}</code>
          </p>`
        : html`<ul class="plain">
            ${there.map((one) => html`<li><strong>${one.service} ${one.version}</strong> since ${time(one.since, zone)}${origin(one)}${banned(one, facts)}</li>`)}
            ${inPart.map((one) => html`<li><strong>${partInWords(one)}</strong>: release ${asker(one)}${one.remedy === undefined ? undefined : html`<br /><span class="small">${withCode(one.remedy)}</span>`}</li>`)}
          </ul>`
    }
    <h3>Held by</h3>
    ${holders(lock, zone)}
    <h3>Waiting</h3>
    ${queue(lock, zone)}
  </section>`;
}

const runnerLine = (runner: RunnerStanding | undefined, zone: string): SafeHtml | undefined =>
  runner &&
  (runner.isThere === true && runner.seenAt !== undefined
    ? html`<p>Runner ${runner.name} is there, last seen ${time(runner.seenAt, zone)}.</p>`
    : html`<p><strong>${runner.because}</strong></p>`);

const banned = ({ quarantine }: BannedRow, facts: EnvironmentsFacts): SafeHtml | undefined =>
  quarantine && html`<br />${banOn(quarantine, facts)}`;

const origin = ({ how, releaseId }: BannedRow): SafeHtml =>
  how === 'released' && releaseId !== undefined
    ? html`, brought by <a href="/releases/${releaseId}">this release</a>`
    : html`, adopted`;

const asker = ({ releaseId, title }: Pick<ShownLocks['holders'][number], 'releaseId' | 'title'>): SafeHtml =>
  releaseId === undefined ? html`${title}` : html`<a href="/releases/${releaseId}">${title}</a>`;

const holders = (lock: ShownLocks | undefined, zone: string): SafeHtml =>
  lock && lock.holders.length > 0
    ? html`<ul>
        ${lock.holders.map((one) => html`<li>${asker(one)} since ${time(one.since, zone)}</li>`)}
      </ul>`
    : html`<p class="quiet">nobody</p>`;

const queue = (lock: ShownLocks | undefined, zone: string): SafeHtml =>
  lock && lock.queue.length > 0
    ? html`<ol>
        ${lock.queue.map((one) => html`<li>${asker(one)} since ${time(one.requestedAt, zone)}</li>`)}
      </ol>`
    : html`<p class="quiet">nobody</p>`;
