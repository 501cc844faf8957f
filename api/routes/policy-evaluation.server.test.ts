import { afterAll, beforeAll, expect, test } from '@jest/globals';
import request from 'supertest';
import { apiUnderTest, type ApiUnderTest } from '../../test/support/api-app.ts';
import { startPostgres, type TestServer } from '../../test/support/postgres.ts';

let server: TestServer;
let api: ApiUnderTest;
let viewer: string;

beforeAll(async () => {
  server = await startPostgres();
  api = await apiUnderTest(await server.database(), server.dir);
  viewer = await api.bearer('viewer');
});
afterAll(async () => {
  api.draining.abort();
  await server.stop();
});

const ask = (body: object, token = viewer) =>
  request(api.app).post('/v1/policy/evaluate').set('Authorization', token).send(body);

const at = (clock: string): string => `2026-06-01T${clock.length === 5 ? `${clock}:00` : clock}Z`;
const person = (id: string, ...roles: string[]) => ({ id, roles });
/** qa = 1 of {Ana, Ben}, security = 1 of {Ana, Cem} (semantics §4). */
const anaBenCem = [person('ana', 'qa', 'security'), person('ben', 'qa'), person('cem', 'security')];
const both = { approvals: [{ role: 'qa' }, { role: 'security' }], approval: { grace: '0s' } };
const yes = (name: string, when = at('10:00')) => ({ person: name, choice: 'approve', at: when });

test('without policy and fragment, the policy in force is asked', async () => {
  const question = { service: 'shop', stage: 'production', facts: { now: at('12:00') } };
  const { body } = await ask(question).expect(200);
  expect(body.headline).toMatchObject({ gate: 'approvals', kind: 'needsPeople' });
  expect(body.tally.who).toEqual([{ rule: 'qa', candidates: ['cleo'], seats: 1 }]);
});

test('a token that is narrowed to another service is refused what is in force, and may try its own rules', async () => {
  const narrow = await api.bearer('viewer', ['cart']);
  const facts = { now: at('12:00') };
  await ask({ service: 'shop', stage: 'production', facts }, narrow).expect(403);
  await ask({ fragment: { people: anaBenCem, stage: {} }, facts }, narrow).expect(200);
});

test('all mistakes of the request come at once, each with its place', async () => {
  const { body } = await ask({
    fragment: { people: anaBenCem, stage: { aprovals: [] } },
    facts: { now: 'noon', vots: [] },
  }).expect(400);
  expect(body.errors.map((one: { pointer: string }) => one.pointer).sort()).toEqual([
    '/facts/now',
    '/facts/vots',
    '/fragment/stage/aprovals',
  ]);
});

test('all mistakes of a policy come at once, with what was meant', async () => {
  const fragment = {
    people: anaBenCem,
    stage: { approvals: [{ people: ['ana', 'bem'] }, { role: 'qa', people: ['cem'] }] },
  };
  const { body } = await ask({ fragment, facts: { now: at('12:00') } }).expect(422);
  expect(body.code).toBe('POLICY_INVALID');
  expect(body.errors).toMatchObject([
    { pointer: '/fragment/stage/approvals/0/people/1', remedy: 'Did you mean `ben`?' },
    { pointer: '/fragment/stage/approvals/1' },
  ]);
});

test('facts about what is not there come at once, with what was meant', async () => {
  const facts = { now: at('12:00'), owner: 'anna', votes: [yes('bem')] };
  const { body } = await ask({ fragment: { people: anaBenCem, stage: both }, facts }).expect(422);
  expect(body).toMatchObject({ code: 'FACTS_INVALID' });
  expect(body.errors).toMatchObject([
    { pointer: '/facts/owner', remedy: 'Did you mean `ana`?' },
    { pointer: '/facts/votes/0/person', remedy: 'Did you mean `ben`?' },
  ]);
});
