import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from '@jest/globals';
import { Worker } from '@temporalio/worker';
import { quietRuntime } from '../support/quiet-runtime.ts';
import { testServers } from '../support/servers.ts';

const folder = fileURLToPath(new URL('.', import.meta.url));
const goldens = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'));
const load = (name: string): { events: { activityTaskScheduledEventAttributes?: { activityType: { name: string } } }[] } =>
  JSON.parse(readFileSync(join(folder, name), 'utf8'));

beforeAll(() => quietRuntime());

const replay = async (history: unknown, name: string): Promise<void> => {
  await Worker.runReplayHistory({ workflowBundle: { codePath: testServers().workflowBundle } }, history, name);
};

test('every path of a release has a golden history', () => {
  expect(goldens.length).toBeGreaterThanOrEqual(13);
});

test('so has every way to decide', () => {
  const names = new Set(goldens.map((name) => name.replace(/^.*\/|\.json$/g, '')));
  const ways = [
    ...['approved', 'rejected', 'postponed', 'amended', 'superseded', 'supersedes-another', 'waived', 'hotfix'],
    ...['expired', 'held-at-expiry', 'escalated', 'decided-by-delegate', 'approved-under-conditions'],
    ...['glass-broken', 'withdrawn-and-rejected'],
  ];
  expect(ways.filter((way) => !names.has(way))).toEqual([]);
});

test.each(goldens)('%s replays on the code of today', async (name) => {
  await replay(load(name), name);
});

test('a changed command is noticed: the tests above can fail', async () => {
  const name = goldens.find((golden) => golden.endsWith('approved.json'))!;
  const history = load(name);
  const scheduled = history.events.find((event) => event.activityTaskScheduledEventAttributes);
  scheduled!.activityTaskScheduledEventAttributes!.activityType.name = 'somethingElse';
  await expect(replay(history, name)).rejects.toThrow(/[Nn]ondeterminism/);
});
