import { expect, test } from '@jest/globals';
import { cliAgainstStub } from '../../test/support/cli-against-stub.ts';
import { aRelease } from '../../test/support/release-view.ts';

const { against, seen } = cliAgainstStub();
const answering = (command: string) => ({
  'GET /v1/releases/rel_1': { body: aRelease() },
  [`POST /v1/releases/rel_1/${command}`]: { body: aRelease({ headline: 'As you say.' }) },
});

test.each<[string[], string, object]>([
  [
    ['postpone', 'rel_1', '--until', '2026-12-01T17:00:00Z', '--reason', 'support is away', '--yes'],
    'postpone',
    { until: '2026-12-01T17:00:00.000Z', reason: 'support is away' },
  ],
  [['postpone', 'rel_1', '--lift', '--yes'], 'postpone/lift', {}],
  [['task', 'done', 'rel_1', 't1'], 'tasks/t1/complete', {}],
  [['task', 'accept', 'rel_1', 't1'], 'tasks/t1/accept', {}],
  [['task', 'block', 'rel_1', 't1', '--reason', 'no access'], 'tasks/t1/block', { reason: 'no access' }],
  [
    ['break-glass', 'rel_1', '--reason', 'carts are lost', '--incident', 'INC-7', '--yes'],
    'break-glass',
    { reason: 'carts are lost', incident: 'INC-7' },
  ],
  [
    ['amend', 'rel_1', '--policy', '--notes', 'support knows', '--now', '--yes'],
    'amend',
    { policy: 'inForce', notes: 'support knows', schedule: {} },
  ],
])('release %j is sent as it is meant', async (words, command, body) => {
  const end = await against(answering(command), ['release', ...words]);
  expect(end).toMatchObject({ code: 0, out: 'shop 1.4.0: As you say.\n' });
  const [sent] = seen().filter(({ method }) => method === 'POST');
  expect(sent).toMatchObject({ path: `/v1/releases/rel_1/${command}`, body });
});

const at = '2026-11-26T12:00:00.000Z';
const broken = (review?: { id: string; dueAt: string }) => {
  const [stage] = aRelease().stages;
  const glass = {
    breaks: [{ person: 'sam', at, reason: 'carts are lost', incident: 'INC-7' }],
    ...(review ? { review } : {}),
  };
  return aRelease({ names: { sam: 'Sam Okoro' }, stages: stage ? [{ ...stage, glass }] : [] });
};
const breakIt = [
  'release',
  'break-glass',
  'rel_1',
  '--reason',
  'carts are lost',
  '--incident',
  'INC-7',
  '--yes',
];

test('after breaking the glass it says what was done, who reviews it until when, and what follows', async () => {
  const answers = {
    ...answering('break-glass'),
    'GET /v1/releases/rel_1': { body: broken({ id: 'rev_1', dueAt: '2026-11-28T12:00:00.000Z' }) },
  };
  const { out } = await against(answers, breakIt);
  expect(out).toContain('Sam Okoro broke the glass of production for shop 1.4.0 (INC-7)');
  expect(out).toMatch(/passed for four hours; checks, quarantine, .* hold as ever/);
  expect(out).toContain(
    'Somebody other than Sam Okoro reviews it by 2026-11-28T12:00:00.000Z: gantry review done rev_1',
  );
  expect((await against(answers, [...breakIt, '--quiet'])).out).toBe('rel_1\n');
});

test('a glass that one more person has to break is said not to be enough', async () => {
  const answers = { ...answering('break-glass'), 'GET /v1/releases/rel_1': { body: broken() } };
  expect((await against(answers, breakIt)).out).toContain('not enough yet: another person has to as well');
});

test('a glass that leaves the stage shut says so: what it did not open, and what would', async () => {
  const note = 'Broken glass does not open checks. unit of shop failed.';
  const answers = {
    ...answering('break-glass'),
    'POST /v1/releases/rel_1/break-glass': { body: { ...aRelease({ headline: 'As you say.' }), note } },
    'GET /v1/releases/rel_1': { body: broken({ id: 'rev_1', dueAt: at }) },
  };
  const { code, err } = await against(answers, breakIt);
  expect(code).toBe(0);
  expect(err).toContain(note);
  expect(JSON.parse((await against(answers, [...breakIt, '--json'])).out)).toMatchObject({ note });
});

test.each([
  [{ items: [], others: 2 }, 'Nothing waits for you.\n2 more wait for others: gantry approvals list --all\n'],
  [
    { items: [], others: 1 },
    'Nothing waits for you.\n1 more waits for others: gantry approvals list --all\n',
  ],
  [{ items: [] }, 'Nothing waits for a decision.\n'],
])('of requests it says how many wait for others: %j', async (body, said) => {
  expect((await against({ 'GET /v1/approvals': { body } }, ['approvals', 'list'])).err).toBe(said);
});

test.each([
  [['postpone', 'rel_1', '--yes']],
  [['postpone', 'rel_1', '--until', '+2h', '--lift', '--yes']],
  [['postpone', 'rel_1', '--until', '+2h', '--yes']], // no reason
  [['postpone', 'rel_1', '--until', 'soon', '--reason', 'x', '--yes']],
  [['task', 'block', 'rel_1', 't1']], // no reason
  [['task', 'reopen', 'rel_1', 't1']],
  [['break-glass', 'rel_1', '--reason', 'x', '--yes']],
  [['break-glass', 'rel_1', '--reason', 'x', '--incident', 'INC-7']], // nobody can be asked
  [['amend', 'rel_1', '--yes']],
])('release %j is refused before anything is sent: 2', async (words) => {
  const end = await against({ 'GET /v1/releases/rel_1': { body: aRelease() } }, ['release', ...words]);
  expect(end.code).toBe(2);
  expect(seen().every(({ method }) => method === 'GET')).toBe(true);
});

const approval = {
  requestId: 'r1',
  state: 'open' as const,
  subjectDigest: 'a'.repeat(64),
  openedAt: '',
  deadline: '',
  asked: ['ana'],
  excluded: [],
  votes: [],
  seats: [],
};
const waiting = aRelease();
const asking = aRelease({ stages: [{ ...waiting.stages[0]!, approval }] });
const deciding = {
  'GET /v1/releases/rel_1': { body: asking },
  'POST /v1/releases/rel_1/decisions': { body: { state: 'counted', headline: 'Noted.' } },
};

test('an approval under conditions sends each with its owner, stage and time', async () => {
  const end = await against(deciding, [
    ...['decide', 'rel_1', 'approve', '--yes', '--condition', 'web@production: write the runbook'],
    'ana@production,2026-12-01T17:00:00Z: tell support',
  ]);
  expect(end.code).toBe(0);
  expect(seen().at(-1)?.body).toMatchObject({
    choice: 'approve',
    conditions: [
      { owner: 'web', before: 'production', title: 'write the runbook' },
      { owner: 'ana', before: 'production', title: 'tell support', due: '2026-12-01T17:00:00.000Z' },
    ],
  });
});

test('a decision to postpone needs a time and a reason, and no other choice takes a time', async () => {
  const when = ['--until', '2026-12-01T17:00:00Z'];
  const end = await against(deciding, [
    'decide',
    'rel_1',
    'postpone',
    ...when,
    '--comment',
    'support is away',
    '--yes',
  ]);
  expect(end.code).toBe(0);
  expect(seen().at(-1)?.body).toMatchObject({
    choice: 'postpone',
    until: '2026-12-01T17:00:00.000Z',
    comment: 'support is away',
  });
  for (const wrong of [
    ['postpone', '--comment', 'x'],
    ['postpone', ...when],
    ['approve', ...when],
    ['approve', '--condition', 'write the runbook'],
    ['reject', '--comment', 'x', '--condition', 'web@production: write it'],
  ])
    expect((await against(deciding, ['decide', 'rel_1', ...wrong, '--yes'])).code).toBe(2);
});

test('a task is added with whoever does it, and the stage that waits for it', async () => {
  const answers = {
    'GET /v1/releases/rel_1': { body: aRelease() },
    'POST /v1/releases/rel_1/tasks': { body: aRelease() },
  };
  const add = ['release', 'task', 'add', 'rel_1', 'write the runbook'];
  expect((await against(answers, [...add, '--before', 'production'])).code).toBe(2);
  expect((await against(answers, [...add, '--owner', 'web', '--before', 'production'])).code).toBe(0);
  expect(seen().at(-1)?.body).toEqual({ title: 'write the runbook', owner: 'web', before: 'production' });
});

test('reviews are listed, and closed with what was found', async () => {
  const review = {
    id: 'rev_1',
    title: 'shop 1.4.1',
    environment: 'production',
    brokenBy: ['sam'],
    incident: 'INC-7',
    dueAt: '2026-11-27T09:00:00.000Z',
  };
  const answers = {
    'GET /v1/reviews': { body: { items: [review] } },
    'POST /v1/reviews/rev_1/done': { body: review },
  };
  const list = await against(answers, ['review', 'list', '--quiet']);
  expect(list).toMatchObject({ code: 0, out: 'rev_1\n' });
  expect(seen().at(-1)?.query).toEqual({ done: 'false' });
  const done = await against(answers, ['review', 'done', 'rev_1', '--finding', 'right to do']);
  expect(done).toMatchObject({ code: 0, out: 'Reviewed: shop 1.4.1 in production.\n' });
  expect(seen().at(-1)?.body).toEqual({ finding: 'right to do' });
});

test('a release that takes the place of others says so in its order', async () => {
  await against({ 'POST /v1/releases': { status: 202, body: aRelease() } }, [
    ...['release', 'create', 'shop', '1.5.0', '--supersede', '--json'],
  ]);
  expect(seen().at(-1)?.body).toMatchObject({ supersede: true });
});
