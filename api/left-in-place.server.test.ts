import { expect, jest, test } from '@jest/globals';
import request from 'supertest';
import type { ReleaseView } from '../domain/release/release.ts';
import { headlineOf } from '../domain/release/words.ts';
import { messages } from '../activities/notices/messages/index.ts';
import { readOccasion } from '../activities/notices/read-occasion.ts';
import { currentPolicy } from '../platform/record/policies.ts';
import { setQuarantine } from '../platform/record/gates/quarantines.ts';
import { insertRelease, readRelease, recordBatch } from '../platform/record/releases.ts';
import { listEntries } from '../platform/audit/list-entries.ts';
import { asOfNow } from '../platform/record/left-in-place.ts';
import { adopt } from '../platform/record/running.ts';
import { apiPerTest } from '../test/support/api-per-test.ts';
import { asItIs, inProduction, type Way } from '../test/support/in-production.ts';
import { pagesSeenBy } from '../test/support/pages-seen-by.ts';
import { aRelease, anEvent, batchOf, type StoredRelease } from '../test/support/record-builders.ts';
import type { Caller } from './auth/caller.ts';
import { openApprovals } from './open-approvals.ts';

const api = apiPerTest();
const { released, at, later } = inProduction(api);

const get = async (path: string) =>
  request(api.app)
    .get(path)
    .set('Authorization', await api.bearer('viewer'));
const inPart = async () =>
  (await get('/v1/environments')).body.items.find(({ id }: { id: string }) => id === 'production').inPart;

const failedUndo: Way = {
  exposure: 20,
  compensation: { state: 'left', attempts: 3, because: 'left as it is by ana' },
  ended: { state: 'failed', residue: 'partial' },
};

test('what an aborted release has left at a share is shown on the first page, the page of environments and in the API', async () => {
  const { order } = await released('1.5.0', asItIs);
  expect(await inPart()).toEqual([
    {
      ...{ service: 'shop', version: '1.5.0', share: 20, ofTargets: false, isKnown: true },
      ...{ standing: 'aborted, and left there', releaseId: order.releaseId, title: 'shop 1.5.0' },
      sentence: 'shop 1.5.0 takes 20 % (aborted, and left there)',
      ended: true,
      whole: { version: '1.0.0' },
      remedy: expect.stringContaining('shop 1.0.0 --intent redeploy --to production --alone`'),
    },
  ]);
  for (const path of ['/', '/environments']) {
    const { text } = await get(path);
    expect(text).toContain('1.5.0 takes 20 % (aborted, and left there)');
    expect(text).toContain(`release <a href="/releases/${order.releaseId}">shop 1.5.0</a>`);
  }
});

test('the first page, `why`, the page of the release and the mail of its end name the command that gives the place back', async () => {
  const { db } = api.deps.store;
  const { order } = await released('1.5.0', asItIs);
  const command = 'gantry release create shop 1.0.0 --intent redeploy --to production --alone';
  const is = 'In production: shop 1.5.0 takes 20 % (aborted, and left there).';
  for (const path of ['/', `/releases/${order.releaseId}`]) {
    const { text } = await get(path);
    expect(text).toContain(`${is} To give shop 1.0.0 all of production again: <code>${command}</code>`);
  }
  const why = (await get(`/v1/releases/${order.releaseId}/explain`)).body;
  expect(why.next).toMatchObject({ because: expect.stringContaining(is), command });

  const release = (await readRelease(db, order.releaseId))!;
  const occasion = await readOccasion(
    { store: api.deps.store, secrets: api.deps.secrets, policy: api.policy, release, publicUrl: 'http://g' },
    {
      ...{ occasion: 'end', kind: 'ended', releaseId: release.id, to: ['ben'] },
      sentence: 'It was aborted.',
    },
  );
  const ben = api.policy.people.find(({ id }) => id === 'ben')!;
  const { opening } = messages.ended(await occasion(ben));
  expect(opening).toEqual([
    'It was aborted.',
    expect.stringContaining(`${is} To give shop 1.0.0 all of production again: \`${command}\``),
  ]);

  // once something else has the place, nobody is sent there
  await adopt(db, {
    ...{ service: 'shop', version: '1.0.1', environment: 'production', at: '2026-06-02T08:00:00.000Z' },
    by: { id: 'ana', kind: 'person' },
  });
  expect((await get('/')).text).not.toContain('--alone');
});

test('whoever asks for what runs beside it is told what was left, and how to give the place back', async () => {
  await released('1.5.0', asItIs);
  const answer = await request(api.app)
    .post('/v1/releases')
    .set('Authorization', await api.bearer('releaser'))
    .set('Idempotency-Key', 'back')
    .send({ components: [{ service: 'shop', version: '1.0.0' }], intent: 'rollback' });
  expect(answer.body).toMatchObject({
    code: 'VERSION_RUNS_ALREADY',
    detail:
      'shop 1.0.0 runs in production already, and beside it shop 1.5.0 takes 20 % (aborted, and left there).',
    remedy: expect.stringContaining('shop 1.0.0 --intent redeploy --to production --alone`'),
  });
});

const simulated = async (more: object) =>
  (
    await request(api.app)
      .post('/v1/simulations')
      .set('Authorization', await api.bearer('viewer'))
      .send({ service: 'shop', ...more })
  ).body.stages;

/** A release that asks for an approval. */
async function asks(service: string, version: string, environment = 'production'): Promise<StoredRelease> {
  const { db } = api.deps.store;
  const asking = aRelease(service, version, { policyDigest: (await currentPolicy(db))?.digest ?? '' });
  await insertRelease(db, { ...asking, event: anEvent('created', { action: 'release.created' }) });
  const approval = {
    ...{ requestId: crypto.randomUUID(), state: 'open' as const, subjectDigest: 'd'.repeat(64) },
    ...{ openedAt: at(), deadline: '2099-01-01T00:00:00.000Z' },
    ...{ asked: ['cleo'], excluded: [], votes: [], seats: [] },
  };
  const stage = {
    ...{
      environment,
      state: 'gating' as const,
      checks: [],
      verdicts: [],
      soak: [],
      rollout: [],
    },
    approval,
  };
  const view = { state: 'gating' as const, stage: environment, stages: [stage] };
  await recordBatch(db, batchOf(asking, 1, view, []));
  return asking;
}

test('requests, the release that asks and a simulation tell of it; the simulation also to its last environment alone', async () => {
  await released('1.5.0', asItIs);
  const words =
    'An ended release has left something in production: shop 1.5.0 takes 20 % (aborted, and left there).';
  const asking = await asks('shop', '1.6.0');
  expect((await get('/v1/approvals?all=true')).body.items).toMatchObject([{ beside: [words] }]);
  const shown = await get(`/v1/releases/${asking.order.releaseId}`);
  expect(shown.body.beside).toEqual([words]);
  expect(shown.headers['etag']).toMatch(/^W/); // not that of its revision: it may be gone before the release changes

  const version = '1.6.0';
  expect(await simulated({ version })).toMatchObject([
    { environment: 'staging', beside: [] },
    { environment: 'production', beside: [words] },
  ]);
  const [only, ...others] = await simulated({ version, alone: true, to: 'production' });
  expect(others).toEqual([]);
  expect(only.beside).toEqual([words, expect.stringContaining('It goes to production alone')]);
  expect(only.verdicts).toContainEqual(
    expect.objectContaining({
      ...{ gate: 'admission', kind: 'denied' },
      because: expect.stringContaining('shop 1.6.0 was deployed well neither there nor in staging'),
    }),
  );
  expect((await simulated({ alone: true, version: '1.0.0' }))[0].verdicts).not.toContainEqual(
    expect.objectContaining({ gate: 'admission' }),
  );
});

test('each request tells of what was left at its own place, and many cost no more reads than one', async () => {
  const { db, pool } = api.deps.store;
  await released('1.5.0', asItIs);
  const reads = jest.spyOn(pool, 'connect');
  const caller = { grant: { person: 'ana', access: ['viewer'] } } as unknown as Caller;
  const open = async () => {
    reads.mockClear();
    const found = await openApprovals(db, caller);
    const told = found.map(({ title, stage, beside }) => [title, stage, beside.length]);
    return { told: told.sort(), reads: reads.mock.calls.length };
  };
  await asks('shop', '1.6.0');
  const one = await open();
  expect(one.told).toEqual([['shop 1.6.0', 'production', 1]]);
  expect(one.reads).toBeGreaterThan(0);
  await asks('cart', '2.0.0');
  await asks('shop', '1.7.0', 'staging');
  expect(await open()).toEqual({
    told: [['cart 2.0.0', 'production', 0], ...one.told, ['shop 1.7.0', 'staging', 0]],
    reads: one.reads,
  });
});

test('whoever says what runs there is told what that takes off the record', async () => {
  await released('1.5.0', asItIs);
  const adopted = async (body: object) =>
    (
      await request(api.app)
        .post('/v1/adoptions')
        .set('Authorization', await api.bearer('operator'))
        .set('Idempotency-Key', crypto.randomUUID())
        .send({ service: 'shop', version: '1.0.0', environment: 'production', reason: 'seen', ...body })
    ).body;
  expect(await adopted({ environment: 'staging' })).not.toHaveProperty('takenOff');
  expect((await adopted({})).takenOff).toEqual(['shop 1.5.0 takes 20 % (aborted, and left there)']);
  expect(await adopted({ version: '1.0.1' })).not.toHaveProperty('takenOff');
});

test('whoever says what the record says already is told so, and nothing is recorded once more', async () => {
  const adopted = async (body: object) =>
    (
      await request(api.app)
        .post('/v1/adoptions')
        .set('Authorization', await api.bearer('operator'))
        .set('Idempotency-Key', crypto.randomUUID())
        .send({ service: 'shop', version: '1.0.0', environment: 'staging', ...body })
    ).body;
  const entries = async (): Promise<number> =>
    (await listEntries(api.deps.store.db, { kind: 'service', limit: 50 })).items.length;
  const first = await adopted({ reason: 'seen there' });
  expect(first).not.toHaveProperty('changed');
  const count = await entries();
  const again = await adopted({ reason: 'seen again' });
  expect(again).toMatchObject({ version: '1.0.0', since: first.since });
  expect(again.changed).toBe(false);
  expect(again.note).toMatch(
    /^The record says already that shop 1\.0\.0 runs in staging, since .* UTC\. Nothing has changed, and the reason that you give now is not recorded\.$/,
  );
  expect((await adopted({})).note).toMatch(/Nothing has changed\.$/);
  expect(await entries()).toBe(count);
  // what is news is recorded: a digest that was not known, another version
  expect(await adopted({ digest: 'sha256:abc', reason: 'looked' })).not.toHaveProperty('changed');
  expect((await adopted({ digest: 'sha256:abc' })).changed).toBe(false);
  expect(await adopted({ version: '1.0.1', reason: 'seen' })).not.toHaveProperty('changed');
  expect(await entries()).toBe(count + 2);
});

test('once a team has said what runs there, page and API of the release that left something say that it was so then, and who says otherwise since when', async () => {
  const { order } = await released('1.5.0', { ...asItIs, steps: [{ weight: 20, state: 'holding' }] });
  const path = `/releases/${order.releaseId}`;
  const page = async () => (await get(path)).text.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
  expect(await page()).toContain('shop 1.5.0: left at 20 % (before');
  expect((await get(`/v1${path}`)).body).not.toHaveProperty('saidSince');
  const place = { service: 'shop', environment: 'production', at: '2026-06-02T12:06:00.000Z' };
  const by = { id: 'tok_1', kind: 'token' as const, person: 'ana' };
  await adopt(api.deps.store.db, { ...place, version: '1.0.1', by, reason: 'seen' });
  const since = 'shop 1.0.1 is recorded as running there since Tue 2 Jun';
  expect(await page()).toContain(`shop 1.5.0: left at 20 % when it ended; ${since}`);
  expect(await page()).toMatch(/12:06 UTC\)?, by Ana/);
  const { body, headers } = await get(`/v1${path}`);
  expect(body.saidSince).toEqual([
    { ...place, version: '1.0.1', by: 'ana', sentence: `${since} 12:06 UTC, by Ana` },
  ]);
  expect(headers['etag']).toMatch(/^W/); // it is the release of the same number with more to say
});

test('once another release has the place, or a team has said what runs there, headline and rows of the one that left something tell of then and of what came after; what runs is not offered again', async () => {
  const { db } = api.deps.store;
  const { order } = await released('1.5.0', { ...asItIs, steps: [{ weight: 20, state: 'holding' }] });
  const path = `/releases/${order.releaseId}`;
  const page = async () => (await get(path)).text.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
  const is = 'What was deployed is left as it is. In production: shop: 1.5.0 takes 20 %, 1.0.0 the rest.';
  const was =
    'What was deployed was left as it was. In production when it ended: shop: 1.5.0 took 20 %, 1.0.0 the rest.';
  const view = { ...(await readRelease(db, order.releaseId))! };
  await db
    .updateTable('releases')
    .set({
      headline: headlineOf(view, at()),
      view: JSON.stringify({ ...view, headline: headlineOf(view, at()) }),
    })
    .where('id', '=', order.releaseId)
    .execute();
  expect(await page()).toContain(is);

  const back = await released('1.0.0', {
    ...{ exposure: 100, status: 'succeeded', ended: { state: 'succeeded' }, mode: 'redeploy' },
  });
  const given = `shop 1.0.0 has all of it since Mon 1 Jun 12:00 UTC, by release ${back.order.releaseId}`;
  const told = `${was} After that in production: ${given}.`;
  const why = async () => (await get(`/v1${path}/explain`)).body;
  expect((await get(`/v1${path}`)).body).toMatchObject({
    headline: expect.stringContaining(told),
    saidSince: [{ releaseId: back.order.releaseId, version: '1.0.0', sentence: given }],
  });
  expect((await why()).headline).toContain(told);
  expect((await why()).next).toMatchObject({ command: 'gantry release create shop 1.5.0' });
  expect(await page()).toContain(`${was} After that in production: shop 1.0.0 has all of it since`);
  expect(await page()).toContain('left at 20 % when it ended; shop 1.0.0 has all of it since');
  expect(await page()).not.toContain(is);

  const place = { service: 'shop', environment: 'production', at: '2026-06-02T12:06:00.000Z' };
  await adopt(db, { ...place, version: '1.5.0', by: { id: 'ana', kind: 'person' }, reason: 'seen' });
  expect(await why()).toMatchObject({
    headline: expect.stringContaining(
      `${was} After that in production: shop 1.5.0 is recorded as running there since Tue 2 Jun 12:06 UTC, by Ana.`,
    ),
  });
  expect((await why()).next).toBeUndefined();
  expect(await page()).not.toContain('gantry release create shop 1.5.0');
  expect((await readRelease(db, order.releaseId))?.headline).toContain(is);

  // lists tell what is true by now, as the page does
  const now = (await get(`/v1${path}`)).body;
  const listed = (await get('/v1/releases')).body.items.find(
    ({ id }: { id: string }) => id === order.releaseId,
  );
  expect(listed).toMatchObject({ headline: now.headline, saidSince: now.saidSince });
  expect(listed.headline).toContain('After that in production: shop 1.5.0 is recorded as running there');
  const first = (await get('/')).text.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
  expect(first).toContain('In production when it ended: shop: 1.5.0 took 20 %');
  expect(first).not.toContain(is);
});

test('many releases in a list cost one read more than one, and none where nothing was left', async () => {
  const { db, pool } = api.deps.store;
  const at2 = { at: '2026-06-02T12:06:00.000Z', by: { id: 'ana', kind: 'person' as const }, reason: 'seen' };
  const reads = jest.spyOn(pool, 'connect');
  const list = async (views: ReleaseView[]) => {
    reads.mockClear();
    const items = await asOfNow(db, views);
    return { since: items.map(({ saidSince }) => saidSince?.length ?? 0), reads: reads.mock.calls.length };
  };
  const views: ReleaseView[] = [];
  const leave = async (version: string, way: Way) =>
    views.push((await readRelease(db, (await released(version, way)).order.releaseId))!);
  await leave('1.4.0', { exposure: 100, status: 'succeeded', ended: { state: 'succeeded' } });
  expect(await list(views)).toEqual({ since: [0], reads: 0 });
  await leave('1.5.0', asItIs);
  expect(await list(views)).toEqual({ since: [0, 0], reads: 1 });
  await leave('1.6.0', asItIs);
  await adopt(db, { service: 'shop', environment: 'production', version: '1.6.1', ...at2 });
  expect(await list(views)).toEqual({ since: [0, 1, 1], reads: 2 }); // the names of people, once for all
});

test('the page of the release that left it gives the place back with one click, and not where nothing is left any more', async () => {
  const { order } = await released('1.5.0', asItIs);
  const path = `/releases/${order.releaseId}`;
  const app = pagesSeenBy(api.deps, 'ben', ['viewer', 'releaser']);
  expect((await request(app).get(path)).text).toContain('Give shop 1.0.0 all of production again');
  const click = async () =>
    request(app)
      .post(`${path}/give-back`)
      .type('form')
      .send({ service: 'shop', environment: 'production', to: '1.0.0', reason: 'the canary is to go' });
  const sent = await click();
  expect(sent.status).toBe(303);
  expect((await get(`/v1${sent.headers['location']}`)).body).toMatchObject({
    ...{ intent: 'redeploy', reason: 'the canary is to go', components: [{ version: '1.0.0' }] },
    stages: [{ environment: 'production' }],
  });
  expect((await click()).status).toBe(409); // the first click's is open

  // nobody is asked for what is under way
  const back = sent.headers['location']?.split('/').at(-1) ?? '';
  const isUnderWay =
    'shop 1.0.0 is to have all of production again, and a release that does that is under way';
  const { text } = await request(app).get(path);
  expect(text).toContain(isUnderWay);
  expect(text).toContain(`<a href="/releases/${back}">The release that gives shop 1.0.0`);
  expect(text).not.toContain('/give-back');
  expect(text).not.toContain('--alone');
  const { next } = (await get(`/v1${path}/explain`)).body;
  expect(next).toMatchObject({
    because: expect.stringContaining(isUnderWay),
    command: `gantry release why ${back}`,
  });
  expect(await inPart()).toMatchObject([{ remedy: `${isUnderWay}.`, givenBackBy: back }]);
  expect((await get('/')).text).toContain(isUnderWay);

  await released('1.6.0', { exposure: 100, status: 'succeeded', ended: { state: 'succeeded' } });
  expect((await click()).status).toBe(412);
});

const green: Way = {
  ...asItIs,
  exposure: 0,
  steps: [
    { weight: 0, state: 'holding', action: 'deploy' },
    { weight: 100, state: 'pending', action: 'switch' },
    { weight: 100, state: 'pending', action: 'retire' },
  ],
};

test('green that an aborted release has left without traffic is told in the same words on every page and in the API, until another has all of the place', async () => {
  const { order } = await released('1.5.0', green);
  const words =
    '1.5.0 stands there without traffic (aborted, and left there) until a later version has all of the place or somebody records what runs';
  expect(await inPart()).toMatchObject([
    { share: 0, isKnown: true, releaseId: order.releaseId, sentence: `shop ${words}` },
  ]);
  const pages = ['/', '/environments', `/releases/${order.releaseId}`];
  for (const path of pages) expect((await get(path)).text).toContain(words);
  expect((await get(pages[2]!)).text).toContain(`In production: shop ${words}.`);
  await released('1.6.0', { exposure: 100, status: 'succeeded', ended: { state: 'succeeded' } });
  expect(await inPart()).toBeUndefined();
  for (const path of pages) expect((await get(path)).text).not.toContain('without traffic');
});

test('the old version that was left after a switch is shown on every page and in the API', async () => {
  const { order } = await released('1.5.0', {
    ...failedUndo,
    exposure: 100,
    steps: [
      { weight: 0, state: 'done', action: 'deploy' },
      { weight: 100, state: 'holding', action: 'switch' },
      { weight: 100, state: 'pending', action: 'retire' },
    ],
  });
  expect(await inPart()).toMatchObject([{ version: '1.0.0', share: 0, isKnown: true }]);
  for (const path of ['/', '/environments', `/releases/${order.releaseId}`])
    expect((await get(path)).text).toContain('1.0.0 stands there without traffic (failed, and left there)');
  await released('1.6.0', { exposure: 100, status: 'succeeded', ended: { state: 'succeeded' } });
  expect(await inPart()).toBeUndefined();
});

test('what is left after an undo that failed is shown with its share, and its deployment is over', async () => {
  const { order } = await released('1.5.0', failedUndo);
  expect(await inPart()).toMatchObject([{ version: '1.5.0', share: 20, isKnown: true }]);
  expect((await get('/')).text).toContain('1.5.0 takes 20 % (failed, and left there)');
  const row = api.deps.store.db.selectFrom('deployments').select(['status', 'ended_at']);
  expect(await row.where('release_id', '=', order.releaseId).execute()).toEqual([
    { status: 'left', ended_at: new Date(at()) },
  ]);
});

test('a first step that never began leaves nothing, and its deployment is not under way for ever', async () => {
  const compensation = { state: 'notNeeded', attempts: 0, because: 'its first step never began' } as const;
  const { order } = await released('1.5.0', {
    exposure: 0,
    compensation,
    ended: { state: 'failed', residue: 'none' },
  });
  expect(await inPart()).toBeUndefined();
  const row = api.deps.store.db.selectFrom('deployments').select('status');
  expect(await row.where('release_id', '=', order.releaseId).execute()).toEqual([{ status: 'failed' }]);
});

test('while a later release comes out, nobody knows what is left; once it has all, or is back, nothing is', async () => {
  await released('1.5.0', asItIs);
  await released('1.6.0', { exposure: 10 });
  expect(await inPart()).toMatchObject([
    { version: '1.6.0', share: 10, isKnown: true },
    { version: '1.5.0', share: 20, isKnown: false },
  ]);
  const compensation = { state: 'compensated', attempts: 1, because: 'done' } as const;
  await released('1.7.0', {
    ...{ exposure: 0, status: 'rolledBack', compensation },
    ended: { state: 'rolledBack', residue: 'restored' },
  });
  expect(await inPart()).toMatchObject([{ version: '1.6.0' }]);
  await released('1.8.0', asItIs);
  expect(await inPart()).toHaveLength(2);
  await released('1.9.0', { exposure: 100, status: 'succeeded', ended: { state: 'succeeded' } });
  expect(await inPart()).toMatchObject([{ version: '1.6.0' }]);
});

test('nothing is left where a team has said since what runs there', async () => {
  await released('1.5.0', asItIs);
  later();
  const by = { id: 'ana', kind: 'person' as const };
  const word = { service: 'shop', version: '1.0.0', environment: 'production', by, at: at() };
  await adopt(api.deps.store.db, { ...word, reason: 'the canary was taken away by hand' });
  expect(await inPart()).toBeUndefined();
});

test('what a team has said while a release was under way says nothing of what that has left at its end', async () => {
  const { db } = api.deps.store;
  const by = { id: 'ana', kind: 'person' as const };
  const place = { service: 'shop', environment: 'production', by, reason: 'seen' };
  const { order } = await released('1.5.0', {
    ...asItIs,
    meanwhile: async (halfway) => adopt(db, { ...place, version: '1.0.1', at: halfway }),
  });
  const path = `/v1/releases/${order.releaseId}`;
  expect(await inPart()).toMatchObject([
    { version: '1.5.0', share: 20, isKnown: true, whole: { version: '1.0.1' } },
  ]);
  expect((await get(path)).body).not.toHaveProperty('saidSince');
  later();
  await adopt(db, { ...place, version: '1.0.2', at: at() });
  expect(await inPart()).toBeUndefined();
  expect((await get(path)).body.saidSince).toMatchObject([{ version: '1.0.2' }]);
});

test('what a team has said after a part was left, before its release had ended, has the place since', async () => {
  const { db } = api.deps.store;
  const { order } = await released('1.5.0', {
    ...asItIs,
    between: async (halfway) =>
      adopt(db, {
        service: 'shop',
        environment: 'production',
        version: '1.0.1',
        at: halfway,
        by: { id: 'ana', kind: 'person' },
        reason: 'seen',
      }),
  });
  expect(await inPart()).toBeUndefined();
  expect((await get(`/v1/releases/${order.releaseId}`)).body.saidSince).toMatchObject([{ version: '1.0.1' }]);
});

test('a build that is banned after it was left says so wherever it is shown: first page, environments, its own page and the API', async () => {
  const { order } = await released('1.5.0', asItIs);
  await ban('1.5.0', 'loses carts of guests');
  expect(await inPart()).toMatchObject([
    {
      quarantine: { by: 'ana', reason: 'loses carts of guests' },
      sentence: 'shop 1.5.0 takes 20 % (aborted, and left there; quarantined: loses carts of guests)',
    },
  ]);
  for (const path of ['/', '/environments', `/releases/${order.releaseId}`])
    expect((await get(path)).text).toContain(
      '1.5.0 takes 20 % (aborted, and left there; quarantined: loses carts of guests)',
    );
});

test('a banned build that runs is marked in the table of the first page and on the page of the release that brought it', async () => {
  const { order } = await released('1.5.0', {
    ...{ exposure: 100, status: 'succeeded' },
    ended: { state: 'succeeded' },
  });
  expect((await get('/')).text).not.toContain('quarantined');
  await ban('1.5.0', 'loses carts of guests');
  for (const path of ['/', '/environments', `/releases/${order.releaseId}`]) {
    const words = (await get(path)).text.replaceAll(/<[^>]*>/g, '').replaceAll(/\s+/g, ' ');
    expect(words).toMatch(/1\.5\.0.*✕ quarantined since Mon 1 Jun 2026, .*loses carts of guests/);
  }
  expect((await get(`/releases/${order.releaseId}`)).text).toContain('shop 1.5.0 runs in production');
});

const ban = (version: string, reason: string) =>
  setQuarantine(api.deps.store.db, {
    ...{ service: 'shop', version, reason, by: { id: 'ana', kind: 'person' } },
    ...{ at: '2026-06-01T16:00:00.000Z', mailDomain: 'gantry.test' },
  });
