import { isGrpcServiceError } from '@temporalio/client';
import type { ApprovalView, ReleaseView } from '../../../domain/release/release.ts';
import { isTerminal } from '../../../domain/release/state.ts';
import { readRelease } from '../../../platform/record/releases.ts';
import { environmentLocks } from '../../../platform/record/environment-locks.ts';
import { environmentWorkflowId } from '../../../workflows/contract.ts';
import type { TemporalConnection } from '../../../platform/temporal/connect.ts';
import type { ErrorRates } from '../error-rates.ts';
import type { Product } from '../product.ts';
import { until } from '../until.ts';
import { activitiesOf, nameIn, type Passed } from './boundaries.ts';

/** Forward all the way, or back: because the last step of the second component fails, or because of what is measured after it. */
export type Direction = 'forward' | 'back' | 'judged';
export const directions: readonly Direction[] = ['forward', 'back', 'judged'];

const weights = [10, 50, 100];
/** A mail that was on its way when its worker was killed is sent again only after two minutes. */
const mailLimitMs = 180_000;

/**
 * A policy with an environment, two components and a person for each slot: releases that are killed at once hold nothing of each
 * other's. `shop` needs `base`; both come out in three steps, after a check each, one approval and a look at what runs; after each
 * step, and while they soak, it is measured how many errors there are.
 * @param measured base address of `startErrorRates`
 */
export function crashPolicy(slots: number, measured: string): string {
  const program = (action: string) => ['./deployer.mjs', action];
  const deploy = {
    ...{ kind: 'command', timeout: '2m', steps: weights.map((weight) => ({ weight })) },
    ...{ apply: program('apply'), undo: program('undo'), status: program('status') },
    probe: program('probe'),
  };
  const stage = {
    deploy,
    checks: [{ id: 'unit', kind: 'command', run: program('check') }],
    approvals: [{ people: ['ben'], not: [] }],
    approval: { expires: '72h', grace: '0s' },
    drift: 'stop',
    analysis: [
      {
        ...{ id: 'errors', kind: 'json', url: `${measured}/{{service}}/{{weight}}` },
        ...{ pointer: '/rate', failWhen: 'value > 0.02' },
      },
    ],
    observe: { soak: '1s' },
  };
  const numbers = Array.from({ length: slots }, (_, slot) => slot);
  const access = ['viewer', 'approver', 'releaser', 'operator', 'admin'];
  // JSON is YAML.
  return JSON.stringify({
    gantry: 1,
    organisation: { name: 'Acme', zone: 'UTC', onCall: ['ben'] },
    people: [{ id: 'ben', name: 'Ben', email: 'ben@acme.test', access }],
    environments: numbers.map((slot) => ({ id: `place-${slot}`, production: true })),
    services: numbers.flatMap((slot) => [
      { id: `base-${slot}`, owner: 'ben', pipeline: `way-${slot}` },
      { id: `shop-${slot}`, owner: 'ben', pipeline: `way-${slot}`, dependsOn: [`base-${slot}`] },
    ]),
    pipelines: Object.fromEntries(
      numbers.map((slot) => [`way-${slot}`, [{ environment: `place-${slot}`, ...stage }]]),
    ),
  });
}

/** One release of the two components of a slot. */
export interface Play {
  slot: number;
  direction: Direction;
  id: string;
}

/** Orders it, and tells the deployer, or whoever is asked for the errors, whether it is to fail late. */
export async function order(
  { product, rates }: { product: Product; rates: ErrorRates },
  slot: number,
  direction: Direction,
): Promise<Play> {
  const last = weights.at(-1) ?? 100;
  if (direction === 'back') product.ledger.fail('apply', `shop-${slot}`, last);
  if (direction === 'judged') rates.raise(`shop-${slot}`, last);
  const id = await product.release({ [`base-${slot}`]: '1.0.0', [`shop-${slot}`]: '1.0.0' });
  return { slot, direction, id };
}

/**
 * Approves where that is asked for, as often as the API does not answer; returns once the release has ended.
 * @throws where that takes longer than `withinMs`
 */
export async function followToItsEnd(product: Product, { id }: Play, withinMs: number): Promise<ReleaseView> {
  let seen: ReleaseView | undefined;
  const decided = new Set<string>();
  /** The same request again where no answer came: then whoever killed the API does not know whether it was taken. */
  const approve = async ({ requestId, subjectDigest }: ApprovalView): Promise<void> => {
    const decision = { requestId, subjectDigest, choice: 'approve' };
    const { status } = await product.call('POST', `/v1/releases/${id}/decisions`, decision, {
      'idempotency-key': `approve-${requestId}`,
    });
    if (status < 300) decided.add(requestId);
  };
  return until(
    `release ${id} to end`,
    async () => {
      seen = await readRelease(product.servers.database.store.db, id);
      if (!seen) return undefined;
      const { approval } = seen.stages[0] ?? {};
      if (approval?.state === 'open' && !decided.has(approval.requestId)) await approve(approval);
      return isTerminal(seen.state) ? seen : undefined;
    },
    withinMs,
    500,
  ).catch((error: unknown) => {
    throw new Error(`it says: ${seen?.state} ${seen?.headline}`, { cause: error });
  });
}

/** What can be seen of a release that has ended: two that went the same way leave the same. */
export interface Trace {
  state: string;
  /** Of the workflow itself. */
  engine: string;
  /** What really happened, in order: `apply shop 50`. */
  effects: string[];
  /** What runs now, `base 1.0.0`. */
  running: string[];
  deployments: string[];
  /** What was measured, each once: `shop, step 3: failed`. */
  measured: string[];
  /** Actions on the timeline but the rounds of the gates, whose number is left to chance; sorted. */
  timeline: string[];
  /** Subjects of the mails, each once however often it was sent. */
  mails: string[];
  /** Who holds the environment. */
  holders: number;
}

/** Once nothing goes on any more: its environment is given back, and its mails are out. */
export async function traceOf(product: Product, engine: TemporalConnection, play: Play): Promise<Trace> {
  const { db } = product.servers.database.store;
  const { id, slot } = play;
  const environment = `place-${slot}`;
  const view = await readRelease(db, id);
  const holders = async (): Promise<number> =>
    (await environmentLocks(db)).find((row) => row.environment === environment)?.holders.length ?? 0;
  const describe = async () => engine.client.workflow.getHandle(view?.workflowId ?? '').describe();
  await asFarAsItComes(`${environment} to be free`, async () => (await holders()) === 0, 60_000);
  await asFarAsItComes(
    `the mails of ${id}`,
    async () => (await pendingMails(product, id)) === 0,
    mailLimitMs,
  );
  // the workflow writes its end down before it ends itself
  await asFarAsItComes(
    'the workflow to end',
    async () => (await describe()).status.name !== 'RUNNING',
    60_000,
  );
  const described = await until('the engine to answer', describe);
  const rows = await db
    .selectFrom('deployments')
    .select(['service', 'version', 'status', 'exposure'])
    .where('release_id', '=', id)
    .execute();
  const running = await db
    .selectFrom('running')
    .select(['service', 'version'])
    .where('environment', '=', environment)
    .execute();
  const measurements = await db
    .selectFrom('measurements')
    .select(['service', 'place', 'verdict'])
    .where('release_id', '=', id)
    .execute();
  const timeline = await product.timeline(id);
  return {
    state: view?.state ?? 'unknown',
    engine: described.status.name,
    effects: product.ledger
      .effects()
      .filter(({ operation, action }) => action !== 'check' && operation.startsWith(id))
      .map(({ action, service, weight }) => nameIn(`${action} ${service} ${weight}`)),
    running: running.map(({ service, version }) => nameIn(`${service} ${version}`)).sort(),
    deployments: rows
      .map((row) => nameIn(`${row.service} ${row.version} ${row.status} ${row.exposure}`))
      .sort(),
    measured: measurements
      .map(({ service, place, verdict }) => `${nameIn(service)}, ${place}: ${verdict}`)
      .sort(),
    timeline: timeline
      .map(({ action }) => action)
      .filter((action) => action !== 'gates.evaluated')
      .sort(),
    mails: mailsOf(product, slot),
    holders: await holders(),
  };
}

/** Waits for what a good end brings; what has not come by then stands in the trace as it is, for whoever compares. */
const asFarAsItComes = async (
  what: string,
  isThere: () => Promise<boolean>,
  limitMs: number,
): Promise<void> =>
  until(what, isThere, limitMs, 250).then(
    () => undefined,
    () => undefined,
  );

async function pendingMails(product: Product, id: string): Promise<number> {
  const rows = await product.servers.database.store.db
    .selectFrom('notices')
    .select('key')
    .where('release_id', '=', id)
    .where('state', '=', 'pending')
    .execute();
  return rows.length;
}

function mailsOf(product: Product, slot: number): string[] {
  const isOfIt = new RegExp(`-${slot}\\b`);
  const seen = new Map(
    product.servers.mail.mails
      .filter(({ subject }) => isOfIt.test(subject))
      .map(({ messageId, subject }) => [messageId, nameIn(subject).replace(/ by .*$/, '')]),
  );
  return [...seen.values()].sort();
}

/** Code of gRPC. */
const notFound = 5;

/** What the release did, read from its own history and that of its environment. */
export async function historyOf(product: Product, engine: TemporalConnection, play: Play): Promise<Passed[]> {
  const view = await readRelease(product.servers.database.store.db, play.id);
  const eventsOf = async (workflowId: string) => {
    try {
      return (await engine.client.workflow.getHandle(workflowId).fetchHistory()).events ?? [];
    } catch (error) {
      if (isGrpcServiceError(error) && Number(error.code) === notFound) return []; // nobody had to wait for it
      throw error;
    }
  };
  return activitiesOf({
    release: await eventsOf(view?.workflowId ?? ''),
    environment: await eventsOf(environmentWorkflowId(`place-${play.slot}`)),
  });
}

/** How two traces differ, in words; none where they are the same. */
export function differences(is: Trace, should: Trace): string[] {
  return (Object.keys(should) as (keyof Trace)[])
    .filter((what) => JSON.stringify(is[what]) !== JSON.stringify(should[what]))
    .map((what) => `${what}: ${wordsOf(is[what], should[what])}`);
}

function wordsOf(is: Trace[keyof Trace], should: Trace[keyof Trace]): string {
  if (!Array.isArray(is) || !Array.isArray(should)) return `${String(is)} instead of ${String(should)}`;
  const [tooMany, missing] = [without(is, should), without(should, is)];
  if (tooMany.length + missing.length === 0) return `in another order: ${is.join(', ')}`;
  return [
    ...(tooMany.length > 0 ? [`too many: ${tooMany.join(', ')}`] : []),
    ...(missing.length > 0 ? [`missing: ${missing.join(', ')}`] : []),
  ].join('; ');
}

/** Each of the one takes away one of the other. */
function without(these: readonly string[], others: readonly string[]): string[] {
  const left = [...others];
  return these.filter((one) => {
    const at = left.indexOf(one);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}
