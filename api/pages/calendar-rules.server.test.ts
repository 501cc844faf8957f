import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Express } from 'express';
import supertest from 'supertest';
import type { Access } from '../../domain/policy/policy.schema.ts';
import type { Store } from '../../platform/database/open.ts';
import { listRules } from '../../platform/record/calendar/rules.ts';
import { anAskedRelease, apiDeps } from '../../test/support/asked-release.ts';
import { pagesSeenBy } from '../../test/support/pages-seen-by.ts';
import { toldAfter } from '../../test/support/told-after.ts';
import { startPostgres, type TestServer } from '../../test/support/postgres.ts';

let server: TestServer;
let store: Store;
beforeAll(async () => {
  server = await startPostgres();
  store = await server.database();
  await anAskedRelease(store);
}, 60_000);
afterAll(() => server.stop());

/** The pages as one person of the policy sees them. */
const seenBy = (id: string, access: Access[] = ['viewer', 'operator']): Express =>
  pagesSeenBy(
    apiDeps(store, server.dir, () => ({ state: 'gating', headline: 'done', seq: 0 })),
    id,
    access,
  );
const post = (path: string, fields: object, app = seenBy('ana')) =>
  supertest(app)
    .post(path)
    .type('form')
    .send({ ...fields, csrf: 'the-token', _csrf: 'the-token' });
const freezes = async (): Promise<string[]> =>
  (await listRules(store.db, { kind: 'freeze' })).map(({ rule }) => rule.id);

test('teaches what is not there, and shows forms only to those who may use them', async () => {
  const { text } = await supertest(seenBy('ana')).get('/calendar/rules').expect(200);
  expect(text).toContain('No freeze is in force or to come.');
  expect(text).toContain('Stop the line');
  const viewer = await supertest(seenBy('ben', ['viewer']))
    .get('/calendar/rules')
    .expect(200);
  expect(viewer.text).not.toContain('Stop the line');
  expect(viewer.text).toContain('Your feeds');
});

test('patterns of fields are such as browsers read them, and the icon that they ask for is there', async () => {
  const { text } = await supertest(seenBy('ana')).get('/calendar/rules').expect(200);
  const patterns = [...text.matchAll(/ pattern="([^"]+)"/g)].map(([, pattern = '']) => pattern);
  expect(patterns).toHaveLength(1);
  for (const pattern of patterns)
    expect(new RegExp(`^(?:${pattern})$`, 'v').test('black-friday.2026_a')).toBe(true);
  const [, icon = ''] = /rel="icon"[^>]* href="([^"]+)"/.exec(text) ?? [];
  for (const path of [icon, '/favicon.ico'])
    await supertest(seenBy('ana'))
      .get(path)
      .expect(200)
      .expect('Content-Type', /^image\/svg\+xml/);
});

test('a freeze is added, shown with its next times, and lifted with a reason', async () => {
  const fields = { id: 'inventory', from: '2027-01-02T08:00', to: '2027-01-03T08:00', zone: 'Europe/Berlin' };
  const made = await post('/calendar/freezes', {
    ...fields,
    reason: 'we count',
    inFlight: 'finish',
    do: 'add',
  })
    .expect(303)
    .expect('Location', '/calendar/rules');
  const after = await toldAfter(made, seenBy('ana'));
  expect(after.told).toContain('The freeze is made.');
  const { text } = await supertest(seenBy('ana')).get('/calendar/rules').expect(200);
  expect(text).toMatch(/inventory.*we count.*revision 1.*Next: /s);
  expect(text).not.toContain('The freeze is made.');
  const refused = await post('/calendar/freezes/inventory/lift', { reason: '' });
  expect(refused.status).toBe(422);
  const lifted = await post('/calendar/freezes/inventory/lift', { reason: 'counted' }).expect(303);
  expect((await toldAfter(lifted, seenBy('ana'))).told).toContain('The freeze is lifted.');
  expect(await freezes()).toEqual([]);
});

test('a preview says when a freeze would hold, keeps what was typed and saves nothing', async () => {
  const fields = { id: 'inventory', from: '2027-01-02T08:00', to: '2027-01-03T08:00', zone: 'Asia/Kolkata' };
  const { text } = await post('/calendar/freezes', { ...fields, reason: 'we count' }).expect(200);
  expect(text).toMatch(/role="status".*It would hold so.*everything, from 2 Jan 2027 08:00.*Asia\/Kolkata/s);
  expect(text).toContain('value="2027-01-02T08:00"');
  expect(text).toContain('value="we count"');
  expect(text).not.toContain('role="alert"');
  expect(await freezes()).toEqual([]);
});

test('the first press on a form that is filled in shows whom the freeze stops, and the second adds just that', async () => {
  const fields = {
    id: 'all',
    from: '2020-01-02T08:00',
    zone: 'UTC',
    inFlight: 'finish',
    reason: 'we <count>',
  };
  const { text } = await post('/calendar/freezes', {
    ...fields,
    to: '',
    service: '',
    environment: '',
  }).expect(200);
  expect(text).toMatch(/everything, from 2 Jan 2020 08:00[^]*It would hold at once\./);
  expect(await freezes()).toEqual([]);
  const meant =
    /<form method="post" action="\/calendar\/freezes">(?:(?!<\/form>)[^])*Add it now/.exec(text)?.[0] ?? '';
  const hidden = [...meant.matchAll(/type="hidden" name="([^"]+)" value="([^"]*)"/g)];
  const carried = Object.fromEntries(hidden.map(([, name = '', value = '']) => [name, value]));
  expect(carried).toMatchObject({ ...fields, reason: 'we &lt;count&gt;' });
  await post('/calendar/freezes', { ...fields, do: 'add' }).expect(303);
  expect(await freezes()).toEqual(['all']);
  await post('/calendar/freezes/all/lift', { reason: 'counted' }).expect(303);
});

test.each([
  ['a zone that is none', { id: 'a', from: '2027-01-02T08:00', zone: 'CET', reason: 'x' }, 'CET'],
  ['no beginning', { id: 'a', reason: 'x' }, 'from'],
  [
    'an end before its beginning',
    { id: 'a', from: '2027-01-02T08:00', to: '2027-01-01T08:00', reason: 'x' },
    'to',
  ],
  ['no reason', { id: 'a', from: '2027-01-02T08:00' }, 'reason'],
  ['an unknown environment', { id: 'a', from: '2027-01-02T08:00', environment: 'moon', reason: 'x' }, 'moon'],
])('what was typed stays where a freeze has %s', async (...row) => {
  const [, fields, told] = row;
  const { status, text } = await post('/calendar/freezes', fields);
  expect(status).toBeGreaterThanOrEqual(400);
  expect(text).toContain('role="alert"');
  expect(text).toContain(told);
  expect(text).toContain('value="a"');
  expect(await freezes()).toEqual([]);
});

test('the line is stopped once, however often the form is sent; another scope is another stop, in the same second too', async () => {
  const fields = { reason: 'orders are lost' };
  await post('/calendar/stop', fields).expect(303);
  await post('/calendar/stop', fields).expect(303);
  const [all] = await freezes();
  expect(await freezes()).toHaveLength(1);
  for (const path of ['/', '/environments']) {
    const { text } = await supertest(seenBy('ben', ['viewer']))
      .get(path)
      .expect(200);
    expect(text).toMatch(
      /The line is stopped.*for everything.*Ana.*orders are lost.*gantry freeze lift stop-/s,
    );
  }
  await post('/calendar/stop', { ...fields, environment: 'production' }).expect(303);
  expect(await freezes()).toHaveLength(2);
  for (const id of await freezes())
    await post(`/calendar/freezes/${id}/lift`, { reason: 'found' }).expect(303);
  expect(all).toMatch(/^stop-[0-9t.-]+-[0-9a-f]{4}$/);
  expect((await supertest(seenBy('ana')).get('/')).text).not.toContain('The line is stopped');
});

test.each([
  ['/calendar/stop', { reason: 'x' }],
  ['/calendar/freezes', { id: 'a', from: '2027-01-02T08:00', reason: 'x' }],
  ['/calendar/freezes/a/lift', { reason: 'x' }],
])('who may not is refused at %s', async (path, fields) => {
  await post(path, fields, seenBy('ben', ['viewer'])).expect(403);
  expect(await freezes()).toEqual([]);
});

test('the address of a feed is shown once, and ends when its owner revokes it', async () => {
  const { text } = await post('/calendar/feeds', { name: 'mine' }).expect(200);
  const [, path = ''] = /(\/calendar\/[A-Za-z0-9_-]{43}\.ics)/.exec(text) ?? [];
  expect(path).not.toBe('');
  const again = await supertest(seenBy('ana')).get('/calendar/rules').expect(200);
  expect(again.text).not.toContain(path);
  const [, revoke = ''] = /action="(\/calendar\/feeds\/[^"]+\/revoke)"/.exec(again.text) ?? [];
  await post(revoke, {}, seenBy('ben')).expect(404);
  await post(revoke, {}).expect(303);
  expect((await supertest(seenBy('ana')).get('/calendar/rules')).text).toContain('You have none.');
});

test('a new address stands above everything else, and a reload makes no second feed', async () => {
  const shown = (await supertest(seenBy('ana')).get('/calendar/rules')).text;
  const [, once = ''] = /name="once" value="([^"]+)"/.exec(shown) ?? [];
  expect(once).not.toBe('');
  const made = await post('/calendar/feeds', { name: 'phone', once }).expect(200);
  expect(made.text.indexOf('.ics')).toBeLessThan(made.text.indexOf('id="freezes"'));
  const again = await post('/calendar/feeds', { name: 'phone', once }).expect(200);
  expect(again.text).not.toContain('.ics<');
  expect(again.text).toMatch(/role="status".*This form was sent before/s);
  expect(again.text.match(/Revoke phone/g)).toHaveLength(1);
});

test('the month is a table of weeks with today marked, beside the agenda', async () => {
  const { text } = await supertest(seenBy('ana')).get('/calendar').expect(200);
  expect(text).toContain('aria-current="date"');
  expect(text.match(/<tr>/g)?.length).toBeGreaterThanOrEqual(5);
  expect(text).toContain('class="agenda-only"');
  expect((await supertest(seenBy('ana')).get('/calendar?view=month')).text).toContain('class="as-month"');
});
