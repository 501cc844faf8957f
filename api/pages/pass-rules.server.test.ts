import { beforeEach, describe, expect, test } from '@jest/globals';
import supertest, { type Response } from 'supertest';
import type { Access } from '../../domain/policy/policy.schema.ts';
import type { StageView } from '../../domain/release/release.ts';
import { addRule } from '../../platform/record/calendar/change-rules.ts';
import { overridesOfRelease } from '../../platform/record/calendar/overrides.ts';
import { anAskedRelease, apiDeps, type Asked } from '../../test/support/asked-release.ts';
import { pagesSeenBy } from '../../test/support/pages-seen-by.ts';
import { toldAfter } from '../../test/support/told-after.ts';
import { storePerTest } from '../../test/support/a-store.ts';

const store = storePerTest();
let asked: Asked;

const now = '2026-11-26T12:00:00.000Z';
const frozen: StageView['verdicts'] = [
  { gate: 'freeze', kind: 'waiting', because: 'production is frozen (freeze "sale").', since: now },
];

beforeEach(async () => {
  asked = await anAskedRelease(store, { stage: { verdicts: frozen } });
});

const freeze = (id: string, environment: string, from = '2026-11-26T00:00') =>
  addRule(store.db, {
    ...{ by: { id: 'ana', kind: 'person' }, at: '2026-11-01T09:00:00.000Z', reason: 'the sale of the year' },
    rule: {
      ...{ id, kind: 'freeze', zone: 'UTC', from, to: '2026-11-30T00:00', reason: 'the sale of the year' },
      scope: { services: [], environments: [environment], labels: [] },
    },
  });

const appFor = (id: string, access: Access[]) =>
  pagesSeenBy(
    apiDeps(
      store,
      store.dir,
      () => ({}),
      () => new Date(now),
    ),
    id,
    access,
  );
const seenBy = (id: string, access: Access[]) => supertest(appFor(id, access));
/** What Dee is told by the page that a form of theirs led to. */
const toldDee = async (done: Response) => (await toldAfter(done, appFor('dee', ['viewer', 'operator']))).told;
const operator = () => seenBy('dee', ['viewer', 'operator']);
const page = async (as = operator()) => (await as.get(`/releases/${asked.view.id}`).expect(200)).text;
const send = (rule: string, fields: object, as = operator(), stage = 'production') =>
  as
    .post(`/releases/${asked.view.id}/overrides?rule=${rule}&in=${stage}`)
    .set('Accept', 'text/html')
    .type('form')
    .send({ revision: 1, for: '2h', reason: 'the checkout loses orders', ...fields });

describe('a release that a freeze keeps shut', () => {
  test('is let pass by whoever may, with a form that names the freeze in its way and no other', async () => {
    await freeze('sale', 'production');
    await freeze('audit', 'staging');
    await freeze('later', 'production', '2026-11-28T00:00');
    const text = await page();
    expect(text).toContain('Let it pass freeze sale…');
    expect(text).not.toMatch(/Let it pass freeze (audit|later)/);
    expect(text).toContain('gave 0 of 2 overrides in 30 days');
    await send('sale', {}).expect(303);
    expect(await overridesOfRelease(store.db, asked.view.id, now)).toMatchObject([
      {
        ...{ freezeId: 'sale', environment: 'production', by: 'dee', state: 'live' },
        ...{ expiresAt: '2026-11-26T14:00:00.000Z', reason: 'the checkout loses orders' },
      },
    ]);
    expect(await page()).not.toContain('Let it pass freeze sale');
  });

  test.each([
    ['deploy', true], // nobody can tell that it goes back: the freeze stops it
    ['rollback', false], // a freeze lets it pass
  ] as const)(
    'is offered to be let pass by what it is there, not by what it is called: as a %s %s',
    async (mode, isOffered) => {
      const rollout = { service: 'shop', version: '1.4.0', mode, steps: [], exposure: 0, metrics: [] };
      const stage = { verdicts: frozen, rollout: [rollout] };
      asked = await anAskedRelease(store, { stage, view: { intent: 'rollback' } });
      await freeze('sale', 'production');
      expect((await page()).includes('Let it pass freeze sale')).toBe(isOffered);
    },
  );

  test('is let pass once, however often the form is sent', async () => {
    await freeze('sale', 'production');
    const once = { once: 'the-form' };
    await send('sale', once).expect(303);
    await send('sale', once).expect(303);
    expect(await overridesOfRelease(store.db, asked.view.id, now)).toHaveLength(1);
  });

  test('passes no other stage than the one that was read', async () => {
    await freeze('sale', 'production');
    expect(await page()).toContain('overrides?rule=sale&amp;in=production');
    const stale = await send('sale', {}, operator(), 'staging').expect(412);
    expect(stale.text).toContain('was to let it pass in staging');
    expect(await overridesOfRelease(store.db, asked.view.id, now)).toEqual([]);
  });

  test('keeps no characters that nobody sees, in a reason that others are to read', async () => {
    await freeze('sale', 'production');
    await send('sale', { reason: 'the checkout\u202e loses\u0007 orders' }).expect(303);
    const [given] = await overridesOfRelease(store.db, asked.view.id, now);
    expect(given?.reason).toBe('the checkout loses orders');
    await send('sale', { reason: `short${'\u202e'.repeat(10)}` }).expect(400);
  });

  test('offers no form to whoever may not, names who may, and takes none', async () => {
    await freeze('sale', 'production');
    const ana = () => seenBy('ana', ['viewer', 'approver']);
    const text = await page(ana());
    expect(text).not.toContain('Let it pass');
    expect(text).toContain('An override lets it pass freeze sale before: Dee Fox may give one.');
    await send('sale', {}, ana()).expect(403);
    expect(await overridesOfRelease(store.db, asked.view.id, now)).toEqual([]);
  });

  test('keeps what was typed where the reason is too short, and where the freeze has changed meanwhile', async () => {
    await freeze('sale', 'production');
    const short = await send('sale', { reason: 'why not' }).expect(400);
    expect(short.text).toContain('value="why not"');
    expect(short.text).toContain('Say why in 10 characters or more');
    const stale = await send('sale', { revision: 7 }).expect(412);
    expect(stale.text).toContain('value="the checkout loses orders"');
  });

  test('says before it is sent that a release manager has to agree, where the budget is spent', async () => {
    for (const id of ['one', 'two', 'sale']) await freeze(id, 'production');
    await send('one', {}).expect(303);
    await send('two', {}).expect(303);
    expect(await page()).toContain('It opens nothing before a release manager other than you has agreed.');
    const beyond = await send('sale', {}).expect(303);
    expect(await toldDee(beyond)).toContain('It counts once a second person has agreed');
    const [latest] = await overridesOfRelease(store.db, asked.view.id, now);
    expect(latest).toMatchObject({ freezeId: 'sale', state: 'unseconded' });
    // It is asked for already: the gate says who has to agree.
    expect(await page()).not.toContain('Let it pass');
  });
});

describe('what the page says of an override', () => {
  test('says that the override was taken, and of a second one that it may pass already, until when by the clock of the reader', async () => {
    await freeze('sale', 'production');
    const first = await send('sale', {}).expect(303);
    expect(await toldDee(first)).toBe('Your override is recorded; the release looks at its gates again.');
    const again = await send('sale', { reason: 'orders are lost still' }).expect(303);
    expect(await toldDee(again)).toMatch(
      /^It is allowed to pass &quot;sale&quot; in production until Thu 26 Nov 15:00 CET \(14:00 UTC\), already, by Dee Fox since Thu 26 Nov 13:00 CET/,
    );
    expect(await overridesOfRelease(store.db, asked.view.id, now)).toHaveLength(1);
  });
});

describe('an override beyond the budget', () => {
  const second = (id: string, as: ReturnType<typeof operator>) =>
    as
      .post(`/releases/${asked.view.id}/overrides/${id}/second`)
      .set('Accept', 'text/html')
      .type('form')
      .send({ reason: 'orders are lost' });
  const beyond = async (by: ReturnType<typeof operator>) => {
    for (const id of ['one', 'two', 'sale']) {
      await freeze(id, 'production');
      await send(id, {}, by).expect(303);
    }
    const [latest] = await overridesOfRelease(store.db, asked.view.id, now);
    expect(latest).toMatchObject({ freezeId: 'sale', state: 'unseconded' });
    return latest?.id ?? '';
  };

  test('is agreed to on the page by a second person, who is a release manager, once', async () => {
    const id = await beyond(seenBy('ben', ['viewer', 'operator']));
    const text = await page();
    expect(text).toContain('Agree that it passes sale…');
    expect(text).toMatch(/Ben Ode asks that it passes sale in production until[^]*the checkout loses orders/);
    expect(text).toMatch(/<label class="above" for="([^"]+)">Reason[^]*?id="\1"/);
    const agreed = await second(id, operator()).expect(303);
    expect(await toldDee(agreed)).toBe('Your agreement is recorded; the release looks at its gates again.');
    await second(id, operator()).expect(303);
    const [latest] = await overridesOfRelease(store.db, asked.view.id, now);
    expect(latest).toMatchObject({ state: 'live', seconded: { by: 'dee' } });
    expect(await page()).not.toContain('Agree that it passes');
  });

  test('is shown shut to whoever asked for it and to whoever is no release manager, and not taken from them', async () => {
    const id = await beyond(operator());
    expect(await page()).toMatch(/disabled>Agree that it passes sale<[^]*somebody other than who asked/);
    const ben = seenBy('ben', ['viewer', 'operator']);
    expect(await page(ben)).toMatch(/disabled>Agree that it passes sale<[^]*the role release-manager/);
    const own = await second(id, operator());
    expect(own.text).toContain('you asked for it yourself');
    await second(id, ben).expect(403);
    await second('ovr_none', operator()).expect(404);
    const [latest] = await overridesOfRelease(store.db, asked.view.id, now);
    expect(latest?.state).toBe('unseconded');
  });
});

test('a release that no rule keeps shut offers nothing of the kind', async () => {
  await freeze('sale', 'production');
  asked = await anAskedRelease(store);
  expect(await page()).not.toContain('Let it pass');
});

test('the form that breaks the glass warns where a red check keeps the stage shut anyway', async () => {
  const red: StageView['verdicts'] = [
    { gate: 'checks', kind: 'denied', because: 'unit failed.', remedy: 'Mend it.', since: now },
  ];
  asked = await anAskedRelease(store, { stage: { verdicts: [...frozen, ...red] } });
  const dee = seenBy('dee', ['viewer', 'approver', 'operator']);
  expect(await page(dee)).toMatch(
    /Break the glass…[\s\S]*?<strong>Broken glass does not open checks\. unit failed\. Mend it\.<\/strong>/,
  );
});

test('a gate tells its times by the clock of the reader as it was when the gate said so, in summer also where it is read in winter', async () => {
  const since = '2026-07-06T17:20:00.000Z';
  const because = 'Waits for cart 2.0.0 on production, there since 17:20 UTC.';
  asked = await anAskedRelease(store, {
    stage: { verdicts: [{ gate: 'lock', kind: 'waiting', because, since }] },
    view: { updatedAt: '2026-07-06T17:21:00.000Z' },
  });
  expect(await page()).toContain('there since 19:20 CEST (17:20 UTC).');
});
