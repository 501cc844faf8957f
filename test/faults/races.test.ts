import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import pLimit from 'p-limit';
import type { ReleaseView } from '../../domain/release/release.ts';
import { fillForm } from '../support/link-approver.ts';
import {
  isAsking,
  isOver,
  serviceOf,
  startRaceGround,
  type RaceGround,
  type Told,
  type Waiting,
} from '../support/race-ground.ts';

// Each race is run in many releases at once, on processes of their own: what wins is left to them. Whatever it is, there is one
// outcome, each is told the truth about what they did, and nothing is deployed that was not approved. A release costs about 0.4 s
// of a core, and each round five: every run plays twenty, `npm run test:chaos:races` two hundred.
const rounds = Number(process.env['GANTRY_RACE_ROUNDS'] ?? 20);

const people = ['ana', 'ben', 'zoe'];
const access = ['viewer', 'approver', 'releaser', 'operator'];
const anyOf = (atLeast: number, ...named: string[]) => [{ people: named, atLeast, not: [] }];
const stages = {
  both: { approvals: anyOf(2, 'ana', 'ben') },
  either: { approvals: anyOf(1, 'ana', 'ben') },
  late: { approvals: anyOf(1, 'ana'), expires: '6s' },
  amended: { approvals: anyOf(1, 'ana', 'ben') },
  tabs: { approvals: anyOf(1, 'ana') },
  taken: { approvals: anyOf(2, 'ana', 'ben') },
  token: { approvals: anyOf(1, 'ana') },
  gone: { approvals: anyOf(1, 'zoe', 'ana') },
} satisfies Record<string, { approvals: unknown; expires?: string }>;
type Service = keyof typeof stages;

interface Change {
  without?: string;
  amended?: unknown;
}

const policyWith =
  (change: Change = {}) =>
  (url: string): object => ({
    gantry: 1,
    organisation: { name: 'Acme', zone: 'UTC', onCall: ['ben'] },
    people: [
      ...people
        .filter((id) => id !== change.without)
        .map((id) => ({ id, name: id, email: `${id}@acme.test`, access })),
      { id: 'ada', name: 'Ada', email: 'ada@acme.test', access: [...access, 'admin'] },
    ],
    environments: [{ id: 'production', production: true }],
    services: Object.keys(stages).flatMap((pipeline) =>
      Array.from({ length: rounds }, (_, round) => ({
        ...{ id: serviceOf(pipeline, round), owner: 'ada', pipeline },
      })),
    ),
    pipelines: Object.fromEntries(
      Object.entries(stages).map(([id, stage]) => [
        id,
        [
          {
            environment: 'production',
            approvals:
              id === 'amended' && change.amended
                ? change.amended
                : change.without
                  ? withoutPerson(stage.approvals, change.without)
                  : stage.approvals,
            approval: { grace: '0s', expires: 'expires' in stage ? stage.expires : '72h' },
            deploy: { kind: 'http', apply: { url }, undo: { url } },
          },
        ],
      ]),
    ),
  });

const withoutPerson = (rules: ReturnType<typeof anyOf>, person: string) =>
  rules.map((rule) => ({ ...rule, people: rule.people.filter((one) => one !== person) }));

let ground: RaceGround;
let deployUrl = '';
let ana: RaceGround['decide'] extends (call: infer Call, ...rest: never[]) => unknown ? Call : never;
let ben: typeof ana;

beforeAll(async () => {
  ground = await startRaceGround((url) => {
    deployUrl = url;
    return policyWith()(url);
  });
  ({ call: ana } = await ground.caller('ana'));
  ({ call: ben } = await ground.caller('ben'));
}, 120_000);

afterEach(async () => {
  await ground.expectAuditValid();
});

afterAll(async () => {
  await ground.stop();
}, 60_000);

const apply = async (change: Change): Promise<void> => {
  const text = JSON.stringify(policyWith(change)(deployUrl));
  const { status, body } = await ground.product.call('POST', '/v1/policy', { text });
  expect([status, body.detail]).toEqual([200, undefined]);
};

/** Who was told that it counts, and who that it does not; nobody is left without an answer. */
function answersOf(told: readonly Told[]): ('yes' | 'no')[] {
  return told.map(({ status, body }) => {
    if (status === 200 || status === 202) return 'yes';
    expect([status, body.code]).toEqual([expect.any(Number), expect.stringMatching(/^(APPROVAL|RELEASE)_/)]);
    expect([409, 410]).toContain(status);
    return 'no';
  });
}

const race = (
  service: Service,
  each: (waiting: Waiting, round: number) => Promise<void>,
  { count = rounds, atOnce = 16 } = {},
) => ground.asked({ race: service, count, atOnce, each });

test('two who both are needed approve at once: both count, and it is deployed once', async () => {
  await race(
    'both',
    async (waiting) => {
      const told = await Promise.all([
        ground.decide(ana, waiting, 'approve'),
        ground.decide(ben, waiting, 'approve'),
      ]);
      expect(answersOf(told)).toEqual(['yes', 'yes']);
      const { view } = await ground.settled(waiting.id, isOver);
      expect(view.state).toBe('succeeded');
      expect(view.stages[0]?.approval?.votes.map(({ person }) => person).sort()).toEqual(['ana', 'ben']);
    },
    { count: Math.ceil(rounds / 2) },
  );
}, 120_000);

test('one approves and one rejects at once: the first one decides, and the other is told', async () => {
  await race(
    'either',
    async (waiting) => {
      const told = await Promise.all([
        ground.decide(ana, waiting, 'approve'),
        ground.decide(ben, waiting, 'reject'),
      ]);
      const [approved, rejected] = answersOf(told);
      const { view, decisions } = await ground.settled(waiting.id, isOver);
      expect([approved, rejected].filter((answer) => answer === 'yes')).toHaveLength(1);
      expect(view.state).toBe(approved === 'yes' ? 'succeeded' : 'rejected');
      expect(view.stages[0]?.approval?.votes).toMatchObject([
        { choice: approved === 'yes' ? 'approve' : 'reject' },
      ]);
      expect(decisions.filter(({ delivery }) => delivery === 'counted')).toHaveLength(1);
    },
    { count: Math.floor(rounds / 2) },
  );
}, 120_000);

test('a decision against the deadline: what was received before it counts, all else is refused', async () => {
  await race(
    'late',
    async (waiting, round) => {
      const offset = ((round % 11) - 6) * 8;
      const wait = Date.parse(waiting.deadline) - Date.now() + offset;
      await new Promise((resolve) => setTimeout(resolve, wait));
      const told = await ground.decide(ana, waiting, 'approve');
      const [answer] = answersOf([told]);
      const { view, decisions } = await ground.settled(waiting.id, isOver);
      const inTime = decisions.filter((one) => Date.parse(one.receivedAt) < Date.parse(waiting.deadline));
      expect(decisions).toEqual(inTime);
      expect(view.state).toBe(answer === 'yes' ? 'succeeded' : 'expired');
      expect(inTime.map(({ delivery }) => delivery)).toEqual(answer === 'yes' ? ['counted'] : []);
    },
    { atOnce: rounds },
  );
}, 120_000);

test('an amendment against a decision: it is deployed as it was approved, or people are asked again', async () => {
  const { call: ada } = await ground.caller('ada');
  const amended: Waiting[] = [];
  await race('amended', async (waiting) => void amended.push(waiting));
  await apply({ amended: anyOf(2, 'ana', 'ben') });
  // As many at once as in the other races: hundreds would only be told to come again (503), which decides nothing.
  const inTurn = pLimit(16);
  await inTurn.map(amended, async (waiting) => {
    const [amendment, decision] = await Promise.all([
      ada('POST', `/v1/releases/${waiting.id}/amend`, { policy: 'inForce' }),
      ground.decide(ana, waiting, 'approve'),
    ]);
    const isAskedAnew = (view: ReleaseView) =>
      isAsking(view) && view.stages[0]?.approval?.requestId !== waiting.requestId;
    // an answer that did not come in time says nothing: then either may have been first, but not half of each
    const mustBe = { 200: isAskedAnew, 409: isOver }[amendment.status];
    const { view } = await ground.settled(waiting.id, mustBe ?? ((any) => isAskedAnew(any) || isOver(any)));
    const [counted] = answersOf([decision]);
    if (isAskedAnew(view)) {
      expect(view.stages[0]?.approval).toMatchObject({
        state: 'open',
        votes: [],
        previous: waiting.requestId,
      });
      expect(view.stages[0]?.approval?.subjectDigest).not.toBe(waiting.subjectDigest);
    } else {
      if (amendment.status === 409) expect(amendment.body.code).toMatch(/COMMAND_NOT_POSSIBLE|RELEASE_ENDED/);
      else expect(amendment.status).toBe(503);
      expect([view.state, counted]).toEqual(['succeeded', 'yes']);
      expect(view.stages[0]?.approval?.subjectDigest).toBe(waiting.subjectDigest);
    }
  });
}, 120_000);

test('one link in two tabs: one vote, and the tab with the other answer is told which stands', async () => {
  await race('tabs', async (waiting, round) => {
    const link = await ground.product.approvalLink('ana@acme.test', waiting.version);
    const isSame = round % 2 === 0;
    const answer = { version: waiting.version, comment: 'looked at it' };
    const forms = await Promise.all([
      fillForm(link, { ...answer, decision: 'approve' }),
      fillForm(link, { ...answer, decision: isSame ? 'approve' : 'reject' }),
    ]);
    const statuses = await Promise.all(forms.map(async ({ url, init }) => (await fetch(url, init)).status));
    const { view, decisions } = await ground.settled(waiting.id, isOver);
    expect([...statuses].sort()).toEqual(isSame ? [303, 303] : [303, 409]);
    const first = isSame || statuses[0] === 303 ? 'approve' : 'reject';
    expect(decisions).toMatchObject([{ choice: first, delivery: 'counted' }]);
    expect(view.stages[0]?.approval?.votes).toMatchObject([{ choice: first }]);
    expect(view.state).toBe(first === 'approve' ? 'succeeded' : 'rejected');
  });
}, 120_000);

const third = Math.ceil(rounds / 3);

test('a vote is taken back while the deciding one comes: it stands, or it is gone and nothing is deployed', async () => {
  await race(
    'taken',
    async (waiting) => {
      expect(answersOf([await ground.decide(ana, waiting, 'approve')])).toEqual(['yes']);
      const [withdrawal, decision] = await Promise.all([
        ana('POST', `/v1/releases/${waiting.id}/withdrawals`, { requestId: waiting.requestId }),
        ground.decide(ben, waiting, 'approve'),
      ]);
      const [isTaken] = answersOf([withdrawal]);
      expect(answersOf([decision])).toEqual(['yes']);
      const hasOneVote = (one: ReleaseView) => isAsking(one) && one.stages[0]?.approval?.votes.length === 1;
      const { view } = await ground.settled(waiting.id, isTaken === 'yes' ? hasOneVote : isOver);
      const votes = view.stages[0]?.approval?.votes.map(({ person }) => person).sort();
      expect([view.state, votes]).toEqual(
        isTaken === 'yes' ? ['gating', ['ben']] : ['succeeded', ['ana', 'ben']],
      );
    },
    { count: third },
  );
}, 120_000);

test('a token is revoked while it decides: the decision counts, or it was never made', async () => {
  await race(
    'token',
    async (waiting) => {
      const { call, tokenId } = await ground.caller('ana');
      const [revoked, decision] = await Promise.all([
        ground.product.call('DELETE', `/v1/tokens/${tokenId}`),
        ground.decide(call, waiting, 'approve'),
      ]);
      expect(revoked.status).toBe(200);
      expect((await ground.decide(call, waiting, 'approve')).status).toBe(401);
      const isRefused = decision.status === 401;
      const { view, decisions } = await ground.settled(waiting.id, isRefused ? isAsking : isOver);
      expect([200, 202, 401]).toContain(decision.status);
      expect(decisions.map(({ delivery }) => delivery)).toEqual(isRefused ? [] : ['counted']);
      expect(view.state).toBe(isRefused ? 'gating' : 'succeeded');
    },
    { count: third },
  );
}, 120_000);

test('a person is taken out of the policy while they decide: what they decided before counts, nothing after', async () => {
  const asked: { waiting: Waiting; form: Awaited<ReturnType<typeof fillForm>> }[] = [];
  await race(
    'gone',
    async (waiting) => {
      const link = await ground.product.approvalLink('zoe@acme.test', waiting.version);
      const form = await fillForm(link, { decision: 'approve', version: waiting.version });
      asked.push({ waiting, form });
    },
    { count: third },
  );
  const send = async ({ form }: (typeof asked)[number]) => (await fetch(form.url, form.init)).status;
  const removal = apply({ without: 'zoe' });
  const statuses = await Promise.all(asked.map(send));
  await removal;
  const after = await Promise.all(asked.map(send));
  for (const [index, { waiting }] of asked.entries()) {
    expect([303, 403]).toContain(statuses[index]);
    const isIn = statuses[index] === 303;
    const { view, decisions } = await ground.settled(waiting.id, isIn ? isOver : isAsking);
    expect(decisions.map(({ delivery }) => delivery)).toEqual(isIn ? ['counted'] : []);
    expect(view.state).toBe(isIn ? 'succeeded' : 'gating');
    expect(after[index]).toBe(isIn ? 303 : 403);
  }
}, 120_000);
