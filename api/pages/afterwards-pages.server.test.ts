import { describe, expect, test } from '@jest/globals';
import supertest from 'supertest';
import type { Access } from '../../domain/policy/policy.schema.ts';
import { closeIncident, openIncident } from '../../platform/record/incidents/change.ts';
import { incidentById, listIncidents } from '../../platform/record/incidents/read.ts';
import { currentPolicy } from '../../platform/record/policies.ts';
import { openReview, reviewById } from '../../platform/record/reviews.ts';
import { anAskedRelease, apiDeps } from '../../test/support/asked-release.ts';
import { pagesSeenBy } from '../../test/support/pages-seen-by.ts';
import { storeOfFile } from '../../test/support/a-store.ts';

const store = storeOfFile();

/** The pages as somebody sees them; a token may narrow that to some services. */
const seenBy = (id: string, access: Access[], { on = store, services = [] as string[] } = {}) =>
  supertest(
    pagesSeenBy(
      apiDeps(on, store.dir, () => ({ state: 'gating', headline: 'done', seq: 0 })),
      id,
      access,
      services,
    ),
  );

const origin = {
  by: { id: 'ana', kind: 'person' as const },
  at: '2026-06-02T10:05:00.000Z',
  mailDomain: 'gantry.test',
};
const wanted = {
  ...{ title: 'carts are <b>empty</b>', service: 'shop', severity: 'sev1' as const },
  ...{ source: 'person' as const, startedAt: '2026-06-02T10:00:00.000Z' },
};

describe.each([
  ['incidents', 'incident open'],
  ['reviews', 'release break-glass'],
  ['policy', 'policy apply'],
])('the page of %s', (name, command) => {
  test('teaches the next command while there is nothing, and names its twin', async () => {
    const empty = await store.another();
    const { text } = await seenBy('ana', ['viewer'], { on: empty }).get(`/${name}`).expect(200);
    expect(text).toContain(`gantry ${command}`);
    expect(text).toContain(`<link rel="alternate" type="application/json" href="/${name}.json" />`);
    expect(text).toContain(`href="/${name}"  aria-current="page"`);
    const twin = await seenBy('ana', ['viewer'], { on: empty }).get(`/${name}.json`).expect(307);
    expect(twin.headers['location']).toBe(`/v1/${name}`);
  });

  test('is for nobody who has no access', async () => {
    await seenBy('ana', []).get(`/${name}`).expect(403);
    await seenBy('ana', []).get(`/${name}.json`).expect(403);
  });
});

describe('incidents', () => {
  test('are written down once, laid at a door, and closed with what ended them', async () => {
    await anAskedRelease(store);
    const ana = seenBy('ana', ['viewer', 'approver']);
    const form = { title: 'carts are empty', service: 'shop', severity: 'sev1', once: 'the-form' };
    const send = () =>
      ana
        .post('/incidents')
        .type('form')
        .send({ ...form, startedAt: '2026-06-02T10:00' })
        .expect(303);
    await send();
    await send();
    const {
      items: [incident, ...more],
    } = await listIncidents(store.db, { limit: 10 });
    expect(more).toEqual([]);
    expect(incident).toMatchObject({ title: 'carts are empty', startedAt: '2026-06-02T08:00:00.000Z' }); // Madrid
    const { id } = incident!;
    expect((await ana.get('/incidents')).text).toMatch(/carts are empty[\s\S]*No release is suspected/);
    await ana
      .post(`/incidents/${id}/attribution`)
      .type('form')
      .send({ verdict: 'nobody', reason: 'a provider was down' })
      .expect(303);
    await ana.post(`/incidents/${id}/close`).type('form').send({ outcome: ' ' }).expect(400);
    await ana
      .post(`/incidents/${id}/close`)
      .type('form')
      .send({ outcome: 'the provider is back' })
      .expect(303);
    expect(await incidentById(store.db, id)).toMatchObject({
      state: 'closed',
      outcome: 'the provider is back',
      attribution: { state: 'unattributed', by: 'ana' },
    });
    const { text } = await ana.get('/incidents').expect(200);
    expect(text).toContain('No incident is open');
    expect(text).toMatch(/Closed by Ana Lopez: “the provider is back”/);
  });

  test.each([
    [{ title: '' }, 400],
    [{ severity: 'sev9' }, 400],
    [{ startedAt: '2999-01-01T00:00' }, 400],
    [{ service: 'cart' }, 422],
  ])('are not written down with %j', async (over, status) => {
    const form = { title: 'x', service: 'shop', severity: 'sev1', ...over };
    const { status: answered } = await seenBy('ana', ['approver']).post('/incidents').type('form').send(form);
    expect(answered).toBe(status);
  });

  test('are not laid at the door of a release that the reader did not see named', async () => {
    const { incident } = await openIncident(store.db, wanted, origin);
    const before = await incidentById(store.db, incident.id);
    const form = { reason: 'bisected', verdict: 'confirm', seen: 'rel_of_another_page' };
    await seenBy('ana', ['approver'])
      .post(`/incidents/${incident.id}/attribution`)
      .type('form')
      .send(form)
      .expect(412);
    expect(await incidentById(store.db, incident.id)).toEqual(before);
    await closeIncident(store.db, incident.id, { ...origin, outcome: 'over' });
  });

  test('show who may only look why their buttons are shut, and refuse their forms', async () => {
    const { incident } = await openIncident(store.db, { ...wanted, link: 'javascript:alert(1)' }, origin);
    const ben = seenBy('ben', ['viewer']);
    const { text } = await ben.get('/incidents').expect(200);
    expect(text).toContain('carts are &lt;b&gt;empty&lt;/b&gt;');
    expect(text).not.toContain('javascript:');
    for (const label of ['Say which release caused it', 'Close it', 'Write an incident down'])
      expect(text).toContain(
        `<button disabled>${label}</button> <span class="quiet">You may not: it needs releaser or approver or operator or admin.</span>`,
      );
    expect(text).not.toContain('method="post" action="/incidents');
    await ben.post(`/incidents/${incident.id}/close`).type('form').send({ outcome: 'x' }).expect(403);
  });

  test('of other services stay hidden from a narrowed token', async () => {
    const narrowed = seenBy('ana', ['viewer'], { services: ['cart'] });
    expect((await narrowed.get('/incidents').expect(200)).text).toContain('No incident is open');
  });
});

describe('more incidents than fit on a page', () => {
  const titles = (text: string): string[] =>
    [...text.matchAll(/<strong>(fault \d+)/g)].map(([, one = '']) => one);

  test('are paged through without a gap, and a form of a later page leads back to it', async () => {
    const many = await store.another();
    await anAskedRelease(many);
    for (let n = 0; n < 30; n += 1)
      await openIncident(
        many.db,
        {
          ...{ ...wanted, title: `fault ${n}` },
          // Several begin at one instant: the order among those is kept as well.
          startedAt: new Date(Date.UTC(2026, 5, 2, 10, Math.floor(n / 3))).toISOString(),
        },
        origin,
      );
    const ana = seenBy('ana', ['approver'], { on: many });
    const first = (await ana.get('/incidents').expect(200)).text;
    expect(titles(first)).toHaveLength(25);
    const older = /rel="next" href="([^"#]+)#open"/.exec(first)?.[1] ?? '';
    const second = (await ana.get(older).expect(200)).text;
    expect(new Set([...titles(first), ...titles(second)]).size).toBe(30);
    expect(second).toContain('These are the oldest.');
    const close =
      /action="(\/incidents\/[^"]+\/close[^"]+)"/.exec(second)?.[1]?.replaceAll('&amp;', '&') ?? '';
    const refused = await ana
      .post(close)
      .set('Accept', 'text/html')
      .type('form')
      .send({ outcome: '' })
      .expect(400);
    expect(titles(refused.text)).toEqual(titles(second));
    const done = await ana.post(close).type('form').send({ outcome: 'over' }).expect(303);
    expect(done.headers['location']).toBe(older);
    await ana.get('/incidents?open=made-up').expect(400);
  });

  test('are paged through by a narrowed token with its own alone', async () => {
    const { text } = await seenBy('ana', ['viewer'], { services: ['cart'] })
      .get('/incidents')
      .expect(200);
    expect(text).not.toContain('rel="next"');
  });
});

describe('reviews', () => {
  test('are done by somebody else, who is told of their delay and of what they are about', async () => {
    const { view } = await anAskedRelease(store);
    await openReview(store.db, {
      ...{ id: 'rev_1', releaseId: view.id, title: 'shop 1.4.0', services: ['shop'] },
      ...{ environment: 'production', brokenBy: ['ana'], reason: 'carts are lost', incident: 'INC-7' },
      ...{ brokenAt: '2026-06-01T09:00:00.000Z', dueAt: '2026-06-02T09:00:00.000Z' },
    });
    const ana = seenBy('ana', ['viewer', 'approver']);
    const own = (await ana.get('/reviews').expect(200)).text;
    expect(own).toContain('Ana Lopez broke it, so somebody else must review it.');
    expect(own).toContain('overdue');
    expect(own).toContain('It falls to Dee Fox.');
    expect(own).not.toContain('action="/reviews/rev_1/done"');
    await ana.post('/reviews/rev_1/done').type('form').send({ finding: 'fine' }).expect(403);
    expect((await seenBy('ben', ['viewer']).get('/reviews')).text).toMatch(
      /You may not: it needs approver or operator\./,
    );
    const dee = seenBy('dee', ['viewer', 'approver']);
    expect((await dee.get('/reviews')).text).toContain('action="/reviews/rev_1/done"');
    await dee.post('/reviews/rev_1/done').type('form').send({ finding: 'right to do' }).expect(303);
    expect(await reviewById(store.db, 'rev_1')).toMatchObject({
      done: { by: 'dee', finding: 'right to do' },
    });
    const after = (await dee.get('/reviews')).text;
    expect(after).toContain('Nothing is to be reviewed');
    expect(after).toContain('“right to do”');
    await dee.post('/reviews/rev_1/done').type('form').send({ finding: 'again' }).expect(409);
    await dee.post('/reviews/rev_9/done').type('form').send({ finding: 'again' }).expect(404);
  });
});

describe('the policy in force', () => {
  test('is shown as it was written, with when and by whom it came', async () => {
    await anAskedRelease(store);
    await store.pool.query(`update policies set text = $1`, ['gantry: 1\n# <ours> & yours\n']);
    const { text } = await seenBy('ana', ['viewer']).get('/policy').expect(200);
    expect(text).toContain('gantry: 1\n# &lt;ours&gt; &amp; yours\n');
    expect(text).toMatch(/Applied by<\/dt>\s*<dd>Dee Fox<\/dd>/);
    const stored = await currentPolicy(store.db);
    expect(text).toContain(stored!.digest);
    expect(text).toContain(`<time datetime="${stored!.appliedAt}">`);
  });

  test('is not for a token of one service, as over the API', async () => {
    await seenBy('ana', ['viewer'], { services: ['shop'] })
      .get('/policy')
      .expect(403);
  });
});
