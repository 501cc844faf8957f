import { rm } from 'node:fs/promises';
import { startDeadline } from '../../cli/deadline.ts';
import { createClient, type Client } from '../../cli/client.ts';
import { findServer } from '../../cli/server-address.ts';
import { deployByHand, findPrometheus, startGantry, startPrometheus } from './processes.ts';
import { calendarKinds, fillCalendar } from './calendar.ts';
import { expectation, judge } from './expectations.ts';
import { releaseLine, verifyAudit, whatRuns, type DemoReport } from './report.ts';
import { setStage, type DemoStage } from './stage.ts';
import { playAct, type Act } from './act.ts';
import { playHourLater } from './hour-later.ts';
import { startTraffic, type Traffic } from './traffic.ts';

interface DemoOptions {
  unattended: boolean;
  keep: boolean;
  interrupted: AbortSignal;
}

const STARTS_WITHIN_MS = 120_000;
const services = { payments: '2.0.0', shop: '1.3.0' } as const;
const environments = ['staging', 'production'] as const;
const acts: readonly Act[] = [
  {
    components: [{ service: 'shop', version: '1.4.0' }],
    title: 'First act: a good version goes all the way.',
  },
  {
    components: [{ service: 'shop', version: '1.5.0' }],
    title: 'Second act: a version that only real traffic can tell is bad.',
  },
  {
    components: [
      { service: 'payments', version: '2.1.0' },
      { service: 'shop', version: '1.6.0' },
    ],
    title:
      'Third act: two services that need each other. The second fails late, and both are taken back in order.',
  },
];
const hourLater: Act = {
  components: [{ service: 'shop', version: '1.7.0' }],
  title: 'Third act, continued: a version that passes its canary, and goes wrong an hour later.',
};

/** The whole play on a fresh stage. Stops everything it has started, however it ends. */
export async function runDemo(options: DemoOptions): Promise<DemoReport> {
  const prometheus = await findPrometheus();
  const stage = await setStage({ withPrometheus: prometheus !== undefined });
  say(`Everything of this demo lies in ${stage.home}`);
  const toStop: (() => Promise<unknown>)[] = [];
  let report: DemoReport | undefined;
  try {
    // Listed before it is started: what is half started must be stopped too.
    for (const service of Object.keys(services))
      toStop.push(() => deployByHand(stage, service, '--stop-all'));
    for (const [service, version] of Object.entries(services)) {
      say(`${service} ${version} starts in staging and production, behind a router each.`);
      for (const environment of environments) await deployByHand(stage, service, environment, version, '100');
    }
    const traffic = startTraffic([
      { url: `http://127.0.0.1:${stage.ports.production}`, requestsPerSecond: 40, largestCart: 8 },
      { url: `http://127.0.0.1:${stage.ports.staging}`, requestsPerSecond: 2, largestCart: 1 },
    ]);
    toStop.push(() => traffic.stop());
    toStop.push(...(await startSources(stage, prometheus)));
    const client = await startServer(stage, toStop, options.interrupted);
    report = await play(stage, client, traffic, options);
    if (!options.unattended) await lookAround(options.interrupted);
    return report;
  } finally {
    say('Stopping everything.');
    for (const stop of toStop.reverse()) await stop().catch((error: unknown) => console.error(error));
    if (report?.ok === true && !options.keep) await rm(stage.home, { recursive: true, force: true });
    else say(`The folder stays: ${stage.home}`);
  }
}

async function startSources(
  stage: DemoStage,
  prometheus: string | undefined,
): Promise<(() => Promise<void>)[]> {
  if (prometheus === undefined) {
    say('No Prometheus is at hand: analysis reads the metrics of the router itself.');
    return [];
  }
  const started = await startPrometheus(stage, prometheus);
  say(`Prometheus asks the routers every second: http://127.0.0.1:${stage.ports.prometheus}`);
  return [started.stop];
}

async function startServer(
  stage: DemoStage,
  toStop: (() => Promise<unknown>)[],
  interrupted: AbortSignal,
): Promise<Client> {
  say('Gantry starts: engine, database, worker, API, inbox.');
  const gantry = startGantry(stage);
  toStop.push(gantry.stop);
  const deadline = startDeadline(interrupted, STARTS_WITHIN_MS);
  await Promise.race([gantry.ready, rejected(deadline.signal)]).finally(deadline.end);
  return createClient(findServer({ env: {}, cwd: stage.home }, {}));
}

async function play(
  stage: DemoStage,
  client: Client,
  traffic: Traffic,
  options: DemoOptions,
): Promise<DemoReport> {
  for (const [service, version] of Object.entries(services)) {
    for (const environment of environments) {
      const reason = 'It ran before Gantry came.';
      await client.post('/v1/adoptions', { service, version, environment, reason });
    }
  }
  await fillCalendar(client, new Date());
  if (!options.unattended) await inviteAudience(stage, client);
  const endings = [];
  const scene = { client, stage, say, unattended: options.unattended, interrupted: options.interrupted };
  for (const act of acts) endings.push(await playAct(scene, act));
  const lasting = await playAct(scene, hourLater);
  const { later, rollback } = await playHourLater(scene, lasting);
  endings.push(lasting, ...(rollback ? [rollback] : []));
  const counts = await traffic.stop();
  const facts = {
    releases: await Promise.all(endings.map((view) => releaseLine(client, view))),
    later,
    running: await whatRuns(client),
    traffic: counts,
    audit: await verifyAudit(client),
  };
  const calendar = await calendarKinds(client, new Date());
  const expectations = [
    ...(await judge(stage, facts, endings)),
    expectation('the calendar shows what is to come', calendar, 'freeze, reservation, train'),
  ];
  const ok = expectations.every(({ held }) => held);
  for (const { what, held, found } of expectations)
    say(`${held ? 'held  ' : 'BROKEN'}  ${what}${held ? '' : ` (found: ${found})`}`);
  say(ok ? 'Every expectation held.' : 'Not every expectation held.');
  return { ok, ...facts, expectations };
}

async function inviteAudience(stage: DemoStage, client: Client): Promise<void> {
  const { url } = (await client.post('/v1/sign-in-links', { person: 'ben' })) as { url: string };
  say(`Sign in as Ben:   ${url}`);
  say(`Inbox:            ${client.address.url}/inbox`);
  say(`Releases:         ${client.address.url}/releases`);
  say(`Calendar:         ${client.address.url}/calendar`);
  say(`Temporal UI:      http://127.0.0.1:${stage.ports.ui}`);
  say(`The shop:         http://127.0.0.1:${stage.ports.production}`);
  say('You are the approver: open the mails to Ana and to Sam in the inbox, follow their links, decide.');
}

async function lookAround(interrupted: AbortSignal): Promise<void> {
  say('All of it still runs: look around. Ctrl-C ends the demo.');
  await rejected(interrupted).catch(() => undefined);
}

const rejected = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const fail = (): void => reject(signal.reason as Error);
    if (signal.aborted) fail();
    else signal.addEventListener('abort', fail, { once: true });
  });

function say(sentence: string): void {
  console.log(sentence);
}
