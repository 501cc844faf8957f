import { rename, writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import type { Incident } from '../../domain/incidents/incident.ts';
import type { ReleaseView } from '../../domain/release/release.ts';
import { healthWord } from '../../domain/watch/watch.ts';
import type { List } from '../../cli/answers.ts';
import type { Client } from '../../cli/client.ts';
import { startDeadline } from '../../cli/deadline.ts';
import { readWatches } from '../../cli/watch.ts';
import { skipTime } from '../../platform/temporal/skip-time.ts';
import { watchWorkflowId } from '../../workflows/contract-watch.ts';
import { playToEnd, type Scene as Playing } from './act.ts';
import { timelineOf } from './report.ts';
import type { DemoStage } from './stage.ts';

const MINUTE_MS = 60_000;
const LOOK_EVERY_MS = 200;
const FOUND_WITHIN_MS = 60_000;
/** Share of failed answers that leaves no doubt to a metric which allows one in twenty. */
const CLEARLY_BROKEN = 0.2;

/** What the watch of a release found after its end, and what came of it. */
export interface HourLater {
  /** Minutes by which the clocks of the watch and of what it looks at were moved. */
  skippedMinutes: number;
  /** What the log of the release says of its watch, such as `watch.regressed`, in order. */
  watch: { action: string; minutes: number; sentence: string }[];
  /** How it stood after its first look, and at its end, in the words of the product. */
  firstLook: string;
  ended: string;
  incident?: Pick<Incident, 'id' | 'source' | 'state' | 'openedBy'> & {
    laidAt?: string;
    attribution: string;
  };
  /** Who got the mail about the regression. */
  told: string[];
  rollback?: { id: string; orderedBy: string; remediates?: string; state: string };
}

type Scene = Playing & { stage: DemoStage };

/**
 * What comes after the end of a release: the clock of its watch and that of the shop are moved ahead together, half an hour at
 * a time, while customers go on buying. Tells what the watch finds, follows the way back, and closes the incident as a person would.
 */
export async function playHourLater(
  scene: Scene,
  released: ReleaseView,
): Promise<{ later: HourLater; rollback?: ReleaseView }> {
  const { client, stage, say } = scene;
  const engine = await Connection.connect({ address: `127.0.0.1:${stage.ports.temporal}` });
  const clock = createClock(stage, engine, watchWorkflowId(released.id));
  try {
    say('  Half an hour is skipped: the watch looks at what customers get, and finds nothing.');
    await clock.moveShop(31);
    await clock.moveWatch(31);
    const firstLook = await standingOf(client, released.id);
    say('  The hour is over for the shop as well. Customers go on buying.');
    await clock.moveShop(30);
    await inTime(scene, async (signal) => untilBroken(stage, released, signal));
    await clock.moveWatch(30);
    await clock.moveShop(30);
    await clock.moveWatch(30);
    const logged = async (action: string): Promise<{ sentence: string }> =>
      inTime(scene, async (signal) => untilLogged(client, released.id, action, signal));
    const found = await logged('watch.regressed');
    say(`  watch        ${found.sentence}`);
    const rollback = await followBack(scene, released);
    if (rollback?.state === 'succeeded') {
      await clock.moveShop(30);
      await clock.moveWatch(30);
      await logged('watch.ended');
    }
    return {
      later: await tell(scene, { released, rollback, firstLook, skippedMinutes: clock.minutes() }),
      ...(rollback ? { rollback } : {}),
    };
  } finally {
    await engine.close();
  }
}

/** Waits for what must come within a minute. @throws where it does not, or the demo was interrupted */
async function inTime<Found>(
  { interrupted }: Scene,
  wait: (signal: AbortSignal) => Promise<Found>,
): Promise<Found> {
  const deadline = startDeadline(interrupted, FOUND_WITHIN_MS);
  try {
    return await wait(deadline.signal);
  } finally {
    deadline.end();
  }
}

/** Two clocks that are moved by the same amount; the shop reads its own from a file, which is never seen half written. */
function createClock(stage: DemoStage, engine: Connection, watch: string) {
  let minutes = 0;
  return {
    minutes: () => minutes,
    async moveShop(by: number): Promise<void> {
      minutes += by;
      const draft = `${stage.clockFile}.draft`;
      await writeFile(draft, String(minutes * MINUTE_MS));
      await rename(draft, stage.clockFile);
    },
    moveWatch: async (by: number) => skipTime(engine, watch, by * MINUTE_MS),
  };
}

/** Waits until the answers that customers get say it: the watch must not look before there is anything to see. */
async function untilBroken(
  stage: DemoStage,
  { components }: ReleaseView,
  signal: AbortSignal,
): Promise<void> {
  const version = components[0]?.version ?? '';
  const url = `http://127.0.0.1:${stage.ports.production}/metrics.json?version=${version}`;
  for (;;) {
    const { errorRate } = (await (await fetch(url, { signal })).json()) as { errorRate: number | null };
    if (errorRate !== null && errorRate > CLEARLY_BROKEN) return;
    await pause(LOOK_EVERY_MS, undefined, { signal });
  }
}

async function untilLogged(
  client: Client,
  releaseId: string,
  action: string,
  signal: AbortSignal,
): Promise<{ sentence: string }> {
  for (;;) {
    const entry = (await timelineOf(client, releaseId)).find((one) => one.action === action);
    if (entry) return entry;
    await pause(LOOK_EVERY_MS, undefined, { signal });
  }
}

async function standingOf(client: Client, releaseId: string): Promise<string> {
  const [one] = (await readWatches(client, releaseId)).items;
  return one ? `${healthWord(one.result ?? one.health)}, ${one.looks} looks` : 'not watched';
}

/** The release that policy has ordered. Whoever is on call need not wait for its pauses: what it goes back to is known to be good. */
async function followBack(scene: Scene, released: ReleaseView): Promise<ReleaseView | undefined> {
  const { client, say, unattended } = scene;
  const [ordered] = (await readWatches(client, released.id)).remedies;
  if (!ordered) return undefined;
  say(`  ${ordered.id} takes it back: ${client.address.url}/releases/${ordered.id}`);
  if (unattended)
    return playToEnd(scene, ordered.id, {
      atPause: async () => {
        const reason = 'It ran well before, and customers wait.';
        await client.post(`/v1/releases/${ordered.id}/advance`, { reason, to: 100 });
        say('  Ben lets it go to all traffic at once.');
      },
    });
  return playToEnd(scene, ordered.id, {});
}

/** Reads what has come of it; a person closes the incident, for the watch cannot know that nothing else is wrong. */
async function tell(
  { client, say }: Scene,
  o: {
    released: ReleaseView;
    rollback: ReleaseView | undefined;
    firstLook: string;
    skippedMinutes: number;
  },
): Promise<HourLater> {
  const { released, rollback } = o;
  const entries = await timelineOf(client, released.id);
  const exposedAt = released.stages.find(({ environment }) => environment === 'production')?.exposedAt ?? '';
  const { items } = (await client.get('/v1/incidents', { release: released.id })) as List<Incident>;
  const [incident] = items;
  const closed =
    incident && rollback?.state === 'succeeded'
      ? await closeIncident(client, incident.id, `shop ${rollback.components[0]?.version ?? ''} runs again`)
      : incident;
  if (closed)
    say(
      `  Incident ${closed.id} of the watch is ${closed.state}: ${closed.outcome ?? 'nobody has ended it'}.`,
    );
  return {
    skippedMinutes: o.skippedMinutes,
    firstLook: o.firstLook,
    ended: await standingOf(client, released.id),
    watch: entries
      .filter(({ action }) => action.startsWith('watch.'))
      .map(({ action, at, sentence }) => ({
        action,
        minutes: Math.floor((Date.parse(at) - Date.parse(exposedAt)) / MINUTE_MS),
        sentence,
      })),
    ...(closed
      ? {
          incident: {
            ...{ id: closed.id, source: closed.source, state: closed.state, openedBy: closed.openedBy },
            attribution: closed.attribution.state,
            ...(closed.attribution.version === undefined ? {} : { laidAt: closed.attribution.version }),
          },
        }
      : {}),
    told: await toldOf(client, released),
    ...(rollback
      ? {
          rollback: {
            id: rollback.id,
            orderedBy: rollback.requestedBy.id,
            state: rollback.state,
            ...(rollback.remediates === undefined ? {} : { remediates: rollback.remediates }),
          },
        }
      : {}),
  };
}

async function closeIncident(client: Client, id: string, outcome: string): Promise<Incident> {
  await client.post(`/v1/incidents/${id}/attribution`, { reason: 'its errors ended with it' });
  return (await client.post(`/v1/incidents/${id}/close`, { outcome })) as Incident;
}

async function toldOf(client: Client, { components }: ReleaseView): Promise<string[]> {
  const version = components[0]?.version ?? '';
  const { items } = (await client.get('/inbox.json')) as { items: { recipient: string; subject: string }[] };
  return items
    .filter(({ subject }) => subject.startsWith('[Regressed]') && subject.includes(version))
    .map(({ recipient }) => recipient)
    .sort();
}
