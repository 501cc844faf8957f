import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import {
  aPlannedRelease,
  aStage,
  blackFriday,
  byAna,
  everything,
} from '../../../test/support/calendar-builders.ts';
import { startPostgres, type TestServer } from '../../../test/support/postgres.ts';
import type { Db } from '../../database/open.ts';
import { noticesOf } from '../notices.ts';
import { timeline } from '../timeline.ts';
import { addRule, changeRule } from './change-rules.ts';
import { saveSchedule } from './schedules.ts';
import { noteDueWarnings, tellWarnings, untoldWarnings } from './warnings.ts';

let server: TestServer;
let db: Db;
let releaseId: string;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());
beforeEach(async () => {
  ({ db } = await server.database());
  ({ releaseId } = (await aPlannedRelease(db, 'shop', [aStage('production')])).order);
  await db
    .updateTable('releases')
    .set({ created_at: '2026-10-01T00:00:00Z' } as never)
    .execute();
});

const at = '2026-11-01T09:00:00.000Z';
const domain = 'gantry.test';
const planned = async (start: string, end: string): Promise<void> => {
  await saveSchedule(db, { releaseId, stage: 'production', predicted: { start, end }, at });
};
const told = async (): Promise<string[]> =>
  (await timeline(db, releaseId, { limit: 20 }))
    .filter(({ action }) => action === 'freeze.warned')
    .map(({ sentence }) => sentence);

test('who is planned within a new freeze is told of it, once for each of its revisions', async () => {
  await planned('2026-11-27T10:00:00Z', '2026-11-27T11:00:00Z');
  const { rule } = await addRule(db, { ...byAna(), rule: blackFriday() });
  expect(await untoldWarnings(db)).toBe(1);
  expect(await tellWarnings(db, { at, domain })).toBe(1);
  expect(await tellWarnings(db, { at, domain })).toBe(0);
  expect(await told()).toEqual([
    'shop 1.4.0 is planned for production Fri 27 Nov 10:00 UTC, and freeze black-friday is in force from Wed 25 Nov 23:00 UTC until Mon 30 Nov 23:00 UTC.',
  ]);
  const mails = await noticesOf(db, releaseId);
  expect(mails.map(({ kind, state }) => [kind, state])).toEqual([['freezeAhead', 'pending']]);
  await changeRule(db, { ...byAna(), rule: { ...blackFriday(), to: '2026-12-02T00:00' } });
  expect(rule.revision).toBe(1);
  await tellWarnings(db, { at, domain });
  expect(await told()).toHaveLength(2);
});

test.each([
  ['ends as the freeze begins', '2026-11-25T22:00:00Z', '2026-11-25T23:00:00Z', 'production'],
  ['begins as the freeze ends', '2026-11-30T23:00:00Z', '2026-12-01T00:00:00Z', 'production'],
  ['is planned elsewhere', '2026-11-27T10:00:00Z', '2026-11-27T11:00:00Z', 'staging'],
])('nobody is warned of a freeze for what %s', async (...row) => {
  const [, start, end, environment] = row;
  await planned(start, end);
  const scope = { ...everything, environments: [environment] };
  await addRule(db, { ...byAna(), rule: blackFriday({ scope }) });
  expect(await untoldWarnings(db)).toBe(0);
});

test.each(['deploying', 'watching', 'finished'] as const)(
  'nobody is warned of a freeze for a stage that is %s: it has started',
  async (state) => {
    const { order } = await aPlannedRelease(db, 'cart', [aStage('production', state)]);
    const predicted = { start: '2026-11-25T22:30:00Z', end: '2026-11-25T23:30:00Z' };
    await saveSchedule(db, { releaseId: order.releaseId, stage: 'production', predicted, at });
    await addRule(db, { ...byAna(), rule: blackFriday() });
    expect(await noteDueWarnings(db, '2026-11-24T23:00:00.000Z')).toEqual({});
    expect(await untoldWarnings(db)).toBe(0);
  },
);

test('a week, a day and two hours before they are told again, and the next one is known', async () => {
  await addRule(db, { ...byAna(), rule: blackFriday() });
  await planned('2026-11-25T22:30:00Z', '2026-11-25T23:30:00Z');
  const look = async (now: string) => {
    const answer = await noteDueWarnings(db, now);
    const count = await tellWarnings(db, { at: now, domain });
    return [answer.nextAt, count];
  };
  expect(await look('2026-11-18T22:59:59.000Z')).toEqual(['2026-11-18T23:00:00.000Z', 0]);
  expect(await look('2026-11-18T23:00:00.000Z')).toEqual(['2026-11-24T23:00:00.000Z', 1]);
  expect(await look('2026-11-18T23:00:01.000Z')).toEqual(['2026-11-24T23:00:00.000Z', 0]);
  expect(await look('2026-11-24T23:00:00.000Z')).toEqual(['2026-11-25T21:00:00.000Z', 1]);
  expect(await look('2026-11-25T21:00:00.000Z')).toEqual([undefined, 1]);
  expect(await told()).toEqual([
    expect.stringContaining('begins in a week'),
    expect.stringContaining('begins in a day'),
    expect.stringContaining('begins in two hours'),
  ]);
});

test('an owner of several releases gets one mail that names them all', async () => {
  const other = (await aPlannedRelease(db, 'cart', [aStage('production')])).order.releaseId;
  const predicted = { start: '2026-11-27T10:00:00Z', end: '2026-11-27T11:00:00Z' };
  for (const id of [releaseId, other])
    await saveSchedule(db, { releaseId: id, stage: 'production', predicted, at });
  await addRule(db, { ...byAna(), rule: blackFriday() });
  await tellWarnings(db, { at, domain });
  const mails = await db.selectFrom('notices').select('occasion').execute();
  expect(mails.map(({ occasion }) => (occasion as { sentence: string }).sentence)).toEqual([
    expect.stringMatching(/^2 releases of yours are met by it\. .*(shop 1\.4\.0.*cart|cart.*shop 1\.4\.0)/),
  ]);
  expect(await told()).toHaveLength(1);
});

test('whoever has ended meanwhile is not told', async () => {
  await planned('2026-11-27T10:00:00Z', '2026-11-27T11:00:00Z');
  await addRule(db, { ...byAna(), rule: blackFriday() });
  await db.updateTable('releases').set({ ended_at: at }).execute();
  expect(await tellWarnings(db, { at, domain })).toBe(1);
  expect(await told()).toEqual([]);
  expect(await noticesOf(db, releaseId)).toEqual([]);
});
