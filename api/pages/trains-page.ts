import type { Boarded, DepartureState, LeftBehind } from '../../domain/trains/model.ts';
import { attribute, html, type SafeHtml } from '../../platform/html.ts';
import { oneLine } from '../../platform/plain-text.ts';
import type { DepartureRecord } from '../../platform/record/calendar/trains.ts';
import type { Caller } from '../auth/caller.ts';
import type { trainShown } from '../routes/trains.ts';
import { page } from './layout.ts';
import { local, time } from './parts/time.ts';
import { word } from './parts/words.ts';

type Train = Awaited<ReturnType<typeof trainShown>>;

interface TrainsFacts {
  caller: Caller;
  inbox: boolean;
  zone: string;
  now: string;
  nameOf: (person: string) => string;
  /** By id, each with its last departures, the newest first. */
  trains: readonly Train[];
}

/** The trains of the policy: when each leaves next, what is aboard, and how the last ones went. Works without script. */
export const trainsPage = (facts: TrainsFacts): string =>
  page({
    title: 'Trains',
    caller: facts.caller,
    here: '/trains',
    twin: '/trains.json',
    inbox: facts.inbox,
    body: html`<h1>Trains</h1>
      <p>
        A train leaves again and again, with the newest version of each of its services that is ready. It is then a release like any other,
        and goes through all gates.
      </p>
      ${
        facts.trains.length === 0
          ? html`<section>
              <p>
                No train is described: nothing leaves by a timetable, and every release is asked for by somebody. Write trains into
                gantry.yaml under <code>trains</code>, then <code>gantry policy apply</code>.
              </p>
            </section>`
          : facts.trains.map((train) => section(train, facts))
      }`,
  });

const standings: Record<Train['state'], SafeHtml> = {
  running: word('running', 'good'),
  held: word('held', 'bad'),
  stopped: word('stopped', 'bad'),
};

const departureWords: Record<DepartureState, SafeHtml> = {
  planned: word('planned', 'wait'),
  boarding: word('boarding', 'wait'),
  departed: word('departed', 'good'),
  skipped: word('skipped', 'plain'),
  held: word('held', 'bad'),
  delayed: word('delayed', 'wait'),
  failed: word('failed', 'bad'),
};

const isToCome = ({ state }: DepartureRecord): boolean => !['departed', 'skipped', 'failed'].includes(state);

function section(train: Train, facts: TrainsFacts): SafeHtml {
  const { id, name, to, captain, services, mode, headline, state, departures } = train;
  const { zone, now, nameOf } = facts;
  const next = nextOf(train);
  const over = departures.filter((one) => !isToCome(one));
  return html`<section aria-labelledby="train-${id}">
    <h2 id="train-${id}">${name ?? id} → ${to} ${standings[state]}</h2>
    <p>${local(headline, now, zone)}</p>
    <dl>
      <dt>Next departure</dt>
      <dd>${nextDeparture(next, facts)}</dd>
      <dt>Aboard</dt>
      <dd>${aboard(next, facts)}</dd>
      <dt>May ride</dt>
      <dd>
        ${services.map(({ service, required }) => (required ? `${service} (nothing leaves without it)` : service)).join(', ')};
        ${mode === 'lockstep' ? 'a failure undoes all who ride, together' : 'each rides as a release of its own'}
      </dd>
      <dt>Captain</dt>
      <dd>${nameOf(captain)}</dd>
    </dl>
    ${
      over.length === 0
        ? html`<p class="quiet">It has not left yet.</p>`
        : html`<details ${attribute('open', over[0]?.state === 'failed')}>
            <summary>Last departures (${over.length})</summary>
            <ul class="plain">
              ${over.map((departure) => past(departure, facts))}
            </ul>
          </details>`
    }
    <p class="small quiet">
      Skip, delay, hold or resume it with <code>gantry train</code>, such as <code>gantry train show ${id}</code>.
    </p>
  </section>`;
}

/** The departure that is waited for: as its workflow says, which knows it before boarding; else as it was recorded. */
function nextOf({ next, departures }: Train): Next | undefined {
  const toCome = departures.filter(isToCome);
  const record = next ? toCome.find(({ number }) => number === next.number) : toCome.at(-1);
  return next ? { ...next, record } : record && { ...record, record };
}

interface Next {
  departsAt: string;
  cutoffAt: string;
  record: DepartureRecord | undefined;
}

function nextDeparture(next: Next | undefined, { zone, now }: TrainsFacts): SafeHtml {
  if (next === undefined)
    return html`None is known: none is planned, or the train does not answer at this moment. The sentence above says which.`;
  const { departsAt, cutoffAt, record } = next;
  const isBoarded = Date.parse(cutoffAt) <= Date.parse(now);
  return html`${time(departsAt, zone)} ${departureWords[record?.state ?? 'planned']}; boarding ${isBoarded ? 'ended' : 'ends'}
  ${time(cutoffAt, zone)}${record === undefined || record.departsAt === record.scheduledAt ? undefined : html`. By the timetable: ${time(record.scheduledAt, zone)}`}`;
}

function aboard(next: Next | undefined, facts: TrainsFacts): SafeHtml {
  const { boarded = [], leftBehind = [], because, state, updatedAt = facts.now } = next?.record ?? {};
  // A train that was delayed boards anew: who was aboard then may not be.
  const isOpen = state === 'delayed' || (next && Date.parse(next.cutoffAt) > Date.parse(facts.now));
  if (isOpen === true || boarded.length + leftBehind.length === 0)
    return html`Nobody yet: who rides is settled when boarding ends, and what is not ready then takes the next one.`;
  // Whoever is missing is told below by name; what was passed over stands before that, in no list.
  const more = state !== 'boarding' || because?.startsWith('Boarded: ') === true ? undefined : because;
  return html`${boarded.length === 0 ? 'Nobody.' : riders(boarded)}${more === undefined ? undefined : html`<br />${local(oneLine(more, 600), updatedAt, facts.zone)}`}${behind(leftBehind, facts)}`;
}

const riders = (boarded: readonly Boarded[]): SafeHtml =>
  html`${boarded.map(
    ({ service, version, releaseId }, index) =>
      html`${index === 0 ? '' : ', '}${releaseId === undefined ? `${service} ${version}` : html`<a href="/releases/${releaseId}">${service} ${version}</a>`}`,
  )}`;

/** Who stays behind; of a departure that could not leave who stops it, and what to do now. */
const behind = (
  leftBehind: readonly LeftBehind[],
  { zone, now }: TrainsFacts,
  isFailed = false,
): SafeHtml | undefined =>
  leftBehind.length === 0
    ? undefined
    : html`<ul>
        ${leftBehind.map(
          ({ service, version, because, remedy, next }) =>
            html`<li>
              ${service}${version === undefined ? '' : ` ${version}`} ${isFailed && remedy !== undefined ? 'stops it' : 'stays behind'}: ${local(oneLine(because, 300), now, zone)}${remedy === undefined ? undefined : html` What to do now: ${local(oneLine(remedy, 300), now, zone)}`}${next === undefined ? undefined : html` Next: ${time(next, zone)}.`}
            </li>`,
        )}
      </ul>`;

function past(departure: DepartureRecord, facts: TrainsFacts): SafeHtml {
  const { number, departsAt, state, boarded, leftBehind, because, releaseId, updatedAt } = departure;
  const { zone } = facts;
  const isFailed = state === 'failed';
  // who stops it is told below, by name
  const why = isFailed && leftBehind.some(({ remedy }) => remedy !== undefined) ? undefined : because;
  return html`<li>
    ${time(departsAt, zone)} ${departureWords[state]}${releaseId === undefined ? undefined : html`, as <a href="/releases/${releaseId}">one release</a>`}:
    ${boarded.length === 0 ? 'nobody aboard' : riders(boarded)}${why === undefined ? undefined : html`<br />${local(oneLine(why, 600), updatedAt, zone)}`}
    ${behind(leftBehind, facts, isFailed)}
    <span class="small quiet">Departure ${number}</span>
  </li>`;
}
