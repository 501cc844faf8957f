import { beforeEach, expect, test } from '@jest/globals';
import request from 'supertest';
import type { RiskInput } from '../activities/contract.ts';
import type { Actor } from '../domain/release/release.ts';
import { addRule } from '../platform/record/calendar/change-rules.ts';
import { currentPolicy, storePolicy } from '../platform/record/policies.ts';
import { insertRelease } from '../platform/record/releases.ts';
import { openReview } from '../platform/record/reviews.ts';
import { createToken } from '../platform/record/tokens.ts';
import { adopt } from '../platform/record/running.ts';
import { apiPerTest } from '../test/support/api-per-test.ts';
import { blackFriday, byAna } from '../test/support/calendar-builders.ts';
import { aRelease, anEvent } from '../test/support/record-builders.ts';

const api = apiPerTest();
const by = { id: 'ana', kind: 'person' as const };

const runs = async (service: string, version: string, at: string): Promise<void> => {
  for (const environment of ['staging', 'production'])
    await adopt(api.deps.store.db, { service, version, environment, at, by, reason: 'seen' });
};

beforeEach(async () => {
  const { db } = api.deps.store;
  await runs('cart', 'build-99', '2026-06-01T08:00:00.000Z');
  await runs('cart', 'build-100', '2026-06-02T08:00:00.000Z');
  await runs('shop', '1.4.0', '2026-06-02T08:00:00.000Z');
  const release = aRelease('cart', 'build-98', { policyDigest: (await currentPolicy(db))?.digest ?? '' });
  await insertRelease(db, { ...release, event: anEvent('created', { action: 'release.created' }) });
  await openReview(db, {
    ...{ id: 'rev_1', releaseId: release.order.releaseId, title: 'cart build-98', environment: 'production' },
    ...{ services: ['cart', 'shop'], brokenBy: ['otto'], reason: 'orders are lost', incident: 'INC-7' },
    ...{ brokenAt: '2026-06-01T08:00:00.000Z', dueAt: '2026-06-02T08:00:00.000Z' },
  });
});

const ordered = async (service: string, version: string, more: object) =>
  request(api.app)
    .post('/v1/releases')
    .set('Authorization', await api.bearer('releaser'))
    .set('Idempotency-Key', crypto.randomUUID())
    .send({ components: [{ service, version }], ...more });

test.each([
  ['a version that nobody can order and that was never there', 'cart', 'build-101', {}],
  ['the same, called a rollback', 'cart', 'build-101', { intent: 'rollback' }],
])('an overdue review stops %s', async (_, service, version, more) => {
  expect((await ordered(service, version, more)).body).toMatchObject({
    code: 'REVIEW_OVERDUE',
    remedy: expect.stringContaining('rollbacks to an older version or to one that ran there'),
  });
});

test.each([
  ['a rollback to what ended well there', 'cart', 'build-99', { intent: 'rollback' }],
  ['a rollback to a lower version', 'shop', '1.3.0', { intent: 'rollback' }],
  ['what is urgent', 'cart', 'build-101', { urgent: 'orders are lost' }],
])('it does not stop %s', async (_, service, version, more) => {
  expect((await ordered(service, version, more)).status).toBe(202);
});

const simulated = async (body: object, bearer = api.bearer('releaser')) =>
  (
    await request(api.app)
      .post('/v1/simulations')
      .set('Authorization', await bearer)
      .send(body)
  ).body.stages;
const gatesOf = (stage: { verdicts: { gate: string; kind: string }[] }) =>
  Object.fromEntries(stage.verdicts.map(({ gate, kind }) => [gate, kind]));

test('a simulation agrees with the door: a way back alone passes an overdue review, as what is urgent does, and all else is denied', async () => {
  await runs('shop', '1.3.0', '2026-06-03T08:00:00.000Z');
  await runs('shop', '1.4.0', '2026-06-04T08:00:00.000Z');
  const back = { service: 'shop', version: '1.3.0', to: 'production', alone: true };
  const denied = { gate: 'review', kind: 'denied' };
  for (const body of [back, { service: 'shop', version: '1.5.0', urgent: 'orders are lost' }])
    for (const stage of await simulated(body))
      expect(stage.verdicts).not.toContainEqual(expect.objectContaining({ kind: 'denied' }));
  for (const body of [
    { ...back, version: '1.4.0' },
    { service: 'shop', version: '1.5.0' },
  ])
    for (const stage of await simulated(body)) expect(stage.verdicts[0]).toMatchObject(denied);
  const alone = { to: 'production', alone: true, intent: 'rollback' };
  expect((await ordered('shop', '1.3.0', alone)).status).toBe(202);
});

test('a way back alone is simulated as one: no freeze for planned releases holds it, and its risk is no gate', async () => {
  const { db } = api.deps.store;
  await runs('shop', '1.3.0', '2026-06-03T08:00:00.000Z');
  await runs('shop', '1.4.0', '2026-06-04T08:00:00.000Z');
  await addRule(db, {
    ...byAna(),
    rule: { ...blackFriday(), from: '2026-01-01T00:00', to: '2099-01-01T00:00' },
  });
  const [staging, production] = api.policy.pipelines['web']!;
  await storePolicy(db, {
    policy: { ...api.policy, pipelines: { web: [staging!, { ...production!, risk: {} }] } },
    ...{ text: '', digest: 'risk', baseDir: api.deps.config.dataDir, by, sentences: [] },
  });
  const asked: RiskInput[] = [];
  api.engine.onAssess = async (input) => {
    asked.push(input);
    throw new Error('no worker answers');
  };
  const at = '2098-06-01T00:00:00Z';
  const [back] = await simulated({ service: 'shop', version: '1.3.0', to: 'production', alone: true, at });
  const [, forward] = await simulated({ service: 'shop', version: '1.5.0', at });
  expect(gatesOf(back)).toMatchObject({ freeze: 'allowed' });
  expect(gatesOf(forward)).toMatchObject({ freeze: 'denied', risk: 'unknown' });
  expect(gatesOf(back)).not.toHaveProperty('risk');
  // the row of the review says it: else its risk would deny once more what is urgent
  expect(asked).toMatchObject([{ components: [{ version: '1.5.0' }], heedsReviews: true }]);
});

test('a word for what ran there opens the review to whoever may give it alone, stays in the log, and opens no freeze', async () => {
  const { db } = api.deps.store;
  await addRule(db, {
    ...byAna(),
    rule: { ...blackFriday(), from: '2026-01-01T00:00', to: '2099-01-01T00:00' },
  });
  const recorded = async (access: 'releaser' | 'operator', version: string) =>
    request(api.app)
      .post('/v1/adoptions')
      .set('Authorization', await api.bearer(access))
      .set('Idempotency-Key', crypto.randomUUID())
      .send({ service: 'cart', version, environment: 'production', reason: 'as if it had run there' });
  const back = { intent: 'rollback', to: 'production' };
  expect((await recorded('releaser', 'build-101')).status).toBe(403);
  expect((await ordered('cart', 'build-101', back)).body.code).toBe('REVIEW_OVERDUE');
  for (const version of ['build-101', 'build-100'])
    expect((await recorded('operator', version)).status).toBe(201);
  expect((await ordered('cart', 'build-101', back)).status).toBe(202);
  const [, production] = await simulated({ service: 'cart', version: 'build-101', ...back });
  expect(gatesOf(production)).toMatchObject({ freeze: 'waiting', approvals: 'needsPeople' });
  const { rows } = await api.deps.store.pool.query(
    `select body::jsonb->>'reason' as reason from audit_entries where action = 'service.adopted' and object = 'cart@build-101'`,
  );
  expect(rows).toMatchObject([{ reason: 'as if it had run there' }]);
});

test.each([
  ['nobody else had a hand in', 'ben', 'ana', 'needsPeople'],
  ['the only approver made the token for that it is asked with', 'cleo', 'ana', 'denied'],
  ['the only approver made the token for that the policy was edited with', 'ben', 'cleo', 'denied'],
])('a simulation of what %s says whether it could be approved', async (_, asks, edits, kind) => {
  const { db } = api.deps.store;
  const tokenOf = async (owner: string, maker: string) =>
    createToken(db, {
      ...{ name: 'ci', owner, access: ['releaser'], by: { id: maker, kind: 'person' } },
      ...{ at: new Date().toISOString(), expiresAt: '2100-01-01T00:00:00.000Z' },
    });
  const { token } = await tokenOf('ana', edits);
  const editor: Actor = { id: token.id, kind: 'token', person: 'ana' };
  await storePolicy(db, {
    ...{ policy: api.policy, text: '', digest: 'edited', baseDir: api.deps.config.dataDir },
    ...{ by: editor, editedBy: 'ana', sentences: [] },
  });
  const { text } = await tokenOf('ben', asks);
  const [, production] = await simulated(
    { service: 'shop', version: '1.5.0' },
    Promise.resolve(`Bearer ${text}`),
  );
  expect(gatesOf(production)).toMatchObject({ approvals: kind });
});
