import { expect, test } from '@jest/globals';
import request from 'supertest';
import { adopt } from '../platform/record/running.ts';
import { apiPerTest } from '../test/support/api-per-test.ts';
import { asItIs, inProduction, type Way } from '../test/support/in-production.ts';

const api = apiPerTest();
const { released } = inProduction(api);

const get = async (path: string) =>
  request(api.app)
    .get(path)
    .set('Authorization', await api.bearer('viewer'));

const ordered = async (body: object, key: string) =>
  request(api.app)
    .post('/v1/releases')
    .set('Authorization', await api.bearer('releaser'))
    .set('Idempotency-Key', key)
    .send(body);

const simulated = async (more: object) =>
  (
    await request(api.app)
      .post('/v1/simulations')
      .set('Authorization', await api.bearer('viewer'))
      .send({ service: 'shop', ...more })
  ).body.stages;

test('a version below the one that a stage before runs is refused there, too; alone, urgent and back it may go', async () => {
  const by = { id: 'ana', kind: 'person' as const };
  const when = '2026-06-01T08:00:00.000Z';
  const staging = { service: 'shop', environment: 'staging', by };
  await adopt(api.deps.store.db, { ...staging, version: '2.0.0', at: when });
  const components = [{ service: 'shop', version: '1.5.0' }];
  const planned = await ordered({ components }, 'planned');
  expect(planned.status).toBe(409);
  expect(planned.body).toMatchObject({
    code: 'VERSION_DOWNGRADE',
    detail: 'shop 1.5.0 is older than 2.0.0 that runs in staging.',
    remedy: expect.stringContaining('`--to staging --intent rollback`'),
  });
  expect((await simulated({ version: '1.5.0' }))[0].verdicts[0]).toMatchObject({
    ...{ gate: 'admission', kind: 'denied' },
    because: 'shop 1.5.0 is older than 2.0.0 that runs in staging.',
  });
  const back = await ordered({ components, to: 'staging', intent: 'rollback' }, 'back');
  expect(back.status).toBe(202);
  const urgent = { components: [{ service: 'shop', version: '1.5.1' }], urgent: 'orders are lost' };
  expect((await ordered(urgent, 'urgent')).status).toBe(202);
});

test('the place is given back by a release that goes there alone; what was never there, nor in the stage before, may not', async () => {
  await released('1.5.0', asItIs);
  const shop = (version: string) => [{ service: 'shop', version }];
  const alone = { to: 'production', alone: true };
  const back = await ordered({ components: shop('1.0.0'), intent: 'redeploy', ...alone }, 'back');
  expect(back.status).toBe(202);
  expect(back.body.stages).toMatchObject([{ environment: 'production' }]);
  const { text } = await get(`/releases/${back.body.id}`);
  expect(text).toContain('for production alone');
  const bare = await ordered({ components: shop('1.6.0'), ...alone }, 'bare');
  expect(bare.status).toBe(409);
  expect(bare.body).toMatchObject({
    code: 'ALONE_REFUSED',
    detail:
      'The release may not go to production alone: shop 1.6.0 was deployed well neither there nor in staging, the stage before.',
    remedy: expect.stringContaining('leave out `--alone`'),
    errors: [{ pointer: '/alone', code: 'ALONE_REFUSED' }],
  });
  // what it left there is no deployment that went well
  const left = await ordered({ components: shop('1.5.0'), ...alone }, 'left');
  expect(left.body.code).toBe('ALONE_REFUSED');
  const nowhere = await ordered({ components: shop('1.0.0'), intent: 'redeploy', alone: true }, 'nowhere');
  expect(nowhere.status).toBe(400);
  const whole = await ordered({ components: shop('1.6.0') }, 'whole');
  expect(whole.body.stages).toHaveLength(2);
});

test('a rollback that makes a release good goes there alone under the same rule', async () => {
  const { order } = await released('1.5.0', {
    exposure: 100,
    status: 'succeeded',
    ended: { state: 'succeeded' },
  });
  const back = { intent: 'rollback', to: 'production', remediates: order.releaseId };
  const unknown = await ordered({ ...back, components: [{ service: 'shop', version: '1.2.0' }] }, 'unknown');
  expect(unknown.body).toMatchObject({
    code: 'ALONE_REFUSED',
    remedy: expect.stringContaining('gantry adopt'),
  });
  const known = await ordered({ ...back, components: [{ service: 'shop', version: '1.0.0' }] }, 'known');
  expect(known.body.stages).toMatchObject([{ environment: 'production' }]);
});

test('a way back that failed bars no second one; what was gone back from may not go forward alone', async () => {
  const well: Way = { exposure: 100, status: 'succeeded', ended: { state: 'succeeded' } };
  const { order } = await released('1.5.0', well);
  const back: Way = { ...well, mode: 'rollback', previousVersion: '1.5.0' };
  const alone = { to: 'production', alone: true };
  const shop = (version: string) => [{ service: 'shop', version }];
  await released('1.0.0', { ...back, exposure: 20, status: 'failed', ended: { state: 'failed' } });
  const again = { components: shop('1.0.0'), intent: 'rollback', to: 'production' };
  const second = await ordered({ ...again, remediates: order.releaseId, id: 'second' }, 'second');
  expect(second.status).toBe(202);

  await released('1.0.0', back);
  const forward = { components: shop('1.5.0'), ...alone };
  expect((await ordered(forward, 'forward')).body).toMatchObject({
    code: 'ALONE_REFUSED',
    detail: expect.stringContaining(
      'a release has gone back from shop 1.5.0, or past it, since it was deployed',
    ),
  });
  expect((await simulated({ version: '1.5.0', ...alone }))[0].verdicts[0]).toMatchObject({
    gate: 'admission',
    kind: 'denied',
  });
});

test('a simulation says as what it was judged: as was asked, else as it was guessed, and why', async () => {
  const asked = async (more: object) => {
    const { body } = await request(api.app)
      .post('/v1/simulations')
      .set('Authorization', await api.bearer('viewer'))
      .send({ service: 'shop', ...more });
    const refused = body.stages[0].verdicts.some(({ gate }: { gate: string }) => gate === 'admission');
    return { intent: body.intent, because: body.intentBecause, refused };
  };
  await released('1.5.0', { exposure: 100, status: 'succeeded', ended: { state: 'succeeded' } });
  const otherwise = 'Name another with `--intent` (API: `intent`).';
  const alone = { to: 'production', alone: true };
  expect(await asked({ version: '1.0.0', ...alone })).toEqual({
    ...{ intent: 'rollback', refused: false },
    because: `Judged with the intent rollback: none was named, it is to go to production alone, and 1.0.0 is below 1.5.0, which runs in production. ${otherwise}`,
  });
  expect(await asked({ version: '1.5.0', ...alone })).toMatchObject({
    intent: 'redeploy',
    because: expect.stringContaining('shop 1.5.0 runs in production already'),
  });
  expect(await asked({ version: '1.0.0' })).toEqual({
    ...{ intent: 'deploy', refused: true },
    because: `Judged with the intent deploy, for none was named. ${otherwise}`,
  });
  expect(await asked({ version: '1.0.0', intent: 'rollback' })).toEqual({
    ...{ intent: 'rollback', refused: false },
    because: 'Judged with the intent rollback, as was asked.',
  });
  expect(await asked({ version: '1.0.0', intent: 'deploy', ...alone })).toMatchObject({ refused: true });
});
