import { expect, test } from '@jest/globals';
import request from 'supertest';
import { currentPolicy } from '../platform/record/policies.ts';
import { insertRelease } from '../platform/record/releases.ts';
import { apiPerTest } from '../test/support/api-per-test.ts';
import { inProduction, type Way } from '../test/support/in-production.ts';
import { aRelease, anEvent } from '../test/support/record-builders.ts';

const api = apiPerTest();
const { released } = inProduction(api);
const well: Way = { exposure: 100, status: 'succeeded', ended: { state: 'succeeded' } };

interface Stage {
  approvals: { rule: string }[];
  verdicts: { gate: string; kind: string; because: string }[];
}
const simulated = async (more: object): Promise<Stage[]> =>
  (
    await request(api.app)
      .post('/v1/simulations')
      .set('Authorization', await api.bearer('viewer'))
      .send({ service: 'shop', ...more })
  ).body.stages;

test('what is being released already is refused, as its order is', async () => {
  const { db } = api.deps.store;
  const open = aRelease('shop', '1.5.0', { policyDigest: (await currentPolicy(db))?.digest ?? '' });
  await insertRelease(db, { ...open, event: anEvent('created', { action: 'release.created' }) });
  const order = await request(api.app)
    .post('/v1/releases')
    .set('Authorization', await api.bearer('releaser'))
    .set('Idempotency-Key', 'again')
    .send({ components: [{ service: 'shop', version: '1.5.0' }] });
  expect(order.body.code).toBe('RELEASE_OPEN');
  const [first] = await simulated({ version: '1.5.0' });
  expect(first?.verdicts[0]).toMatchObject({
    ...{ gate: 'admission', kind: 'denied', because: order.body.detail },
  });
  const [other] = await simulated({ version: '1.6.0' });
  expect(other?.verdicts.map(({ gate }) => gate)).not.toContain('admission');
});

test('a latest start that has passed is told as that, and no gate says that its time has come', async () => {
  const [stage] = (await simulated({ version: '1.6.0', startBy: '2026-01-01T09:00:00Z' })).slice(-1);
  expect(stage).toMatchObject({
    expired: expect.stringContaining('it had to start before'),
    verdicts: expect.arrayContaining([
      expect.objectContaining({ gate: 'admission', remedy: expect.stringContaining('`--start-by +4h`') }),
    ]),
  });
  expect(stage?.verdicts.map(({ gate }) => gate)).not.toContain('schedule');
});

test('a latest start before the start is refused with what to give', async () => {
  const { body } = await request(api.app)
    .post('/v1/simulations')
    .set('Authorization', await api.bearer('viewer'))
    .send({ service: 'shop', version: '1.6.0', at: '2027-01-12T09:00:00Z', startBy: '2027-01-12T08:00:00Z' });
  expect(body).toMatchObject({
    detail: expect.stringContaining('startBy is not after `at`'),
    remedy: expect.stringContaining('Give a latest start after the start'),
  });
});

test('nobody is asked where it goes back to what a release brought there well, and people are for anything else', async () => {
  await released('1.3.0', well);
  await released('1.4.0', { ...well, previousVersion: '1.3.0' });
  const back = { to: 'production', alone: true, intent: 'rollback' };
  const [known] = await simulated({ ...back, version: '1.3.0' });
  expect(known?.approvals).toEqual([]);
  const [unknown] = await simulated({ ...back, version: '1.2.0' });
  expect(unknown?.approvals).not.toEqual([]);
});
