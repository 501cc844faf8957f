import { expect, test } from '@jest/globals';
import { carriedOver, conditionProblem, mayAdd, mayMove, ownersOf, tasksOf } from './tasks.ts';
import type { TaskState, TaskView } from './release.ts';

const candidates = [
  { id: 'ana', name: 'Ana', team: 'web', roles: ['qa'] },
  { id: 'cem', name: 'Cem', team: 'web', roles: [] },
  { id: 'dee', name: 'Dee', roles: [] },
];
const at = '2026-11-26T09:00:00.000Z';
const aTask = (over: Partial<TaskView> = {}): TaskView => ({
  id: 't1',
  title: 'write the runbook',
  owner: 'web',
  before: 'production',
  state: 'open',
  askedBy: 'dee',
  at,
  by: 'dee',
  ...over,
});
const mover = (person: string, over = {}) => ({ person, isOwner: false, isReleaseManager: false, ...over });

test('a team owns a task until one of it accepts, then that person does', () => {
  expect(ownersOf(aTask(), candidates)).toEqual(['ana', 'cem']);
  expect(ownersOf(aTask({ acceptedBy: 'cem' }), candidates)).toEqual(['cem']);
  expect(ownersOf(aTask({ owner: 'dee' }), candidates)).toEqual(['dee']);
  expect(ownersOf(aTask({ owner: 'nobody' }), candidates)).toEqual([]);
});

const states: TaskState[] = ['open', 'accepted', 'blocked', 'done', 'cancelled'];
test.each<[TaskState, TaskState[]]>([
  ['open', ['accepted', 'blocked', 'done', 'cancelled']],
  ['accepted', ['blocked', 'done', 'cancelled']],
  ['blocked', ['accepted', 'cancelled']],
  ['done', []],
  ['cancelled', []],
])('what is %s becomes one of %j, and nothing else', (state, possible) => {
  const boss = mover('rose', { isReleaseManager: true });
  expect(states.filter((to) => mayMove(aTask({ state }), to, boss, candidates).ok)).toEqual(possible);
});

test.each<[string, TaskState, ReturnType<typeof mover>, boolean]>([
  ['one of the team', 'done', mover('cem'), true],
  ['somebody else', 'done', mover('dee'), false],
  ['the owner of the release', 'done', mover('ben', { isOwner: true }), true],
  ['who asked for it', 'cancelled', mover('dee'), true],
  ['who was to do it', 'cancelled', mover('ana'), false],
  ['the owner of the release', 'cancelled', mover('ben', { isOwner: true }), false],
  ['a release manager', 'cancelled', mover('rose', { isReleaseManager: true }), true],
])('%s may make it %s: %#', (_, to, who, ok) => {
  expect(mayMove(aTask(), to, who, candidates).ok).toBe(ok);
});

test('once somebody has accepted it, others of the team do not move it', () => {
  expect(
    mayMove(aTask({ acceptedBy: 'cem', state: 'accepted' }), 'done', mover('ana'), candidates),
  ).toMatchObject({
    ok: false,
    kind: 'authority',
  });
});

test('a condition needs a stage that is still ahead, and an owner who exists', () => {
  const ahead = ['staging', 'production'];
  const condition = { title: 'write the runbook', owner: 'web', before: 'production' };
  expect(conditionProblem([condition], { ahead, candidates })).toBeUndefined();
  expect(conditionProblem([{ ...condition, before: 'dev' }], { ahead, candidates })).toContain(
    'staging or production',
  );
  expect(conditionProblem([condition, { ...condition, owner: 'zoe' }], { ahead, candidates })).toContain(
    'zoe',
  );
});

const adder = (person: string, over = {}) => mover(person, { isApprover: false, ...over }) as Adder;
type Adder = Parameters<typeof mayAdd>[1];
const approver = adder('ana', { isApprover: true });
test.each<[string, Parameters<typeof mayAdd>[0], Adder, number, true | RegExp]>([
  ['an approver', { title: 'do it', owner: 'web', before: 'production' }, approver, 0, true],
  ['its owner', { title: 'do it', owner: 'web' }, adder('ben', { isOwner: true }), 0, true],
  ['a release manager', { title: 'do it', owner: 'dee' }, adder('rose', { isReleaseManager: true }), 0, true],
  [
    'somebody else',
    { title: 'do it', owner: 'web' },
    adder('zoe', { name: 'Zoe', others: ['Ana', 'Ben'] }),
    0,
    /^Zoe is no approver.*: ask Ana or Ben\.$/,
  ],
  [
    'anybody, where nobody has a say',
    { title: 'do it', owner: 'web' },
    adder('zoe'),
    0,
    /gantry\.yaml names nobody/,
  ],
  [
    'a stage that has started',
    { title: 'do it', owner: 'web', before: 'staging' },
    approver,
    0,
    /production/,
  ],
  ['nobody known, no stage', { title: 'do it', owner: 'zoe' }, approver, 0, /no such person or team/],
  ['nobody known', { title: 'do it', owner: 'zoe', before: 'production' }, approver, 0, /no such person/],
  ['nothing', { title: ' ', owner: 'web' }, approver, 0, /what is to be done/],
  ['due now', { title: 'do it', owner: 'web', due: at }, approver, 0, /has passed/],
  ['due later', { title: 'do it', owner: 'web', due: '2026-11-26T09:00:00.001Z' }, approver, 0, true],
  ['the last one', { title: 'do it', owner: 'web' }, approver, 99, true],
  ['one too many', { title: 'do it', owner: 'web' }, approver, 100, /100 tasks already/],
])('a task is added or refused: %s', (_, task, who, count, expected) => {
  const answer = mayAdd(task, who, { ahead: ['production'], candidates, count, now: at });
  expect(answer).toEqual(
    expected === true ? { ok: true } : expect.objectContaining({ because: expect.stringMatching(expected) }),
  );
});

test('conditions become tasks that are numbered on', () => {
  const condition = { title: 'tell support', owner: 'ana', before: 'production', due: at };
  expect(tasksOf([{ condition, askedBy: 'dee' }], [aTask()], at)).toEqual([
    { ...condition, id: 't2', state: 'open', askedBy: 'dee', openedAt: at, at, by: 'dee' },
  ]);
});

test('what is outstanding for a stage that is ahead, or for none, is carried over', () => {
  const withoutStage = aTask({ id: 't4' });
  delete withoutStage.before;
  const tasks = [
    aTask({ state: 'done' }),
    aTask({ id: 't2', state: 'blocked' }),
    aTask({ id: 't3', before: 'dev' }),
    withoutStage,
  ];
  expect(carriedOver(tasks, 'rel_1', ['production'], [])).toEqual([
    { ...aTask({ state: 'blocked' }), id: 't1', carriedFrom: 'rel_1' },
    { ...withoutStage, id: 't2', carriedFrom: 'rel_1' },
  ]);
});
