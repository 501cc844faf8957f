import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { aPolicy } from '../../../test/support/a-policy.ts';
import {
  ana,
  aPlannedRelease,
  aStage,
  blackFriday,
  byAna,
  everything,
  pendingWakes,
} from '../../../test/support/calendar-builders.ts';
import { startPostgres, type TestServer } from '../../../test/support/postgres.ts';
import type { Policy } from '../../../domain/policy/policy.schema.ts';
import type { Store } from '../../database/open.ts';
import { sha256 } from '../../ids.ts';
import { currentPolicy, storePolicy } from '../policies.ts';
import { addRule, liftRule } from './change-rules.ts';
import { giveOverride } from './give-override.ts';
import { liveOverrides } from './overrides.ts';
import { calendarRevision } from './revision.ts';
import { listRules, ruleById, ruleHistory, rulesInForce } from './rules.ts';
import { listTrains } from './trains.ts';

let server: TestServer;
let store: Store;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());
beforeEach(async () => {
  store = await server.database();
});

const sale = { id: 'sale', from: '2026-11-26T00:00', to: '2026-12-01T00:00' };
const nights = { start: '2026-01-05T22:00', rrule: 'FREQ=DAILY', duration: '6h' };

/** The usual policy with this in its production, and more. */
function policyWith(production: Partial<Policy['environments'][number]>, more: Partial<Policy> = {}): Policy {
  const { environments, ...rest } = aPolicy();
  const [staging, ...others] = environments;
  return { ...rest, environments: [staging!, { ...others[0]!, ...production }], ...more };
}
const apply = (policy: Policy): Promise<{ changed: boolean; trains: string[] }> =>
  storePolicy(store.db, {
    policy,
    text: '',
    digest: sha256(JSON.stringify(policy)),
    baseDir: '/',
    by: ana,
    sentences: [],
  });
const log = async (): Promise<string[]> => {
  const { rows } = await store.pool.query<{ sentence: string }>(
    `select sentence from audit_entries where action like 'calendar.%' order by seq`,
  );
  return rows.map(({ sentence }) => sentence);
};
const told = async (): Promise<(string | null)[]> => (await pendingWakes(store.db)).map(({ cause }) => cause);

test('a policy that is applied puts its windows and freezes in force, with one revision for all of them', async () => {
  await apply(policyWith({ windows: [nights], freezes: [sale] }, { freezes: [{ ...sale, id: 'all' }] }));
  const { revision, rules } = await rulesInForce(store.db);
  const { appliedAt } = (await currentPolicy(store.db))!;
  const production = { ...everything, environments: ['production'] };
  const common = { zone: 'Europe/Berlin', origin: 'policy', revision: 1 };
  expect({ revision, rules }).toEqual({
    revision: 1,
    rules: [
      { ...common, ...sale, id: 'all', kind: 'freeze', scope: everything, effectiveFrom: appliedAt },
      { ...common, ...nights, id: 'production-window-1', kind: 'window', scope: production },
      { ...common, ...sale, kind: 'freeze', scope: production, effectiveFrom: appliedAt },
    ],
  });
  expect(await log()).toHaveLength(3);
});

test('applying a policy that means the same for the calendar changes nothing in it', async () => {
  await apply(policyWith({ freezes: [sale] }));
  await apply(policyWith({ freezes: [sale], exclusive: false }));
  expect(await calendarRevision(store.db)).toBe(1);
  expect(await log()).toHaveLength(1);
});

test('a rule that changes gets a new revision, one that disappears is retired, and the log says so', async () => {
  await apply(policyWith({ freezes: [sale], windows: [nights] }));
  const before = (await ruleById(store.db, 'sale'))!.rule;
  await apply(policyWith({ freezes: [{ ...sale, to: '2026-12-05T00:00' }] }));
  const { rules } = await rulesInForce(store.db);
  expect(rules).toEqual([{ ...before, to: '2026-12-05T00:00', revision: 2 }]);
  expect((await log()).slice(2)).toEqual([
    'Ana Lopez changed freeze sale: it is lengthened to 5 Dec 2026 00:00.',
    'Ana Lopez lifted window production-window-1: It is in gantry.yaml no more.',
  ]);
  const [lifted] = await listRules(store.db, { kind: 'window', lifted: true });
  expect(lifted?.retired).toMatchObject({ by: 'ana', reason: 'It is in gantry.yaml no more.' });
});

test('a rule that comes back, or changes its kind, goes on with its revisions', async () => {
  await apply(policyWith({ freezes: [sale] }));
  await apply(policyWith({}));
  await apply(policyWith({ freezes: [sale] }));
  await apply(policyWith({ windows: [sale] }));
  const history = await ruleHistory(store.db, 'sale');
  expect(history.map(({ revision, change, rule }) => [revision, change, rule.kind])).toEqual([
    [1, 'added', 'freeze'],
    [2, 'lifted', 'freeze'],
    [3, 'added', 'freeze'],
    [4, 'lifted', 'freeze'],
    [5, 'added', 'window'],
  ]);
});

test('rules that were made outside the policy stay, and keep their names', async () => {
  await addRule(store.db, { ...byAna(), rule: blackFriday() });
  await apply(policyWith({ freezes: [sale] }));
  await apply(policyWith({}));
  expect((await rulesInForce(store.db)).rules.map(({ id }) => id)).toEqual(['black-friday']);
  const clash = apply(policyWith({ freezes: [{ ...sale, id: 'black-friday' }] }));
  await expect(clash).rejects.toMatchObject({ code: 'CALENDAR_RULE_EXISTS' });
  await liftRule(store.db, { ...byAna(), id: 'black-friday', kind: 'freeze' });
  await apply(policyWith({ freezes: [{ ...sale, id: 'black-friday' }] }));
  expect(await ruleById(store.db, 'black-friday')).toMatchObject({ rule: { origin: 'policy', revision: 3 } });
});

test('a refused policy changes nothing at all', async () => {
  await addRule(store.db, { ...byAna(), rule: blackFriday() });
  const clash = policyWith({ windows: [nights], freezes: [{ ...sale, id: 'black-friday' }] });
  await expect(apply(clash)).rejects.toMatchObject({ code: 'CALENDAR_RULE_EXISTS' });
  expect(await currentPolicy(store.db)).toBeUndefined();
  expect((await rulesInForce(store.db)).rules).toHaveLength(1);
});

test('each release that a changed policy concerns is woken once, with all that concerns it', async () => {
  await apply(policyWith({ freezes: [sale] }));
  await aPlannedRelease(store.db, 'shop', [aStage('production')], { policyDigest: 'd1' });
  await store.pool.query('delete from wakes');
  await apply(policyWith({ freezes: [sale] }));
  await store.pool.query('delete from wakes');
  const shorter = { ...sale, to: '2026-11-30T00:00' };
  const ofCart = { ...sale, id: 'carts', scope: { ...everything, services: ['cart'] } };
  await apply(policyWith({ freezes: [shorter] }, { freezes: [{ ...sale, id: 'all' }, ofCart] }));
  expect(await told()).toEqual([
    'Ana Lopez added freeze all for everything, from 26 Nov 2026 00:00 to 1 Dec 2026 00:00 (Europe/Berlin). Ana Lopez changed freeze sale: it is shortened to 30 Nov 2026 00:00.',
  ]);
  const { rows } = await store.pool.query('select workflow_id from wakes where release_id is null');
  expect(rows).toEqual([{ workflow_id: 'calendar-watch' }]);
});

test('many changes at once are told by name', async () => {
  await apply(policyWith({}));
  await aPlannedRelease(store.db, 'shop', [aStage('production')], { policyDigest: 'd1' });
  await apply(policyWith({}));
  await apply(policyWith({ freezes: ['a', 'b', 'c', 'd'].map((id) => ({ ...sale, id })) }));
  const [cause] = await told();
  expect(cause).toMatch(
    /^Ana Lopez added freeze a .* Ana Lopez added freeze b .* Changed as well: freeze c, freeze d\.$/,
  );
});

test('labels that change wake, because rules may mean others then', async () => {
  const labelled = { freezes: [{ ...sale, scope: { ...everything, labels: ['eu'] } }] };
  await apply(policyWith({ labels: ['eu'] }, labelled));
  await aPlannedRelease(store.db, 'shop', [aStage('production')], { policyDigest: 'd1' });
  await apply(policyWith({ labels: ['eu'] }, labelled));
  await store.pool.query('delete from wakes');
  await apply(policyWith({ labels: ['us'] }, { ...labelled }));
  expect(await told()).toEqual(['Labels that windows and freezes go by have changed.']);
});

test('a policy that lengthens a freeze voids its overrides', async () => {
  await apply(policyWith({ freezes: [sale] }));
  const { order } = await aPlannedRelease(store.db, 'shop', [aStage('production')], { policyDigest: 'd1' });
  await apply(policyWith({ freezes: [sale] }));
  const now = new Date().toISOString();
  await giveOverride(store.db, {
    ...byAna(undefined, now),
    reason: 'The cart loses items.',
    freezeId: 'sale',
    releaseId: order.releaseId,
    environment: 'production',
    expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
  });
  await apply(policyWith({ freezes: [{ ...sale, to: '2026-12-05T00:00' }] }));
  expect(await liveOverrides(store.db, { now })).toEqual([]);
});

test('trains come and go with the policy, and their workflows are told', async () => {
  const train = {
    id: 'weekly',
    captain: 'ana',
    departure: { rrule: 'FREQ=WEEKLY;BYDAY=TU', start: '2026-01-06T14:00' },
    cutoff: '2h',
    services: ['shop', { service: 'cart', required: true }],
    mode: 'lockstep' as const,
    to: 'production',
  };
  expect(await apply(policyWith({}, { trains: [train] }))).toEqual({ changed: true, trains: ['weekly'] });
  expect((await listTrains(store.db)).map(({ definition }) => definition)).toEqual([
    {
      ...train,
      departure: { ...train.departure, zone: 'Europe/Berlin' },
      services: [
        { service: 'shop', required: false },
        { service: 'cart', required: true },
      ],
    },
  ]);
  const { rows } = await store.pool.query('select workflow_id from wakes');
  expect(rows).toEqual([{ workflow_id: 'train/weekly' }]);
  expect(await apply(policyWith({}))).toEqual({ changed: true, trains: ['weekly'] });
  expect(await listTrains(store.db)).toEqual([]);
});
