import { beforeEach, expect, test } from '@jest/globals';
import request from 'supertest';
import { evaluateLock } from '../domain/gates/lock/evaluate.ts';
import { requestedWords } from '../domain/gates/lock/requested.ts';
import type { ReleaseView } from '../domain/release/release.ts';
import { anotherRelease } from '../domain/release/without-others.ts';
import { currentPolicy } from '../platform/record/policies.ts';
import { insertRelease, recordBatch } from '../platform/record/releases.ts';
import { saveDeparture, syncTrains } from '../platform/record/calendar/trains.ts';
import { aDeparture, weeklyTrain } from '../test/support/a-train.ts';
import { apiPerTest } from '../test/support/api-per-test.ts';
import { aRelease, anEvent, batchOf, type StoredRelease } from '../test/support/record-builders.ts';

const api = apiPerTest();
let shop: StoredRelease;

/** shop 9.4.0 waits for production, which a release of another service has, and asks for a vote. */
beforeEach(async () => {
  const { db } = api.deps.store;
  shop = aRelease('shop', '9.4.0', { policyDigest: (await currentPolicy(db))?.digest ?? '' });
  await insertRelease(db, { ...shop, event: anEvent('created', { action: 'release.created' }) });
  const since = '2026-06-01T09:00:00.000Z';
  const holder = { title: 'cart 9.3.0', since };
  const verdict = evaluateLock({
    ...{ environment: 'production', keys: ['*'], granted: false, position: 1 },
    holder,
  });
  const approval = {
    ...{ requestId: crypto.randomUUID(), state: 'open' as const, subjectDigest: 'd'.repeat(64) },
    ...{ openedAt: since, deadline: '2099-01-01T00:00:00.000Z' },
    ...{ asked: ['cleo'], excluded: [], votes: [], seats: [] },
  };
  const view: Partial<ReleaseView> = {
    ...{ state: 'gating', stage: 'production' },
    headline: `shop 9.4.0 → production: ${verdict.because} Since 09:00 UTC.`,
    stages: [
      {
        ...{ environment: 'production', state: 'gating', checks: [], rollout: [], soak: [], approval },
        verdicts: [{ gate: 'lock', ...verdict, since }],
      },
    ],
  };
  const waits = anEvent('waits', {
    action: 'lock.requested',
    object: 'production',
    sentence: requestedWords({ title: 'shop 9.4.0', environment: 'production', holder }),
  });
  const batch = batchOf(shop, 1, view, []);
  await recordBatch(db, { ...batch, events: [...batch.events, waits] });
});

const told = async (path: string, services?: string[]): Promise<string> => {
  const authorization = await api.bearer('viewer', services);
  const { status, text } = await request(api.app)
    .get(path)
    .set({ Authorization: authorization, Accept: path.startsWith('/v1') ? 'application/json' : 'text/html' });
  expect(status).toBe(200);
  return text;
};

test.each([
  '/v1/releases/{id}',
  '/v1/releases/{id}/explain',
  '/v1/releases/{id}/events',
  '/v1/releases/{id}/dossier',
  '/v1/releases?service=shop',
  '/v1/approvals?all=true',
  '/',
  '/approvals',
  '/releases/{id}',
  '/releases/{id}/dossier',
])('a token for shop is not told at %s which release of another service it waits for', async (path) => {
  const at = path.replace('{id}', shop.order.releaseId);
  const narrowed = await told(at, ['shop']);
  expect(narrowed).not.toContain('cart 9.3.0');
  expect(narrowed).toContain(anotherRelease);
  for (const services of [undefined, ['shop', 'cart']]) {
    const whole = await told(at, services);
    expect(whole).toContain('cart 9.3.0');
    expect(whole).not.toContain(anotherRelease);
  }
});

test('a token for shop is told of a train neither who else rides nor why another stays behind, and nothing of a train of others', async () => {
  const { db } = api.deps.store;
  const at = '2026-11-02T09:00:00.000Z';
  const both = {
    ...weeklyTrain,
    services: ['shop', 'cart'].map((service) => ({ service, required: false })),
  };
  const others = { ...both, id: 'others', services: [{ service: 'cart', required: false }] };
  await syncTrains(db, { trains: [both, others], at });
  const banned = 'cart 2.1.0 is quarantined by Ana: it leaks card numbers';
  const departure = aDeparture(1, {
    ...{ state: 'departed', because: `${banned}; cart 2.0.0 rides instead.` },
    boarded: ['shop', 'cart'].map((service) => ({ service, version: '2.0.0' })),
    leftBehind: [{ service: 'cart', because: banned }],
  });
  await saveDeparture(db, { departure, at });
  const paths = ['/v1/trains', `/v1/trains/${both.id}`, '/trains'];
  for (const path of paths) {
    const narrowed = await told(path, ['shop']);
    expect(narrowed).not.toMatch(/card numbers|others/);
    expect(narrowed).toContain('2.0.0');
    expect(await told(path)).toContain('card numbers');
  }
  const authorization = await api.bearer('viewer', ['shop']);
  const hidden = await request(api.app).get('/v1/trains/others').set('Authorization', authorization);
  expect(hidden.status).toBe(404);
});
