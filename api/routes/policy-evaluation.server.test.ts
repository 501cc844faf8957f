import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
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

/** An answer as far as the vectors look at it. */
interface Answer {
  headline: { gate: string; kind: string; because: string };
  gates: { gate: string; kind: string; because: string; who?: { rule: string; candidates: string[] }[] }[];
  tally: { filled: number; total: number; who: { rule: string; candidates: string[] }[] };
  request?: { state: string; at: string; outcome?: string };
  votes: { person: string; counts: boolean; because?: string }[];
  unreachable?: string;
  subjectDigest: string;
}

const answerTo = async (stage: object, facts: object, people: object[] = anaBenCem): Promise<Answer> =>
  (await ask({ fragment: { people, stage }, facts: { now: at('12:00'), ...facts } }).expect(200)).body;

const at = (clock: string): string => `2026-06-01T${clock.length === 5 ? `${clock}:00` : clock}Z`;
const person = (id: string, ...roles: string[]) => ({ id, roles });
/** qa = 1 of {Ana, Ben}, security = 1 of {Ana, Cem} (semantics §4). */
const anaBenCem = [person('ana', 'qa', 'security'), person('ben', 'qa'), person('cem', 'security')];
const both = { approvals: [{ role: 'qa' }, { role: 'security' }], approval: { grace: '0s' } };
const yes = (name: string, when = at('10:00')) => ({ person: name, choice: 'approve', at: when });
const no = (name: string, when = at('10:00')) => ({
  person: name,
  choice: 'reject',
  at: when,
  comment: 'no',
});
const opened = { openedAt: at('09:00') };
const seatsOf = ({ tally }: Answer) => `${tally.filled} of ${tally.total}`;
const asked = ({ tally }: Answer) => [...new Set(tally.who.flatMap((one) => one.candidates))].sort();
const approvals = ({ gates }: Answer) => gates.find((row) => row.gate === 'approvals');

describe('the vectors of approvals, through the route', () => {
  test('A1: Ana leaves one of two seats, for Ben or Cem', async () => {
    const answer = await answerTo(both, { request: opened, votes: [yes('ana')] });
    expect([seatsOf(answer), asked(answer), approvals(answer)?.kind]).toEqual([
      '1 of 2',
      ['ben', 'cem'],
      'needsPeople',
    ]);
  });

  test.each([
    ['A2', ['ana', 'ben']],
    ['A2, the other way round', ['ben', 'ana']],
  ])('%s: Ana and Ben fill both seats', async (_, order) => {
    const votes = order.map((name, index) => yes(name, at(`10:0${index}`)));
    const answer = await answerTo(both, { request: opened, votes });
    expect([answer.request?.state, approvals(answer)?.kind, answer.headline.kind]).toEqual([
      'approved',
      'allowed',
      'allowed',
    ]);
  });

  test('A3: with two of qa, only Cem is left to ask', async () => {
    const stage = { ...both, approvals: [{ role: 'qa', atLeast: 2 }, { role: 'security' }] };
    const answer = await answerTo(stage, { request: opened, votes: [yes('ana'), yes('ben')] });
    expect([seatsOf(answer), asked(answer)]).toEqual(['2 of 3', ['cem']]);
  });

  test('A4: one person for two seats is denied, and would be when it is planned', async () => {
    const answer = await answerTo(both, {}, [person('ana', 'qa', 'security')]);
    expect(approvals(answer)?.kind).toBe('denied');
    expect(answer.unreachable).toContain('2 people');
  });

  const five = [
    person('ana', 'qa', 'security'),
    person('ben', 'qa', 'ops'),
    person('cem', 'qa'),
    person('dee', 'security'),
  ];
  const three = {
    approvals: [{ role: 'qa', atLeast: 2 }, { role: 'security' }, { role: 'ops' }],
    approval: { grace: '0s' },
  };

  test('A5: Ana and Cem leave two of four seats, for Ben and Dee', async () => {
    const answer = await answerTo(three, { request: opened, votes: [yes('ana'), yes('cem')] }, five);
    expect([seatsOf(answer), asked(answer)]).toEqual(['2 of 4', ['ben', 'dee']]);
  });

  test('A6: with Dee and Ben it is approved', async () => {
    const votes = ['ana', 'cem', 'dee', 'ben'].map((name, index) => yes(name, at(`10:0${index}`)));
    expect((await answerTo(three, { request: opened, votes }, five)).request?.state).toBe('approved');
  });

  test('A7: two of dev fill one seat', async () => {
    const people = [person('eve', 'dev'), person('fay', 'dev'), person('cem', 'security')];
    const stage = { ...both, approvals: [{ role: 'dev' }, { role: 'security' }] };
    const answer = await answerTo(stage, { request: opened, votes: [yes('eve'), yes('fay')] }, people);
    expect([seatsOf(answer), asked(answer)]).toEqual(['1 of 2', ['cem']]);
  });

  test('A9: the same person twice is one vote', async () => {
    const answer = await answerTo(both, { request: opened, votes: [yes('ana'), yes('ana', at('10:01'))] });
    expect(seatsOf(answer)).toBe('1 of 2');
  });

  test('A10: a changed vote rejects before the close, and changes nothing after it', async () => {
    const before = await answerTo(both, { request: opened, votes: [yes('ana'), no('ana', at('10:01'))] });
    expect([before.request?.state, approvals(before)?.kind]).toEqual(['rejected', 'denied']);
    const votes = [yes('ana'), yes('ben', at('10:01')), no('ana', at('10:02'))];
    const after = await answerTo(both, { request: opened, votes });
    expect(after.request?.state).toBe('approved');
    expect(after.votes[2]).toMatchObject({ counts: false });
    expect(after.votes[2]?.because).toContain('closed');
  });

  test('A11: in the grace time Ben turns it down, after it he is late', async () => {
    const stage = { ...both, approval: { grace: '5m' } };
    const full = [yes('ana', at('09:59')), yes('ben', at('10:00'))];
    const turned = { request: opened, votes: [...full, no('ben', at('10:04'))] };
    const meanwhile = await answerTo(stage, { ...turned, now: at('10:05') });
    expect([meanwhile.request, approvals(meanwhile)?.kind]).toMatchObject([
      { state: 'inGrace', outcome: 'rejected', at: '2026-06-01T10:09:00.000Z' },
      'denied',
    ]);
    expect((await answerTo(stage, { ...turned, now: at('10:09') })).request?.state).toBe('rejected');
    const late = await answerTo(stage, { request: opened, votes: [...full, no('ben', at('10:05'))] });
    expect([late.request?.state, late.votes[2]?.counts]).toEqual(['approved', false]);
  });

  test('A12: who wrote a commit under an alias is refused, and the others are named', async () => {
    const people = [anaBenCem[0]!, { ...anaBenCem[1], aliases: ['b@home.test'] }, anaBenCem[2]!];
    const facts = { request: opened, authors: ['Benny <b@home.test>'], votes: [yes('ben')] };
    const answer = await answerTo(both, facts, people);
    expect(answer.votes[0]).toMatchObject({ counts: false });
    expect(answer.votes[0]?.because).toContain('wrote 1 commit');
    expect(answer.tally.who.map((one) => [one.rule, one.candidates])).toEqual([
      ['qa', ['ana']],
      ['security', ['cem']],
    ]);
  });

  test('A14: another digest voids the votes', async () => {
    const facts = { request: opened, commits: ['c1'], votes: [yes('ana')] };
    const { subjectDigest } = await answerTo(both, facts);
    const same = { ...facts, request: { ...opened, subjectDigest } };
    expect(seatsOf(await answerTo(both, same))).toBe('1 of 2');
    const changed = await answerTo(both, { ...same, commits: ['c1', 'c2'] });
    expect([changed.request?.state, seatsOf(changed), approvals(changed)?.kind]).toEqual([
      'superseded',
      '0 of 2',
      'waiting',
    ]);
  });

  test('A16: a check that fails and passes again shuts the gate meanwhile, and the vote stays', async () => {
    const stage = { ...both, checks: [{ id: 'unit', kind: 'http', url: 'https://acme.test' }] };
    const looked = async (outcome: string) => {
      const checks = [{ id: 'unit', outcome }];
      const answer = await answerTo(stage, { request: opened, votes: [yes('ana')], checks });
      return [answer.gates.find(({ gate }) => gate === 'checks')?.kind, seatsOf(answer)];
    };
    expect(await looked('passed')).toEqual(['allowed', '1 of 2']);
    expect(await looked('failed')).toEqual(['denied', '1 of 2']);
    expect(await looked('passed')).toEqual(['allowed', '1 of 2']);
  });

  test('A17: a vote counts before the deadline, and not at it', async () => {
    const stage = { approvals: [{ role: 'qa' }], approval: { grace: '0s' } };
    const request = { openedAt: at('08:00'), deadline: at('09:00') };
    const state = async (when: string) =>
      (await answerTo(stage, { request, votes: [yes('ana', at(when))] })).request?.state;
    expect([await state('08:59:59'), await state('09:00:00')]).toEqual(['approved', 'expired']);
  });

  test('A18: a quorum raised before the start voids the approval', async () => {
    const stage = { approvals: [{ role: 'qa' }], approval: { grace: '0s' } };
    const facts = { request: opened, votes: [yes('ana')] };
    const { subjectDigest, request: before } = await answerTo(stage, facts);
    expect(before?.state).toBe('approved');
    const raised = { ...stage, approvals: [{ role: 'qa', atLeast: 2 }] };
    const answer = await answerTo(raised, { ...facts, request: { ...opened, subjectDigest } });
    expect([answer.request?.state, approvals(answer)?.kind]).toEqual(['superseded', 'waiting']);
  });
});

test('the example of the guide answers what the guide says', async () => {
  const page = readFileSync(new URL('../../docs/guides/test-a-policy.md', import.meta.url), 'utf8');
  const [asked, said] = [...page.matchAll(/```json\n([\s\S]+?)```/g)].map((found) => JSON.parse(found[1]!));
  const { body } = await ask(asked).expect(200);
  expect(body).toMatchObject(said);
});

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
