import { expect, test } from '@jest/globals';
import { readPolicy } from '../../platform/policy/read-policy.ts';
import { departuresOf } from '../../platform/record/calendar/trains.ts';
import { setQuarantine } from '../../platform/record/gates/quarantines.ts';
import { storePolicy } from '../../platform/record/policies.ts';
import { insertRelease, readRelease } from '../../platform/record/releases.ts';
import { storePerTest } from '../../test/support/a-store.ts';
import { aRelease, anEvent } from '../../test/support/record-builders.ts';
import { createTrains } from './index.ts';

const text = `
gantry: 1
organisation: { name: Acme, zone: Europe/Berlin }
people: [{ id: ana, name: Ana, email: ana@acme.test, access: [operator] }]
environments: [{ id: staging }, { id: production }]
services:
  - { id: shop, pipeline: web }
  - { id: mail, pipeline: web, versions: ">=3.0.0 <4.0.0" }
pipelines:
  web:
    - { environment: staging, deploy: { kind: command, apply: [./d.sh], undo: [./u.sh] } }
    - { environment: production, deploy: { kind: command, apply: [./d.sh], undo: [./u.sh] } }
trains:
  - id: weekly
    captain: ana
    departure: { rrule: FREQ=WEEKLY;BYDAY=TU, start: 2026-01-06T14:00, zone: Europe/Berlin }
    cutoff: 2h
    services: [shop, { service: mail, required: true }]
    to: production
`;
const free = text.replace(', versions: ">=3.0.0 <4.0.0"', '');
const record = storePerTest();
const by = { id: 'ana', kind: 'person' as const };
const now = '2026-11-24T11:00:00.000Z';
const dates = {
  ...{ train: 'weekly', number: 1, scheduledAt: '2026-11-24T13:00:00.000Z', now },
  ...{ departsAt: '2026-11-24T13:00:00.000Z', cutoffAt: '2026-11-24T11:00:00.000Z' },
};
const trains = () =>
  createTrains({
    store: record,
    config: { publicUrl: 'http://gantry.test', mailFrom: 'gantry@gantry.test' },
  });

interface Row {
  version: string;
  /** Day and hour of November. */
  at: string;
  more?: { digest?: string; commit_id?: string; mode?: string; previous_version?: string };
  /** It is of a release that was asked to go back. */
  isBack?: boolean;
}

/** What staging has of mail; production runs mail 3.1.0, and shop 1.4.0 is ready to ride beside it. */
async function given(rows: readonly Row[], written = text): Promise<void> {
  const { policy, digest = '' } = readPolicy(written);
  if (!policy) throw new Error('the policy of the test is wrong');
  await storePolicy(record.db, { policy, text: written, digest, baseDir: '/', by, sentences: [] });
  const row = (service: string, { version, at, more = {} }: Row, release_id: string | null = null) => ({
    ...{ id: `${service}-${version}-${at}`, release_id, environment: 'staging', service, version },
    ...{ mode: 'deploy', status: 'succeeded', exposure: 100, by_id: 'ana' },
    ...{ started_at: `2026-11-${at}:00:00.000Z`, ended_at: `2026-11-${at}:00:00.000Z`, ...more },
  });
  const deployments = [row('shop', { version: '1.4.0', at: '24T08' })];
  for (const one of rows) {
    if (!one.isBack) deployments.push(row('mail', one));
    else {
      const release = aRelease('mail', one.version, { policyDigest: digest, intent: 'rollback' });
      await insertRelease(record.db, { ...release, event: anEvent('created') });
      await record.db.updateTable('releases').set({ state: 'succeeded', ended_at: now }).execute();
      deployments.push(row('mail', one, release.order.releaseId));
    }
  }
  await record.db.insertInto('deployments').values(deployments).execute();
  const deployment_id = 'shop-1.4.0-24T08';
  await record.db
    .insertInto('running')
    .values({ environment: 'production', service: 'mail', version: '3.1.0', since: now, deployment_id })
    .execute();
}
const ban = (what: { digest: string } | { service: string; version: string }) =>
  setQuarantine(record.db, { ...what, reason: 'loses mails', by, at: now, mailDomain: 'gantry.test' });
const newest = { service: 'mail', version: '3.2.0' };
const mailOf = (all: readonly { service: string }[]) => all.filter(({ service }) => service === 'mail');

/** Boards, and leaves without whoever is missing: mail stays behind for this reason, and shop leaves all the same. */
async function staysBehind(because: RegExp): Promise<void> {
  const stuck = await trains().boardTrain({ ...dates, isLeaving: false });
  expect(mailOf(stuck.missing)).toMatchObject([{ because: expect.stringMatching(because) }]);
  const { aboard, left } = await trains().boardTrain({ ...dates, isLeaving: true });
  expect(mailOf(aboard)).toEqual([]);
  await trains().departTrain({ ...dates, aboard, left, isLeaving: true });
  const release = await readRelease(record.db, 'train-weekly-1');
  expect(release?.components).toMatchObject([{ service: 'shop', version: '1.4.0' }]);
}

test('the pre-release on the banned commit does not ride, and the train leaves without the service', async () => {
  const more = { commit_id: 'c'.repeat(40) };
  await given(
    [
      { version: '3.2.0-rc.1', at: '24T09', more },
      { version: '3.2.0', at: '24T10', more },
    ],
    free,
  );
  await ban(newest);
  await staysBehind(
    /mail 3\.2\.0 is quarantined.* mail 3\.2\.0-rc\.1 does not ride instead: it is quarantined/,
  );
});

test('another version on the banned commit does not ride either, not even where it is the newest', async () => {
  const more = { commit_id: 'c'.repeat(40) };
  await given([{ version: '3.1.5', at: '24T10', more }]);
  await record.db
    .insertInto('deployments')
    .values({
      ...{ id: 'there', release_id: null, environment: 'production', service: 'mail', version: '3.0.9' },
      ...{
        mode: 'deploy',
        status: 'rolledBack',
        exposure: 100,
        by_id: 'ana',
        started_at: now,
        ended_at: now,
      },
      ...more,
    })
    .execute();
  await ban({ service: 'mail', version: '3.0.9' });
  await staysBehind(/mail 3\.1\.5 is the same build as mail 3\.0\.9, which is quarantined/);
  // also where it was aboard before the ban, known by its name alone
  const aboard = [{ service: 'mail', version: '3.1.5' }];
  await trains().departTrain({ ...dates, number: 2, aboard, left: [], isLeaving: true });
  expect(await departuresOf(record.db, { train: 'weekly', limit: 1 })).toMatchObject([
    { number: 2, boarded: [], leftBehind: [{ because: expect.stringContaining('is the same build as') }] },
  ]);
});

test.each(['24T09', '24T10'])(
  'a row without a digest is no way around a ban of a build of that version (recorded %s)',
  async (at) => {
    const digest = `sha256:${'a'.repeat(64)}`;
    await given([
      { version: '3.2.0', at },
      { version: '3.2.0', at: at === '24T09' ? '24T10' : '24T09', more: { digest } },
    ]);
    await ban({ digest });
    await staysBehind(/^mail 3\.2\.0 is quarantined(?!.*instead)/);
  },
);

test('what the stage before has gone back from does not ride in the place of the banned one', async () => {
  await given([
    { version: '3.1.0', at: '20T09' },
    { version: '3.1.5', at: '21T09' },
    {
      ...{ version: '3.1.0', at: '22T09', isBack: true },
      more: { mode: 'rollback', previous_version: '3.1.5' },
    },
    { version: '3.2.0', at: '24T10' },
  ]);
  await ban(newest);
  await staysBehind(/loses mails.* mail 3\.1\.5 does not ride instead: a release has gone back from it/);
});

test('the newest does not ride either once a release has gone back from it: what that went back to does, if it is news', async () => {
  await given([
    { version: '3.1.5', at: '21T09' },
    { version: '3.2.0', at: '22T09' },
    {
      ...{ version: '3.1.5', at: '23T09', isBack: true },
      more: { mode: 'rollback', previous_version: '3.2.0' },
    },
  ]);
  const boarding = await trains().boardTrain({ ...dates, isLeaving: false });
  expect(mailOf(boarding.aboard)).toEqual([{ service: 'mail', version: '3.1.5' }]);
  expect(boarding.because).toMatch(
    /^A release has gone back from mail 3\.2\.0, .* mail 3\.1\.5 rides instead/,
  );
  // who had boarded before that does not leave any more
  const aboard = [{ ...newest }];
  await trains().departTrain({ ...dates, aboard, left: [], isLeaving: true });
  expect(await departuresOf(record.db, { train: 'weekly', limit: 1 })).toMatchObject([
    { boarded: [], leftBehind: [{ because: expect.stringContaining('gone back from mail 3.2.0') }] },
  ]);
});

test('gone back to what runs there, a required service has nothing new to wait for', async () => {
  await given([
    { version: '3.1.0', at: '20T09' },
    { version: '3.2.0', at: '22T09' },
    {
      ...{ version: '3.1.0', at: '23T09', isBack: true },
      more: { mode: 'rollback', previous_version: '3.2.0' },
    },
  ]);
  const { missing, left } = await trains().boardTrain({ ...dates, isLeaving: false });
  expect(missing).toEqual([]);
  expect(left).toMatchObject([{ because: expect.stringContaining('gone back from mail 3.2.0') }]);
});

test('one that admission refuses is passed over for one that it lets in, and without one the train leaves without the service', async () => {
  const rows = [
    { version: '3.2.0', at: '24T10' },
    { version: '3.1.7-beta.1', at: '24T09' },
  ];
  await given(rows);
  await ban(newest);
  await staysBehind(/loses mails.* mail 3\.1\.7-beta\.1 does not ride instead: .*3\.1\.7-beta\.1/);
  await record.db
    .insertInto('deployments')
    .values({
      ...{ id: 'good', release_id: null, environment: 'staging', service: 'mail', version: '3.1.5' },
      ...{ mode: 'deploy', status: 'succeeded', exposure: 100, by_id: 'ana' },
      ...{ started_at: '2026-11-24T07:00:00.000Z', ended_at: '2026-11-24T07:00:00.000Z' },
    })
    .execute();
  const { aboard } = await trains().boardTrain({ ...dates, number: 2, isLeaving: false });
  expect(mailOf(aboard)).toEqual([{ service: 'mail', version: '3.1.5' }]);
});
