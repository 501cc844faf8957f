import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import request from 'supertest';
import { aFinishedRelease } from '../../../test/support/a-finished-release.ts';
import { apiUnderTest, type ApiUnderTest } from '../../../test/support/api-app.ts';
import { peoplePolicy } from '../../../test/support/asked-release.ts';
import type { ReleaseView } from '../../../domain/release/release.ts';
import { aStage } from '../../../test/support/release-world.ts';
import { startPostgres, type TestServer } from '../../../test/support/postgres.ts';
import { appendEvents } from '../append.ts';
import { openRequest, receiveDecision, settleDelivery } from '../approvals.ts';
import { recordBatch } from '../releases.ts';
import { anEvent } from '../../../test/support/record-builders.ts';
import { standaloneDossier } from '../../dossier/standalone.ts';
import type { Dossier } from './index.ts';

let server: TestServer;
let api: ApiUnderTest;
let viewer: string;
let id: string;
let other: ReleaseView;

beforeAll(async () => {
  server = await startPostgres();
  const store = await server.database();
  other = await aFinishedRelease(store, peoplePolicy, '1.5.0');
  ({ id } = await aFinishedRelease(store, peoplePolicy)); // another policy is in force since
  api = await apiUnderTest(store, server.dir);
  viewer = await api.bearer('viewer');
});
afterAll(async () => {
  api.draining.abort();
  await server.stop();
});

const read = async (): Promise<Dossier> =>
  (await request(api.app).get(`/v1/releases/${id}/dossier`).set('Authorization', viewer).expect(200)).body;

test('holds who decided, when, in which words, by which proof, and who was not let', async () => {
  const { document } = await read();
  const [asked] = document.approvals.requests;
  expect(asked).toMatchObject({ stage: 'production', state: 'approved', asked: ['ana', 'dee'] });
  expect(asked?.rules).toEqual([{ name: 'qa', role: 'qa', atLeast: 1, not: ['author'] }]);
  expect(asked?.excluded).toEqual([
    { person: 'ben', because: 'wrote 1 commit of this version', as: ['author'] },
  ]);
  expect(asked?.votes).toMatchObject([
    {
      person: 'ana',
      choice: 'approve',
      comment: 'Totals add up <again>.',
      via: 'link',
      assurance: 'link',
      outcome: 'counted',
    },
    { person: 'ben', outcome: 'refused', refusal: 'Ben may not vote: author.' },
  ]);
  expect(document.people.map(({ id, name }) => [id, name])).toEqual([
    ['ana', 'Ana Lopez'],
    ['ben', 'Ben Ode'],
    ['dee', 'Dee Fox'],
  ]);
});

test('holds what was decided on, by its parts, which give the digest that the votes were given to', async () => {
  const { subject } = (await read()).document.approvals.requests[0]!;
  expect(subject.recomputed).toBe(true);
  expect(subject.parts.changes).toEqual(['c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00']);
  expect(sha(canonical(subject.parts))).toBe(subject.digest);
});

test('shows on whose behalf people voted, how sure one was of them, and what became of their conditions', async () => {
  const { db } = api.deps.store;
  const view = other;
  const away = { person: 'dee', from: '2026-05-30T08:00:00.000Z', until: '2099-01-01T08:00:00.000Z' };
  const requestId = randomUUID();
  const plan = aStage({
    environment: 'staging',
    rules: [
      {
        role: 'qa',
        atLeast: 1,
        not: ['author'],
        people: ['dee'],
        backup: { people: ['ana'] },
        assurance: 'login',
      },
    ],
    candidates: peoplePolicy.people.map(({ id, name, roles }) => ({ id, name, roles })),
    standIns: { away: [{ ...away, delegate: 'ana', throughout: true }], backups: [] },
  });
  await openRequest(db, {
    ...{ requestId, releaseId: view.id, title: 'shop 1.5.0', stage: plan, intent: 'deploy' },
    ...{ openedAt: '2026-06-01T09:02:00.000Z', deadline: '2099-06-04T09:01:00.000Z' },
  });
  const condition = { title: 'write the <runbook>', owner: 'ben', before: 'production' };
  const lost = { ...condition, title: 'tell support' };
  const { decision } = await receiveDecision(db, {
    ...{ requestId, releaseId: view.id, subjectDigest: plan.subjectDigest, via: 'api', assurance: 'login' },
    ...{ source: `api:${randomUUID()}`, person: 'ana', choice: 'approve', conditions: [condition, lost] },
    actor: { id: 'ana', kind: 'person', assurance: 'session' },
  });
  await settleDelivery(db, decision.id, { state: 'counted', answer: {} });
  const at = '2026-06-01T09:30:00.000Z';
  const task = { ...condition, id: 't1', state: 'done' as const, askedBy: 'ana', at, by: 'ben' };
  await recordBatch(db, {
    ...{ releaseId: view.id, workflow: { id: view.workflowId, runId: 'run' }, events: [] },
    view: { ...view, seq: view.seq + 1, tasks: [task] },
  });
  const path = `/v1/releases/${view.id}/dossier`;
  const dossier = (await request(api.app).get(path).set('Authorization', viewer).expect(200)).body as Dossier;
  const asked = dossier.document.approvals.requests.find(({ stage }) => stage === 'staging');
  expect(asked?.standIns.away).toEqual([{ ...away, delegate: 'ana', isBack: false }]);
  expect(asked?.votes).toMatchObject([
    {
      person: 'ana',
      capacity: { own: [], insteadOf: [{ ...away, rules: ['qa'] }], backupOf: [] },
      ...{ assurance: 'login', assuranceAsked: 'login' },
      conditions: [{ ...condition, task: { id: 't1', state: 'done', by: 'ben', at } }, lost],
    },
  ]);
  expect(asked?.votes[0]?.conditions[1]).not.toHaveProperty('task');
  const file = standaloneDossier(dossier).replaceAll(/<\/?time[^>]*>|\s+/g, ' ');
  expect(file).toContain('qa in the place of Dee Fox (dee), away from');
  expect(file).toContain('api, assurance login (asked for: login)');
  expect(file).toContain('“write the &lt;runbook&gt;”');
  expect(file).toMatch(/t1: done,.* by Ben Ode \(ben\)/);
  expect(file).toContain('none yet: it becomes one with the approval');
});

test('tells a token for some services of it all but who was away, in the log too, and has a hash of its own', async () => {
  const { db } = api.deps.store;
  const away = [{ person: 'dee', until: '2099-01-01T08:00:00.000Z', delegate: 'ana' }];
  const sentence = 'Asked to approve shop 1.5.0 for staging: Ana Lopez. Away: Dee Fox (Ana Lopez stands in).';
  await appendEvents(db, other.id, [
    anEvent('asked', { action: 'approval.requested', sentence, facts: { standIns: { away, backups: [] } } }),
  ]);
  const path = `/v1/releases/${other.id}/dossier`;
  const narrowed = await api.bearer('viewer', ['shop']);
  const as = async (token: string) =>
    (await request(api.app).get(path).set('Authorization', token).expect(200)).body as Dossier;
  const whole = await as(viewer);
  expect(JSON.stringify(whole.document.log)).toContain('Dee Fox (Ana Lopez stands in)');
  expect(whole.document).not.toHaveProperty('withheld');
  const told = await as(narrowed);
  expect(told.document.withheld).toBe('absences');
  expect(JSON.stringify(told)).not.toMatch(/stands in|2099-01-01|"person":"dee"/);
  expect(sha(canonical(told.document))).toBe(told.sha256);
  const left = told.document.log.entries.filter(({ withheld }) => withheld === 'absences');
  expect(left.map(({ seq }) => seq)).toEqual([whole.document.log.entries.at(-1)?.seq]);
  expect(left[0]).not.toHaveProperty('body');
  expect(left[0]?.leaf).toBe(whole.document.log.entries.at(-1)?.leaf);
  const file = standaloneDossier(told).replaceAll(/<\/?time[^>]*>|\s+/g, ' ');
  expect(file).toContain('qa in the place of somebody who was away');
  expect(file).toContain('Who was away is left out');
  const page = await request(api.app)
    .get(`/releases/${other.id}/dossier`)
    .set('Authorization', narrowed)
    .expect(200);
  expect(page.text).not.toMatch(/stands in|2099-01-01/);
});

test('holds evidence: checks with counts and the hash of their output, steps, effects, measurements in short', async () => {
  const { document } = await read();
  expect(document.checks.results).toMatchObject([
    { check: 'unit', outcome: 'passed', counts: { passed: 310 }, outputSha256: sha('ok 310') },
  ]);
  expect(document.deployments.deployments).toMatchObject([
    { version: '1.4.0', previousVersion: '1.3.0', status: 'succeeded', exposure: 100 },
  ]);
  expect(document.deployments.rollouts[0]?.steps.map(({ weight, state }) => [weight, state])).toEqual([
    [10, 'done'],
    [100, 'done'],
  ]);
  expect(document.deployments.operations).toHaveLength(2);
  expect(document.measurements.series).toMatchObject([
    { metric: 'errors', count: 3, verdicts: { passed: 2, noData: 1 }, lowest: '0.0125', highest: '0.5' },
  ]);
  expect(document.gates.stages[0]).toMatchObject({
    verdicts: [{ gate: 'approvals', kind: 'allowed' }],
    door: { because: 'Workflow and log agree.' },
  });
  expect(document.acts.acts).toMatchObject([{ action: 'hold.set', reason: 'lunch' }]);
  expect(document.policy.stages[0]?.text).toContain('apply:');
  expect(document.policy.summary).toMatch(/applied last by Dee Fox\.$/);
});

test('says in one sentence what each section holds', async () => {
  const { document } = await read();
  expect(document.release.summary).toBe('shop 1.4.0 has ended: succeeded, because all stages are finished.');
  expect(document.approvals.summary).toBe('1 request with 2 votes: production approved.');
  expect(document.measurements.summary).toBe('3 measurements in 1 series.');
});

test('verifies with nothing else at hand: the hash of the document, and the chain of every entry in it', async () => {
  const { sha256, document } = await read();
  expect(sha(canonical(document))).toBe(sha256);
  expect(headOf(id, document.log.entries)).toBe(document.log.head.hash);
  const forged = document.log.entries.map((line) => ({
    ...line,
    body: (line.body ?? '').replace('approved;', 'rejected;'),
  }));
  expect(headOf(id, forged)).toBeUndefined();
  expect(headOf(id, document.log.entries.slice(1))).toBeUndefined();
});

test('is the same document every time, and another once its log goes on', async () => {
  const before = await read();
  expect(await read()).toEqual(before);
  await appendEvents(api.deps.store.db, id, [anEvent('later', { sentence: 'Somebody looked at it.' })]);
  expect((await read()).sha256).not.toBe(before.sha256);
});

test('holds no address and no key of a link: it travels', async () => {
  const { document } = await read();
  const text = JSON.stringify({ ...document, policy: undefined });
  expect(text).not.toContain('@acme.test');
  expect(text).not.toMatch(/link:[0-9a-f]/);
});

test('the file for an archive shows the words as text, and loads and runs nothing', async () => {
  const file = standaloneDossier(await read());
  expect(file).toContain('Totals add up &lt;again&gt;.');
  expect(file).toContain('round totals &lt;b&gt;once&lt;/b&gt;');
  expect(file).not.toMatch(/<script|<link|src=/);
});

test('of a release that is not there is not found', async () => {
  await request(api.app).get('/v1/releases/rel_nothing/dossier').set('Authorization', viewer).expect(404);
});

/** The few lines of docs/guides/dossier.md, written from that page alone. */
const sha = (...parts: string[]): string => createHash('sha256').update(parts.join('')).digest('hex');
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(Reflect.get(value, name))}`).join(',')}}`;
}
function headOf(releaseId: string, lines: Dossier['document']['log']['entries']): string | undefined {
  let head = sha('gantry/chain/v1\n', releaseId);
  for (const [index, { body = '', leaf, releaseHash }] of lines.entries()) {
    head = sha('gantry/chain/v1\n', head, sha('\0', body));
    if (leaf !== sha('\0', body) || head !== releaseHash || JSON.parse(body).releaseSeq !== index + 1)
      return undefined;
  }
  return head;
}
