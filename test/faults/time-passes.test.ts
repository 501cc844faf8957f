import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { ReleaseView } from '../../domain/release/release.ts';
import { faultPolicy } from '../support/fault-policy.ts';
import { startProduct, type Product } from '../support/product.ts';
import { until } from '../support/until.ts';

/**
 * Seconds from the first step of a scene to the moment that is to pass. How long it takes to set a scene hangs on the machine: one
 * that was not set in time is set anew, with the next. Each has services of its own, so what is left of the last one is in nobody's way.
 */
const margins = [6, 20, 60];
/** Left over when everything is in place; else it was not set in time. */
const spareMs = 1_500;

let product: Product;

beforeAll(async () => {
  const services = margins.flatMap((margin) => {
    const asks = {
      approvals: [{ people: ['ben'], not: [] }],
      approval: { expires: `${margin}s`, grace: '0s' },
    };
    return [
      ...['dated', 'frozen', 'opened'].map((id) => ({ id: `${id}-${margin}` })),
      ...['decided', 'silent'].map((id) => ({ id: `${id}-${margin}`, stage: asks })),
    ];
  });
  product = await startProduct({ apart: true, policy: faultPolicy(services) });
}, 90_000);

afterAll(async () => {
  await product.stop();
}, 60_000);

const inSeconds = (seconds: number): Date => new Date(Date.now() + seconds * 1_000);
const passed = (instant: Date): Promise<boolean> =>
  until('that time', () => Date.now() > instant.getTime() + 1_000);
const ended = async (id: string): Promise<ReleaseView> =>
  product.releaseThat(id, (view) => view.ended !== undefined, 60_000);

/** A scene that was in place before its moment; the last try says why none was. */
async function setInTime<Scene>(set: (margin: number, moment: Date) => Promise<Scene>): Promise<Scene> {
  let late: unknown;
  for (const margin of margins) {
    const moment = inSeconds(margin);
    try {
      const scene = await set(margin, moment);
      if (Date.now() < moment.getTime() - spareMs) return scene;
      late = new Error(`it took longer than ${margin} s`);
    } catch (error) {
      late = error;
    }
    product.servers.database.thaw();
    await product.process('worker').kill();
    await product.process('worker').start();
  }
  throw new Error('No scene was set in time.', { cause: late });
}

/** A freeze of one service that has begun and ends soon. */
async function freezeUntil(service: string, end: Date): Promise<void> {
  const { status, body } = await product.call<{ detail?: string }>('POST', '/v1/freezes', {
    id: `hold-${service}`,
    from: '2026-01-01T00:00:00',
    to: end.toISOString().slice(0, 19),
    zone: 'UTC',
    scope: { services: [service] },
    reason: 'the test holds it',
  });
  expect([status, body.detail]).toEqual([201, undefined]);
}

const frozenBy = async (service: string, margin: number): Promise<string> => {
  const id = await product.release(service, '1.0.0');
  await product.releaseThat(id, ({ headline }) => headline.includes(`hold-${service}`), margin * 1_000);
  return id;
};

const asked = async (service: string, margin: number) => {
  const id = await product.release(service, '1.0.0');
  const isAsked = (view: ReleaseView) => view.stages[0]?.approval?.state === 'open';
  const { stages } = await product.releaseThat(id, isAsked, margin * 1_000);
  return { id, approval: stages[0]!.approval! };
};

const approve = ({ id, approval: { requestId, subjectDigest } }: Awaited<ReturnType<typeof asked>>) =>
  product.call<{ state?: string; code?: string }>('POST', `/v1/releases/${id}/decisions`, {
    ...{ requestId, subjectDigest, choice: 'approve' },
  });

const dateFor = async (service: string, margin: number, startBy: Date): Promise<string> => {
  const { status, body } = await product.call<{ id: string }>('POST', '/v1/releases', {
    components: [{ service, version: '1.0.0' }],
    at: new Date(startBy.getTime() - 1_000).toISOString(),
    startBy: startBy.toISOString(),
  });
  expect(status).toBe(202);
  await product.releaseThat(body.id, ({ state }) => state === 'gating', margin * 1_000);
  return body.id;
};

describe('what passes while no worker runs', () => {
  let scene: Awaited<ReturnType<typeof setScene>>;
  let inTime: Awaited<ReturnType<typeof approve>>;
  let tooLate: Awaited<ReturnType<typeof approve>>;
  let doneMeanwhile: string[];

  async function setScene(margin: number, moment: Date) {
    const startBy = new Date(moment.getTime() + 1_000);
    await freezeUntil(`frozen-${margin}`, moment);
    const [frozen, dated, decided, silent] = await Promise.all([
      frozenBy(`frozen-${margin}`, margin),
      dateFor(`dated-${margin}`, margin, startBy),
      asked(`decided-${margin}`, margin),
      asked(`silent-${margin}`, margin),
    ]);
    await product.process('worker').kill();
    return { frozen, dated, decided, silent, startBy };
  }

  beforeAll(async () => {
    scene = await setInTime(setScene);
    inTime = await approve(scene.decided);
    await passed(scene.startBy);
    await passed(new Date(scene.decided.approval.deadline));
    await passed(new Date(scene.silent.approval.deadline));
    tooLate = await approve(scene.silent);
    const ids = [scene.frozen, scene.dated, scene.decided.id, scene.silent.id];
    doneMeanwhile = ids.flatMap((id) => product.ledger.done(id));
    await product.process('worker').start();
  }, 180_000);

  const nameOf = ({ components: [component] }: ReleaseView): string =>
    `${component?.service} ${component?.version}`;

  test('is not done meanwhile', () => {
    expect(doneMeanwhile).toEqual([]);
  });

  test('a last moment to start expires its release', async () => {
    expect(await ended(scene.dated)).toMatchObject({ state: 'expired' });
    expect(product.ledger.done(scene.dated)).toEqual([]);
  }, 90_000);

  test('the end of a freeze lets its release go, once', async () => {
    const freed = await ended(scene.frozen);
    expect(freed.state).toBe('succeeded');
    expect(product.ledger.done(scene.frozen)).toEqual([`apply ${nameOf(freed)}`]);
  }, 90_000);

  test('a decision made in time counts when a worker comes, though its time is over by then', async () => {
    expect(inTime).toMatchObject({ status: 202, body: { state: 'received' } });
    const counted = await ended(scene.decided.id);
    expect(counted.state).toBe('succeeded');
    expect(counted.stages[0]?.approval?.votes).toMatchObject([{ person: 'ben', choice: 'approve' }]);
    expect(product.ledger.done(scene.decided.id)).toEqual([`apply ${nameOf(counted)}`]);
  }, 90_000);

  test('a decision made after that time is refused', async () => {
    expect(tooLate).toMatchObject({ status: 410, body: { code: 'APPROVAL_EXPIRED' } });
    const expired = await ended(scene.silent.id);
    expect(expired.state).toBe('expired');
    expect(expired.stages[0]?.approval?.votes).toEqual([]);
    expect(product.ledger.done(scene.silent.id)).toEqual([]);
  }, 90_000);
});

describe('what passes while the database is away', () => {
  afterEach(() => product.servers.database.thaw());

  test('such as the end of a freeze, lets its release go once it is back, once', async () => {
    const { id, moment } = await setInTime(async (margin, ends) => {
      await freezeUntil(`opened-${margin}`, ends);
      const opened = await frozenBy(`opened-${margin}`, margin);
      product.servers.database.freeze();
      return { id: opened, moment: ends };
    });
    await passed(moment);
    expect(product.ledger.done(id)).toEqual([]);
    product.servers.database.thaw();
    const end = await ended(id);
    expect(end.state).toBe('succeeded');
    expect(product.ledger.done(id)).toHaveLength(1);
    const audit = await product.call<{ valid: boolean }>('GET', '/v1/audit/verify');
    expect(audit.body.valid).toBe(true);
  }, 180_000);
});
