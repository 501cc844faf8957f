import { expect, test } from '@jest/globals';
import { cliAgainstStub } from '../../test/support/cli-against-stub.ts';
import { aRelease } from '../../test/support/release-view.ts';

const { against } = cliAgainstStub();
const task = {
  title: 'tell support',
  owner: 'web',
  askedBy: 'ana',
  at: '2026-11-27T08:00:00.000Z',
  by: 'ana',
};

test('show names each task by the id that moves it, with whom it is, and who waits', async () => {
  const tasks = [
    { ...task, id: 't1', state: 'open' as const, before: 'production', due: '2026-12-01T16:00:00.000Z' },
    { ...task, id: 't2', state: 'blocked' as const, acceptedBy: 'sam', reason: 'no\naccess\u001b[31m' },
  ];
  const { out } = await against({ 'GET /v1/releases/rel_1': { body: aRelease({ tasks }) } }, [
    'release',
    'show',
    'rel_1',
  ]);
  expect(out).toContain(
    'task t1: tell support: open, with web, before production, due 2026-12-01T16:00:00.000Z',
  );
  expect(out).toContain('task t2: tell support: blocked, with sam, no stage waits for it: “no access');
  expect(out).not.toContain('\u001b[31m');
});

test('a release without tasks says nothing of them', async () => {
  const { out } = await against({ 'GET /v1/releases/rel_1': { body: aRelease() } }, [
    'release',
    'show',
    'rel_1',
  ]);
  expect(out).not.toContain('task');
});
