import { describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { GantryError } from '../platform/errors.ts';
import { markStarted, recordBatch } from '../platform/record/releases.ts';
import { apiPerTest } from '../test/support/api-per-test.ts';
import { asItIs, inProduction, type Way } from '../test/support/in-production.ts';
import { pagesSeenBy } from '../test/support/pages-seen-by.ts';
import { anEvent, type StoredRelease } from '../test/support/record-builders.ts';

const api = apiPerTest();
const { released } = inProduction(api);

const post = async ({ order }: StoredRelease, command: string, body: object = {}) =>
  request(api.app)
    .post(`/v1/releases/${order.releaseId}/${command}`)
    .set('Authorization', await api.bearer('operator'))
    .send(body);
const wentBack: Way = {
  exposure: 0,
  compensation: { state: 'compensated', attempts: 1, because: 'done' },
  ended: { state: 'rolledBack', residue: 'restored' },
};

describe('of a release that has ended', () => {
  test('the command that has ended it is answered calmly, without asking its workflow', async () => {
    const back = await released('1.5.0', wentBack);
    const left = await released('1.6.0', asItIs);
    const again = await post(back, 'roll-back', { reason: 'carts' });
    expect(again.status).toBe(200);
    expect(again.body).toMatchObject({
      ...{ state: 'rolledBack', changed: false },
      note: expect.stringMatching(/^It is rolled back already, since .* Nothing has changed, and the reason/),
    });
    expect((await post(left, 'abort', { leave: true, reason: 'support looks' })).body).toMatchObject({
      ...{ state: 'aborted', changed: false },
      note: expect.stringContaining('It is aborted already'),
    });
    expect(api.engine.updates).toEqual([]);
  });

  test('another command stays an error', async () => {
    const back = await released('1.5.0', wentBack);
    const left = await released('1.6.0', asItIs);
    for (const [release, command] of [
      [back, 'abort'],
      [back, 'pause'],
      [left, 'roll-back'],
      [left, 'abort'],
    ] as const)
      expect((await post(release, command)).body).toMatchObject({ code: 'RELEASE_ENDED' });
  });

  test('a command that came while it ended so is answered calmly, too', async () => {
    const { order, view } = await released('1.5.0', { exposure: 20 });
    await markStarted(api.deps.store.db, order.releaseId, '2026-06-01T09:00:00.000Z');
    api.engine.onUpdate = async () => {
      const ended = { at: '2026-06-01T12:00:00.000Z', because: 'enough' };
      const workflow = { id: view.workflowId, runId: 'run' };
      const events = [anEvent('over')];
      const after = { ...view, seq: 2, state: 'rolledBack', residue: 'restored', ended } as const;
      await recordBatch(api.deps.store.db, { releaseId: order.releaseId, events, view: after, workflow });
      throw new GantryError('RELEASE_ENDED', {});
    };
    const answer = await post({ order, view, workflowId: view.workflowId }, 'roll-back');
    expect(answer.body).toMatchObject({ state: 'rolledBack', changed: false });
  });

  test('the form of its page says so, too', async () => {
    const { order } = await released('1.5.0', wentBack);
    const pages = request.agent(pagesSeenBy(api.deps, 'ana', ['viewer', 'releaser', 'operator']));
    const path = `/releases/${order.releaseId}`;
    await pages.post(`${path}/roll-back`).type('form').send({}).expect(303);
    expect((await pages.get(path)).text).toContain('It is rolled back already');
  });
});

describe('of a pause that was skipped', () => {
  const skipped = { by: 'ana', reason: 'looks good', at: '2026-06-01T11:30:00.000Z' };
  const refused = new GantryError('COMMAND_NOT_POSSIBLE', { detail: 'There is no pause to skip now.' });

  test('whoever skips it again is told by whom, and nothing is refused', async () => {
    api.engine.onUpdate = async () => Promise.reject(refused);
    const release = await released('1.5.0', {
      exposure: 50,
      steps: [
        { weight: 50, state: 'holding', until: 'manual', skipped },
        { weight: 100, state: 'pending' },
      ],
    });
    const again = await post(release, 'advance', { reason: 'carts' });
    expect(again.status).toBe(200);
    expect(again.body).toMatchObject({
      changed: false,
      note: expect.stringMatching(/^It goes on already: Ana.* skipped its pause .*: “looks good”\./),
    });
    expect(api.engine.updates).toHaveLength(1); // only its workflow knows how it stands
  });

  test('where there was none it stays refused', async () => {
    api.engine.onUpdate = async () => Promise.reject(refused);
    const release = await released('1.5.0', {
      exposure: 50,
      steps: [
        { weight: 50, state: 'done' },
        { weight: 100, state: 'applying' },
      ],
    });
    expect((await post(release, 'advance', { reason: 'carts' })).body).toMatchObject({
      code: 'COMMAND_NOT_POSSIBLE',
    });
  });
});
