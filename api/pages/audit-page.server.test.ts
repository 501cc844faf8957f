import { beforeEach, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { verifyOnce } from '../../platform/audit/verify-record.ts';
import { appendEvents } from '../../platform/record/append.ts';
import { currentPolicy } from '../../platform/record/policies.ts';
import { insertRelease } from '../../platform/record/releases.ts';
import { apiPerTest } from '../../test/support/api-per-test.ts';
import { personOf } from '../../test/support/api-app.ts';
import { browserOf } from '../../test/support/browser-of.ts';
import { anEvent, aRelease } from '../../test/support/record-builders.ts';

const api = apiPerTest();

const wordsOf = (text: string): string => text.replaceAll(/<[^>]*>/g, '').replaceAll(/\s+/g, ' ');
const look = async (query = '') => {
  const { text } = await (await browserOf(api, 'auditor')).get(`/audit${query}`).expect(200);
  return { text, words: wordsOf(text) };
};
/** What stands in the list, newest first. */
const listed = (text: string): string[] =>
  [...text.matchAll(/<li id="entry-\d+">\s*([^<]*)/g)].map(([, sentence = '']) => sentence.trim());
const person = (id: string) => ({ id, kind: 'person' as const });

beforeEach(async () => {
  await appendEvents(api.deps.store.db, null, [
    anEvent('a', { action: 'feed.created', object: 'calendar feed 7', sentence: 'A feed was made.' }),
    anEvent('b', {
      action: 'approval.closed',
      actor: person(personOf.approver),
      object: 'shop@1.4.0',
      sentence: 'It was approved.',
      reason: 'looks <fine>',
    }),
    anEvent('c', {
      action: 'approval.requested',
      actor: { id: 'tok_1', kind: 'token', person: personOf.approver },
      object: 'Shop@1.5.0',
      sentence: 'It was asked.',
    }),
  ]);
});

describe('the page of the log', () => {
  test('says how many entries the log has, whether it is valid where that is asked, and shows the newest first', async () => {
    const { text, words } = await look('?verify=yes');
    const { rows } = await api.deps.store.pool.query<{ count: string }>('select count(*) from audit_entries');
    expect(words).toContain(`valid, ${rows[0]?.count} entries`);
    expect(listed(text).slice(0, 3)).toEqual(['It was asked.', 'It was approved.', 'A feed was made.']);
    expect(text).toContain('“looks &lt;fine&gt;”');
    expect(text).toContain('href="/audit"  aria-current="page"');
  });

  test.each([
    ['?subject=shop%40', ['It was asked.', 'It was approved.']],
    ['?kind=approval', ['It was asked.', 'It was approved.']],
    ['?kind=feed&subject=&person=', ['A feed was made.']],
    [`?person=${personOf.approver}&kind=approval`, ['It was asked.', 'It was approved.']],
    ['?kind=approval.closed', ['It was approved.']],
    ['?kind=Feed', ['A feed was made.']],
    ['?kind=asked+for', ['It was asked.']],
    ['?kind=sked', []],
    ['?kind=feed.', ['A feed was made.']],
    ['?kind=calendar.', []],
    ['?subject=nothing', []],
  ])('shows what is asked for: %s', async (query, sentences) => {
    const { text, words } = await look(query);
    expect(listed(text)).toEqual(sentences);
    if (sentences.length === 0) expect(words).toContain('No entry is like that.');
  });

  test.each(['shop@1.9.0', 'shop 1.9.0'])(
    '%s shows all that is known of that release, whatever an entry is about',
    async (name) => {
      const { db } = api.deps.store;
      const policyDigest = (await currentPolicy(db))?.digest ?? '';
      const release = aRelease('shop', '1.9.0', { policyDigest });
      await insertRelease(db, { ...release, event: anEvent('created', { action: 'release.created' }) });
      const { order } = release;
      await appendEvents(db, order.releaseId, [
        anEvent('stage', { object: 'staging', sentence: 'Something happened in staging.' }),
      ]);
      const { text } = await look(`?subject=${encodeURIComponent(name)}`);
      expect(listed(text)[0]).toBe('Something happened in staging.');
      expect(listed(text)).not.toContain('It was approved.');
    },
  );

  test('goes on where a page ends, with what was asked for', async () => {
    const many = Array.from({ length: 60 }, (_, n) =>
      anEvent(`n${n}`, {
        action: 'feed.revoked',
        object: `calendar feed ${n}`,
        sentence: `Feed ${n} ended.`,
      }),
    );
    await appendEvents(api.deps.store.db, null, many);
    const first = await look('?kind=feed');
    expect(listed(first.text)).toHaveLength(50);
    const older = /rel="next" href="\/audit([^"]+)"/.exec(first.text)?.[1]?.replaceAll('&amp;', '&');
    const second = await look(older);
    expect(listed(second.text)).toHaveLength(11);
    expect(listed(second.text).at(-1)).toBe('A feed was made.');
    expect(second.words).toContain('These are the oldest.');
  });

  test('is not verified by a look alone, however short it is, and says how it is', async () => {
    const { text, words } = await look('?kind=feed');
    expect(words).not.toMatch(/✓ valid|broken at/);
    expect(text).toContain('href="/audit?kind=feed&amp;verify=yes">Verify it now');
  });

  test('is read once for all who ask at the same time whether it is whole, and anew for who asks later', async () => {
    const { db } = api.deps.store;
    const [one, other] = await Promise.all([verifyOnce(db), verifyOnce(db)]);
    expect(other).toBe(one);
    expect(await verifyOnce(db)).not.toBe(one);
  });

  test('tells each kind in words beside its name, and takes whoever looks for a word to the kinds that are called so', async () => {
    const { db } = api.deps.store;
    expect((await look('?kind=feed')).words).toContain('calendar feed made feed.created');
    const frozen = anEvent('f', {
      action: 'calendar.ruleAdded',
      object: 'freeze',
      sentence: 'Ana froze production.',
    });
    await appendEvents(db, null, [{ ...frozen, object: 'calendar rule 4' }]);
    const { text, words } = await look('?subject=freeze');
    expect(listed(text)).toEqual([]);
    expect(words).toContain(
      '“freeze” is in the name of kinds: show entries of these (window or freeze added',
    );
    const meant = /<a href="\/audit(\?kind=freeze)">/.exec(text)?.[1];
    const found = await look(meant);
    expect(listed(found.text)).toEqual(['Ana froze production.']);
    expect(found.text).toMatch(/<input type="text" name="kind" list="kinds"[^>]* value="freeze"/);
    const { body } = await request(api.app)
      .get('/v1/audit/entries?kind=freeze')
      .set('Authorization', await api.bearer('auditor'));
    expect(body).toMatchObject({
      items: [{ action: 'calendar.ruleAdded' }],
      called: { 'calendar.ruleAdded': 'window or freeze added' },
    });
  });

  test('offers every kind that there is, also where no entry is of it yet', async () => {
    const { text } = await look();
    expect(text).toMatch(/<datalist id="kinds">[^]*<option value="quarantine\.">quarantine: all</);
    expect(text).toContain('<option value="calendar.">windows and freezes: all<');
    // it would seem to hold the freezes, and is their warning alone
    expect(text).not.toContain('value="freeze."');
    expect(text).toContain('<option value="freeze.warned">warning of a freeze<');
    expect((await look('?kind=quarantine')).words).toContain('No entry is like that.');
  });

  test('goes on with one person, what a token did in their name with it, each entry once', async () => {
    const id = personOf.approver;
    const many = Array.from({ length: 60 }, (_, n) =>
      anEvent(`n${n}`, {
        actor: n % 2 === 0 ? person(id) : { id: `tok_"person":"x${n}`, kind: 'token', person: id },
        sentence: `Step ${n}.`,
        facts: { odd: '\u0000', actor: { person: personOf.viewer } },
      }),
    );
    await appendEvents(api.deps.store.db, null, many);
    const first = await look(`?person=${id}`);
    const older = /rel="next" href="\/audit([^"]+)"/.exec(first.text)?.[1]?.replaceAll('&amp;', '&');
    const second = await look(older);
    const steps = [...listed(first.text), ...listed(second.text)].filter((one) => one.startsWith('Step'));
    expect(steps).toEqual(many.map(({ sentence }) => sentence).reverse());
    expect((await look(`?person=${personOf.viewer}`)).words).not.toContain('Step');
  });

  test('finds the entries of a person by index, so that a big log is not read whole', async () => {
    const { db, pool } = api.deps.store;
    await appendEvents(
      db,
      null,
      Array.from({ length: 400 }, (_, n) => anEvent(`many${n}`)),
    );
    await pool.query('analyze audit_entries');
    for (const who of ['actor_id', 'person_behind(body)']) {
      const { rows } = await pool.query<Record<'QUERY PLAN', string>>(
        `explain select seq, body from audit_entries where ${who} = 'nobody' order by seq desc limit 51`,
      );
      expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toMatch(/audit_entries_(by|for)\b/);
    }
  });

  test.each(['/audit', '/audit.json'])('%s as JSON asks for what the page shows', async (path) => {
    const browser = await browserOf(api, 'auditor');
    const asked = `kind=approval&subject=shop&person=&cursor=900`;
    const { text } = await browser.get(`/audit?${asked}&verify=yes`).expect(200);
    const twin = /rel="alternate" type="application\/json" href="([^"]+)"/
      .exec(text)?.[1]
      ?.replaceAll('&amp;', '&');
    expect(new URL(twin ?? '', 'http://x').searchParams).toEqual(
      new URLSearchParams({ subject: 'shop', kind: 'approval', cursor: '900' }),
    );
    const from = path === '/audit' ? twin : `/audit.json?${asked}&verify=yes`;
    const list = await browser
      .get(from ?? '')
      .redirects(1)
      .expect(200);
    const { items } = list.body as { items: { sentence: string }[] };
    expect(items.map(({ sentence }) => sentence)).toEqual(['It was asked.', 'It was approved.']);
  });

  test('names the first entry that does not fit', async () => {
    const { pool } = api.deps.store;
    await pool.query('alter table audit_entries disable trigger all');
    await pool.query(
      `update audit_entries set sentence = 'It was rejected.' where action = 'approval.closed'`,
    );
    const { words } = await look('?verify=yes');
    expect(words).toMatch(/broken at entry \d+: its columns say something else/);
    expect(words).not.toContain('✓ valid');
  });

  test('is for nobody but those who may read the log, and no other is shown the way', async () => {
    const viewer = await browserOf(api, 'viewer');
    await viewer.get('/audit').expect(403);
    await viewer.get('/audit.json').expect(403);
    expect((await viewer.get('/')).text).not.toContain('href="/audit"');
  });

  test('refuses a filter that it does not know', async () => {
    await (await browserOf(api, 'auditor')).get('/audit?colour=red').expect(400);
  });
});
