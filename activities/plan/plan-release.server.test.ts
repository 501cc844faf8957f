import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { PolicySchema } from '../../domain/policy/policy.schema.ts';
import { firstView } from '../../domain/release/first-view.ts';
import type { Actor } from '../../domain/release/release.ts';
import type { Store } from '../../platform/database/open.ts';
import { addAbsence } from '../../platform/record/absences.ts';
import { storePolicy } from '../../platform/record/policies.ts';
import { startPostgres, type TestServer } from '../../test/support/postgres.ts';
import { setQuarantine } from '../../platform/record/gates/quarantines.ts';
import { insertRelease, recordBatch } from '../../platform/record/releases.ts';
import { peoplePlansOf } from '../../platform/record/people-plans.ts';
import { openReview } from '../../platform/record/reviews.ts';
import { adopt } from '../../platform/record/running.ts';
import { createToken } from '../../platform/record/tokens.ts';
import { aRelease, anEvent, batchOf } from '../../test/support/record-builders.ts';
import { planRollout } from '../../domain/rollout/plan.ts';
import type { DeploymentChange } from '../contract.ts';
import { createPlanTaskReminders } from '../tasks/plan-task-reminders.ts';
import { createPlanRelease } from './plan-release.ts';

let server: TestServer;
let store: Store;
let number = 0;
beforeAll(async () => {
  server = await startPostgres();
  store = await server.database();
});
afterAll(() => server.stop());

const hours = (count: number): string => new Date(Date.now() + count * 3_600_000).toISOString();
const deploy = { kind: 'command', apply: ['deploy'], undo: ['undo'] };
const policy = PolicySchema.parse({
  gantry: 1,
  organisation: { name: 'Acme' },
  people: [
    { id: 'ana', name: 'Ana', email: 'ana@acme.test', roles: ['qa'] },
    { id: 'ben', name: 'Ben', email: 'ben@acme.test', roles: ['qa'] },
    { id: 'cem', name: 'Cem', email: 'cem@acme.test' },
  ],
  environments: [{ id: 'staging' }, { id: 'production' }],
  services: [{ id: 'shop', pipeline: 'web' }],
  pipelines: {
    web: [
      { environment: 'staging', deploy, observe: { soak: '5d' } },
      { environment: 'production', approvals: [{ role: 'qa', atLeast: 2 }], deploy },
    ],
  },
});

/** What becomes of a release that Cem asks for while Ana is away that long. */
async function planned(away: { from: number; until: number; delegate?: string }, at?: number) {
  const digest = `policy-${away.from}-${away.until}-${at ?? 'now'}`;
  const by = { id: 'ana', kind: 'person' as const };
  await storePolicy(store.db, { policy, text: digest, digest, baseDir: '/', by, sentences: [] });
  await store.db.deleteFrom('absences').execute();
  await addAbsence(store.db, {
    person: 'ana',
    from: hours(away.from),
    until: hours(away.until),
    ...(away.delegate ? { delegate: away.delegate } : {}),
    by,
    at: hours(0),
    requestId: 'r',
  });
  const release = aRelease('shop', `1.${(number += 1)}.0`, {
    policyDigest: digest,
    requestedBy: { id: 'cem', kind: 'person' },
    ...(at === undefined ? {} : { schedule: { at: hours(at) } }),
  });
  const { order } = release;
  await insertRelease(store.db, { ...release, event: anEvent('created') });
  const plan = createPlanRelease({ store, config: { dataDir: server.dir } });
  return (await plan(order)).refused;
}

test('A13: a release whose approvers are away past the deadline is refused when it is planned', async () => {
  expect(await planned({ from: -1, until: 24 * 30, delegate: 'ben' })).toMatchObject({
    code: 'APPROVAL_UNREACHABLE',
    because: expect.stringContaining('production: qa needs 2 people, and only Ben may vote; away: Ana'),
  });
});

test('an absence that ends before people can have decided refuses nothing', async () => {
  expect(await planned({ from: -1, until: 24 * 7 })).toBeUndefined(); // staging soaks five days, then there are three
});

test('a planned start is asked for only shortly before it, so earlier absences do not matter', async () => {
  expect(await planned({ from: -1, until: 24 * 20 }, 24 * 30)).toBeUndefined();
});

test('the same absences say whom a task is reminded of: those who are back, or whoever answers for them', async () => {
  await planned({ from: -1, until: 24 });
  const policyDigest = 'policy--1-24-now';
  const remind = createPlanTaskReminders(store.db);
  const at = (now: number, after: number) =>
    remind({
      policyDigest,
      tasks: [{ id: 't1', owners: ['ana'], openedAt: hours(-1), due: hours(24 * 20) }],
      answerable: ['cem'],
      after: hours(after),
      now: hours(now),
    });
  expect((await at(0, -1)).reminders).toEqual([]);
  expect((await at(24 * 24, 0)).reminders.find(({ as }) => as === 'owner')?.to).toEqual(['ana']);
  await planned({ from: -1, until: 24 * 40 });
  expect((await at(24 * 24, 0)).reminders).toMatchObject([{ to: ['cem'], as: 'inPlace' }]);
  await expect(
    remind({ policyDigest: 'gone', tasks: [], answerable: [], after: hours(0), now: hours(0) }),
  ).rejects.toMatchObject({
    code: 'POLICY_NONE',
  });
});

test('going back asks nobody where it was released there and ended well; a team’s word, and a doubt about the build, ask people', async () => {
  const digest = 'policy-back';
  const by = { id: 'ana', kind: 'person' as const };
  await store.db.deleteFrom('absences').execute();
  await storePolicy(store.db, { policy, text: digest, digest, baseDir: '/', by, sentences: [] });
  const put = async (
    version: string,
    artifact: { digest?: string } = {},
    end: Pick<DeploymentChange, 'status' | 'exposure'> = { status: 'succeeded', exposure: 100 },
  ): Promise<void> => {
    const release = aRelease('shop', version, {
      ...{ policyDigest: digest, attempt: (number += 1) },
      components: [{ service: 'shop', version, ...artifact }],
    });
    await insertRelease(store.db, { ...release, event: anEvent('created') });
    const change = {
      ...{ id: `dep_${number}`, environment: 'production', service: 'shop', version, ...artifact },
      ...{ mode: 'deploy' as const, ...end },
      at: new Date(Date.parse('2026-06-01T10:00:00.000Z') + number * 60_000).toISOString(),
    };
    await recordBatch(store.db, batchOf(release, 1, { state: 'succeeded' }, [change]));
  };
  const rulesBack = async (version: string, artifact: { digest?: string } = {}) => {
    const release = aRelease('shop', version, {
      ...{ policyDigest: digest, intent: 'rollback', to: 'production', only: true, attempt: (number += 1) },
      components: [{ service: 'shop', version, ...artifact }],
      requestedBy: { id: 'cem', kind: 'person' },
    });
    await insertRelease(store.db, { ...release, event: anEvent('created') });
    const plan = await createPlanRelease({ store, config: { dataDir: server.dir } })(release.order);
    expect(plan.stages.map(({ environment }) => environment)).toEqual(['production']);
    refused = plan.refused?.code;
    return plan.stages[0]?.rules.length;
  };
  let refused: string | undefined;
  const word = { service: 'shop', environment: 'production', by, reason: 'seen on the machines' };
  await adopt(store.db, { ...word, version: '0.9.0', at: '2026-06-01T09:00:00.000Z' });
  await put('0.9.1', { digest: 'sha256:a' });
  await put('0.9.2');
  expect(await rulesBack('0.9.1', { digest: 'sha256:a' })).toBe(0);
  expect(refused).toBeUndefined();
  expect(await rulesBack('0.9.1', { digest: 'sha256:b' })).toBe(1);
  expect(refused).toBe('ALONE_REFUSED'); // it goes there alone: what was never there may not
  expect(await rulesBack('0.9.1')).toBe(1);
  expect(await rulesBack('0.9.0')).toBe(1);
  expect(await rulesBack('0.8.0')).toBe(1);
  // the newest that is known of it there counts; what never came out says nothing
  await put('0.9.1', { digest: 'sha256:a' }, { status: 'failed', exposure: 0 });
  await rulesBack('0.9.1', { digest: 'sha256:a' });
  expect(refused).toBeUndefined();
  await put('0.9.1', { digest: 'sha256:a' }, { status: 'rolledBack', exposure: 0 });
  await rulesBack('0.9.1', { digest: 'sha256:a' });
  expect(refused).toBe('ALONE_REFUSED');
  await setQuarantine(store.db, {
    ...{
      service: 'shop',
      version: '0.9.1',
      reason: 'corrupts carts',
      by,
      requestId: 'r',
      mailDomain: 'acme.test',
    },
    at: '2026-06-02T09:00:00.000Z',
  });
  expect(await rulesBack('0.9.1', { digest: 'sha256:a' })).toBe(1);
  // what runs is a word only: anything could be called a way back from it
  await put('0.9.2');
  await adopt(store.db, { ...word, version: '9.9.9', at: '2026-06-03T09:00:00.000Z' });
  expect(await rulesBack('0.9.2')).toBe(1);
});

test('what is called a rollback is refused by an overdue review, judged by its risk and told of regressions, where neither versions nor the record say that it goes back', async () => {
  const digest = 'policy-review';
  const by = { id: 'ana', kind: 'person' as const };
  const mail = { service: 'mail', environment: 'production', by };
  await storePolicy(store.db, {
    policy: PolicySchema.parse({
      ...policy,
      services: [{ id: 'mail', pipeline: 'web' }],
      pipelines: { web: (policy.pipelines['web'] ?? []).map((stage) => ({ ...stage, risk: {} })) },
    }),
    ...{ text: digest, digest, baseDir: '/', by, sentences: [] },
  });
  await adopt(store.db, { ...mail, version: 'build-99', at: '2026-06-01T09:00:00.000Z' });
  await adopt(store.db, { ...mail, version: 'build-100', at: '2026-06-02T09:00:00.000Z' });
  const broken = aRelease('mail', 'build-98', { policyDigest: digest, attempt: (number += 1) });
  await insertRelease(store.db, { ...broken, event: anEvent('created') });
  await openReview(store.db, {
    ...{ id: 'rev_mail', releaseId: broken.order.releaseId, title: 'mail build-98', services: ['mail'] },
    ...{ environment: 'production', brokenBy: ['ana'], reason: 'mails are lost', incident: 'INC-7' },
    ...{ brokenAt: '2026-06-01T09:00:00.000Z', dueAt: '2026-06-02T09:00:00.000Z' },
  });
  const back = async (version: string) => {
    const release = aRelease('mail', version, {
      ...{ policyDigest: digest, intent: 'rollback', attempt: (number += 1) },
      ...{ requestedBy: { id: 'cem', kind: 'person' }, workflowVersion: 6 },
    });
    await insertRelease(store.db, { ...release, event: anEvent('created') });
    const plan = await createPlanRelease({ store, config: { dataDir: server.dir } })(release.order);
    return {
      refused: plan.refused?.code,
      heeds: plan.stages.map(({ heedsReviews }) => heedsReviews),
      weighs: plan.stages.map(({ risk }) => risk !== undefined),
      isOnlyCalled: plan.onlyCalledBack,
      regressed: plan.regressions?.map(({ version: one }) => one),
    };
  };
  const incident = async (version: string) => {
    const begun = new Date();
    await store.db
      .insertInto('incidents')
      .values({
        ...{ id: `inc_${version}`, key: null, title: 'mails are lost', service: 'mail' },
        ...{ severity: 'sev1', state: 'open', source: 'person', started_at: begun, opened_at: begun },
        ...{ opened_by: 'ana', link: null, closed_by: null, outcome: null, environment: 'production' },
        ...{ attribution: 'confirmed', attribution_because: 'the bisection', attributed_by: 'ana' },
        ...{ release_id: broken.order.releaseId, deployment_id: null, version },
      })
      .execute();
  };
  for (const version of ['build-101', 'build-99']) await incident(version);
  expect(await back('build-101')).toEqual({
    ...{ refused: 'REVIEW_OVERDUE', heeds: [true, true], weighs: [true, true] },
    ...{ isOnlyCalled: true, regressed: ['build-101'] },
  });
  expect(await back('build-99')).toEqual({
    ...{ refused: undefined, heeds: [undefined, undefined], weighs: [false, false] },
    ...{ isOnlyCalled: undefined, regressed: undefined },
  });
  // build-101 came, was bad, and was gone back from: to go to it again is no way back
  const came = async (version: string, previousVersion: string, intent: 'deploy' | 'rollback') => {
    const release = aRelease('mail', version, { policyDigest: digest, intent, attempt: (number += 1) });
    await insertRelease(store.db, { ...release, event: anEvent('created') });
    const change = {
      ...{ id: `dep_${number}`, environment: 'production', service: 'mail', version, previousVersion },
      ...{ mode: 'deploy' as const, status: 'succeeded' as const, exposure: 100 },
      at: new Date(Date.parse('2026-06-03T10:00:00.000Z') + number * 60_000).toISOString(),
    };
    await recordBatch(store.db, batchOf(release, 1, { state: 'succeeded' }, [change]));
  };
  await came('build-101', 'build-100', 'deploy');
  await came('build-100', 'build-101', 'rollback');
  expect(await back('build-101')).toMatchObject({ isOnlyCalled: true, regressed: ['build-101'] });
  expect(await back('build-99')).toMatchObject({ isOnlyCalled: undefined });
});

test('what runs there already goes to all of it in one step, and what is new by its shares', async () => {
  const steps = [{ weight: 10, hold: '5m' }, { weight: 100 }];
  const by = { id: 'ana', kind: 'person' as const };
  const digest = 'policy-shares';
  const [, production] = policy.pipelines['web'] ?? [];
  const shares = PolicySchema.parse({
    ...policy,
    pipelines: { web: [{ ...production, approvals: [], deploy: { ...deploy, steps } }] },
  });
  await storePolicy(store.db, { policy: shares, text: digest, digest, baseDir: '/', by, sentences: [] });
  await adopt(store.db, {
    ...{ service: 'shop', environment: 'production', version: '2.0.0', by, at: hours(0), reason: 'seen' },
  });
  const weights = async (version: string, intent: 'deploy' | 'redeploy') => {
    const release = aRelease('shop', version, { policyDigest: digest, intent, attempt: (number += 1) });
    await insertRelease(store.db, { ...release, event: anEvent('created') });
    const plan = await createPlanRelease({ store, config: { dataDir: server.dir } })(release.order);
    const [stage] = plan.stages;
    return {
      shown: stage?.deploy.steps.map(({ weight }) => weight),
      done: stage && (stage.rollout ?? planRollout(stage.deploy)).steps.map(({ weight }) => weight),
    };
  };
  expect(await weights('2.0.0', 'redeploy')).toEqual({ shown: [100], done: [100] });
  expect(await weights('2.1.0', 'deploy')).toEqual({ shown: [10, 100], done: [10, 100] });
});

test('whoever made the tokens of others for it is barred as they are, in the plan and on the page before anybody is asked', async () => {
  const at = hours(0);
  const token = async (owner: string, maker: string) => {
    const by = { id: maker, kind: 'person' as const };
    const made = { name: 'ci', owner, access: ['releaser' as const], by, at, expiresAt: hours(24) };
    const { token } = await createToken(store.db, made);
    return { id: token.id, kind: 'token' as const, person: owner };
  };
  const askedBy = async (digest: string, tokens: { edits: Actor; asks: Actor }) => {
    const edited = { by: tokens.edits, editedBy: tokens.edits.person ?? '' };
    await storePolicy(store.db, { policy, text: digest, digest, baseDir: '/', ...edited, sentences: [] });
    const release = aRelease('shop', '3.0.0', {
      ...{ policyDigest: digest, requestedBy: tokens.asks, attempt: (number += 1) },
    });
    const view = firstView(release.order, policy, release.workflowId);
    await insertRelease(store.db, { ...release, view, event: anEvent('created') });
    const plan = await createPlanRelease({ store, config: { dataDir: server.dir } })(release.order);
    const planned = plan.stages.find(({ environment }) => environment === 'production')?.excluded;
    const shown = (await peoplePlansOf(store.db, view)).get('production')?.excluded;
    expect(shown).toEqual(planned);
    return planned?.map(({ person, as }) => [person, ...as]);
  };
  const [ofAna, ofBen] = [await token('cem', 'ana'), await token('cem', 'ben')];
  const own = await token('cem', 'cem');
  const cem = ['cem', 'policyEditor', 'requester'];
  expect(await askedBy('by-tokens', { edits: ofAna, asks: ofBen })).toEqual([
    ['ana', 'policyEditor'],
    ['ben', 'requester'],
    cem,
  ]);
  expect(await askedBy('by-own', { edits: own, asks: own })).toEqual([cem]);
  // Back to the first policy, by another person: barred is who made the standing one last, and not who once did.
  const benHimself = await token('ben', 'ben');
  expect(await askedBy('by-tokens', { edits: benHimself, asks: own })).toEqual([
    ['ben', 'policyEditor'],
    ['cem', 'requester'],
  ]);
  // The same words once more change nothing, and so make nobody their editor.
  expect(await askedBy('by-tokens', { edits: ofAna, asks: own })).toEqual([
    ['ben', 'policyEditor'],
    ['cem', 'requester'],
  ]);
});
