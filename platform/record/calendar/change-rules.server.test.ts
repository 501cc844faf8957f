import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  aPlannedRelease,
  aStage,
  blackFriday,
  byAna,
  everything,
  pendingWakes,
} from '../../../test/support/calendar-builders.ts';
import { startPostgres, type TestServer } from '../../../test/support/postgres.ts';
import type { Store } from '../../database/open.ts';
import { addRule, changeRule, liftRule } from './change-rules.ts';
import { calendarRevision } from './revision.ts';
import { listRules, ruleById, ruleHistory, rulesInForce } from './rules.ts';

let server: TestServer;
let store: Store;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

const fresh = async (): Promise<Store> => (store = await server.database());
const log = async (): Promise<{ action: string; sentence: string }[]> =>
  (
    await store.pool.query<{ action: string; sentence: string }>(
      `select action, sentence from audit_entries where action like 'calendar.%' order by seq`,
    )
  ).rows;

test('a rule that is added is in force at once, with its revision, its log entry and a raised calendar', async () => {
  const { db } = await fresh();
  expect(await rulesInForce(db)).toEqual({ revision: 0, rules: [] });
  const record = await addRule(db, { ...byAna(), rule: blackFriday() });
  const rule = {
    ...blackFriday(),
    origin: 'api',
    revision: 1,
    effectiveFrom: '2026-11-01T09:00:00.000Z',
  };
  expect(record).toEqual({
    rule,
    createdAt: '2026-11-01T09:00:00.000Z',
    createdBy: 'ana',
    changedAt: '2026-11-01T09:00:00.000Z',
    changedBy: 'ana',
  });
  expect(await rulesInForce(db)).toEqual({ revision: 1, rules: [rule] });
  expect(await log()).toEqual([
    {
      action: 'calendar.ruleAdded',
      sentence:
        'ana added freeze black-friday for production, from 26 Nov 2026 00:00 to 1 Dec 2026 00:00 (Europe/Berlin).',
    },
  ]);
});

test('a rule without an id gets one, and a window counts without regard to when it was made', async () => {
  const { db } = await fresh();
  const { rule } = await addRule(db, {
    ...byAna(),
    rule: { kind: 'window', zone: 'UTC', from: '2026-11-02T09:00', scope: everything },
  });
  expect(rule.id).toMatch(/^win_/);
  expect(rule.effectiveFrom).toBeUndefined();
});

test('a change without a reason, a taken name, an unknown rule and a seen state that is old are refused', async () => {
  const { db } = await fresh();
  await expect(addRule(db, { ...byAna(' '), rule: blackFriday() })).rejects.toMatchObject({
    code: 'CALENDAR_REASON_MISSING',
  });
  await addRule(db, { ...byAna(), rule: blackFriday() });
  await expect(addRule(db, { ...byAna(), rule: blackFriday({ kind: 'window' }) })).rejects.toMatchObject({
    code: 'CALENDAR_RULE_EXISTS',
  });
  await expect(changeRule(db, { ...byAna(), rule: blackFriday(), expected: 2 })).rejects.toMatchObject({
    code: 'STALE',
  });
  await expect(changeRule(db, { ...byAna(), rule: blackFriday({ kind: 'window' }) })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  await expect(liftRule(db, { ...byAna(), id: 'other', kind: 'freeze' })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  expect(await calendarRevision(db)).toBe(1);
});

test('a rule of the policy is changed and lifted in gantry.yaml alone', async () => {
  const { db, pool } = await fresh();
  await addRule(db, { ...byAna(), rule: blackFriday() });
  await pool.query(
    `update calendar_rules set origin = 'policy', body = jsonb_set(body, '{origin}', '"policy"')`,
  );
  const refused = { code: 'CALENDAR_RULE_OF_POLICY' };
  await expect(changeRule(db, { ...byAna(), rule: blackFriday() })).rejects.toMatchObject(refused);
  await expect(liftRule(db, { ...byAna(), id: 'black-friday', kind: 'freeze' })).rejects.toMatchObject(
    refused,
  );
});

test('every state of a rule is kept, also over a lift and a return under the same name', async () => {
  const { db, pool } = await fresh();
  await addRule(db, { ...byAna(), rule: blackFriday() });
  await changeRule(db, { ...byAna('It sells well.'), rule: blackFriday({ to: '2026-12-05T00:00' }) });
  await liftRule(db, { ...byAna('Sold out.'), id: 'black-friday', kind: 'freeze' });
  expect(await rulesInForce(db)).toEqual({ revision: 3, rules: [] });
  const { record: again, isNew } = await liftRule(db, {
    ...byAna('Twice.'),
    id: 'black-friday',
    kind: 'freeze',
  });
  expect(isNew).toBe(false);
  expect(again.retired).toEqual({ at: '2026-11-01T09:00:00.000Z', by: 'ana', reason: 'Sold out.' });
  expect(await listRules(db, { kind: 'freeze' })).toEqual([]);
  expect(await listRules(db, { kind: 'freeze', lifted: true })).toHaveLength(1);
  await addRule(db, { ...byAna('New goods.', '2026-11-20T09:00:00.000Z'), rule: blackFriday() });
  const now = await ruleById(db, 'black-friday');
  expect(now).toMatchObject({ rule: { revision: 4, effectiveFrom: '2026-11-20T09:00:00.000Z' } });
  expect(now?.retired).toBeUndefined();
  const history = await ruleHistory(db, 'black-friday');
  expect(history.map(({ revision, change, reason }) => [revision, change, reason])).toEqual([
    [1, 'added', 'Because of the sale.'],
    [2, 'changed', 'It sells well.'],
    [3, 'lifted', 'Sold out.'],
    [4, 'added', 'New goods.'],
  ]);
  await expect(pool.query('delete from calendar_rule_revisions')).rejects.toMatchObject({ code: 'P0001' });
});

test('a change says in the log what it changes', async () => {
  const { db } = await fresh();
  await addRule(db, { ...byAna(), rule: blackFriday() });
  await changeRule(db, { ...byAna(), rule: blackFriday({ to: '2026-12-05T00:00' }) });
  await liftRule(db, { ...byAna('Sold out'), id: 'black-friday', kind: 'freeze' });
  await addRule(db, {
    ...byAna('Prices are wrong.'),
    rule: { kind: 'freeze', zone: 'UTC', from: '2026-11-01T09:00', scope: everything, stopTheLine: true },
  });
  expect((await log()).slice(1)).toEqual([
    {
      action: 'calendar.ruleChanged',
      sentence: 'ana changed freeze black-friday: it is lengthened to 5 Dec 2026 00:00.',
    },
    { action: 'calendar.ruleLifted', sentence: 'ana lifted freeze black-friday: Sold out.' },
    { action: 'calendar.lineStopped', sentence: 'ana stopped the line for everything.' },
  ]);
});

test('a change wakes the open releases that still go where the rule holds, and no others', async () => {
  const { db } = await fresh();
  const shop = await aPlannedRelease(db, 'shop', [aStage('staging', 'finished'), aStage('production')]);
  const draft = await aPlannedRelease(db, 'cart', []);
  await aPlannedRelease(db, 'mail', [aStage('staging')]);
  await aPlannedRelease(db, 'past', [aStage('production', 'finished')]);
  const ended = await aPlannedRelease(db, 'gone', [aStage('production')]);
  await db
    .updateTable('releases')
    .set({ ended_at: new Date() })
    .where('id', '=', ended.order.releaseId)
    .execute();
  await addRule(db, { ...byAna(), rule: blackFriday() });
  const cause =
    'ana added freeze black-friday for production, from 26 Nov 2026 00:00 to 1 Dec 2026 00:00 (Europe/Berlin).';
  expect(await pendingWakes(db)).toEqual([
    { releaseId: shop.order.releaseId, cause },
    { releaseId: draft.order.releaseId, cause },
  ]);
});

test('a release that gets out of a rule’s reach hears of the change, too', async () => {
  const { db } = await fresh();
  const shop = await aPlannedRelease(db, 'shop', [aStage('production')]);
  await addRule(db, { ...byAna(), rule: blackFriday() });
  await changeRule(db, { ...byAna(), rule: blackFriday({ scope: { ...everything, services: ['cart'] } }) });
  expect((await pendingWakes(db)).map(({ releaseId }) => releaseId)).toEqual([
    shop.order.releaseId,
    shop.order.releaseId,
  ]);
});

test('two who change the calendar at once, while a release is recorded, all come through with revisions of their own', async () => {
  const { db } = await fresh();
  const added = ['a', 'b', 'c', 'd'].map((id) => addRule(db, { ...byAna(), rule: blackFriday({ id }) }));
  const releases = ['shop', 'cart', 'mail'].map((service) =>
    aPlannedRelease(db, service, [aStage('production')]),
  );
  await Promise.all([...added, ...releases]);
  const { rows } = await store.pool.query<{ revision: number }>(
    'select calendar_revision as revision from calendar_rule_revisions order by 1',
  );
  expect(rows.map((row) => row.revision)).toEqual([1, 2, 3, 4]);
  expect((await rulesInForce(db)).rules).toHaveLength(4);
});
