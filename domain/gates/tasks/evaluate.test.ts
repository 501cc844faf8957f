import { expect, test } from '@jest/globals';
import type { TaskView } from '../../release/release.ts';
import { evaluateTasks } from './evaluate.ts';

const now = '2026-11-26T09:00:00.000Z';
const candidates = [
  { id: 'ana', name: 'Ana', team: 'web', roles: [] },
  { id: 'cem', name: 'Cem', team: 'web', roles: [] },
];
const aTask = (over: Partial<TaskView> = {}): TaskView => ({
  id: 't1',
  title: 'write the runbook',
  owner: 'ana',
  before: 'production',
  state: 'open',
  askedBy: 'dee',
  at: now,
  by: 'dee',
  ...over,
});
const judged = (...tasks: TaskView[]) => evaluateTasks({ tasks, environment: 'production', candidates }, now);

test('a stage that waits for no task has no row', () => {
  expect(judged()).toBeUndefined();
  expect(judged(aTask({ before: 'staging' }))).toBeUndefined();
});

test('an open task needs its owner', () => {
  expect(judged(aTask({ due: '2026-11-26T17:00:00.000Z' }))).toEqual({
    kind: 'needsPeople',
    because: '0 of 1 tasks done. t1 “write the runbook” is with Ana, due Thu 26 Nov 17:00 UTC.',
    who: [{ rule: 'task t1', candidates: ['ana'], seats: 1 }],
  });
});

test('one of a team needs the team, until somebody has accepted it', () => {
  expect(judged(aTask({ owner: 'web' }))).toMatchObject({
    because: expect.stringContaining('with team web'),
    who: [{ candidates: ['ana', 'cem'] }],
  });
  expect(judged(aTask({ owner: 'web', acceptedBy: 'cem', state: 'accepted' }))).toMatchObject({
    because: expect.stringContaining('with Cem'),
    who: [{ candidates: ['cem'] }],
  });
});

test('it says what is blocked, what is overdue and how many there are', () => {
  const blocked = aTask({ id: 't2', state: 'blocked', reason: 'no access', due: now });
  expect(judged(aTask({ state: 'done' }), blocked, aTask({ id: 't3' }))).toMatchObject({
    because:
      '1 of 3 tasks done. t2 “write the runbook” is blocked (no access), and with Ana, overdue since Thu 26 Nov 09:00 UTC. (and 1 more)',
  });
});

test('the gate opens once all are done or given up', () => {
  expect(judged(aTask({ state: 'done' }), aTask({ id: 't2', state: 'cancelled' }))).toEqual({
    kind: 'allowed',
    because: 'All 2 tasks are settled.',
  });
});
