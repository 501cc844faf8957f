import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from '@jest/globals';
import { quietRuntime } from '../support/quiet-runtime.ts';
import { replayAll } from '../support/replay.ts';

const folder = fileURLToPath(new URL('.', import.meta.url));
const goldens = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'));
const load = (name: string): { events: { activityTaskScheduledEventAttributes?: { activityType: { name: string } } }[] } =>
  JSON.parse(readFileSync(join(folder, name), 'utf8'));

let wrong: Map<string, Error>;
beforeAll(async () => {
  quietRuntime();
  wrong = await replayAll(goldens.map((name) => ({ workflowId: name, history: load(name) })));
}, 180_000);

test('every path of a release has a golden history', () => {
  expect(goldens.length).toBeGreaterThanOrEqual(13);
});

test('so has every way to decide', () => {
  const names = new Set(goldens.map((name) => name.replace(/^.*\/|\.json$/g, '')));
  const ways = [
    ...['approved', 'rejected', 'postponed', 'amended', 'amended-ahead', 'superseded', 'supersedes-another', 'waived', 'hotfix'],
    ...['expired', 'held-at-expiry', 'escalated', 'decided-by-delegate', 'approved-under-conditions'],
    ...['glass-broken', 'withdrawn-and-rejected', 'task-reminded', 'task-added-at-the-probe'],
  ];
  expect(ways.filter((way) => !names.has(way))).toEqual([]);
});

test.each(goldens)('%s replays on the code of today', (name) => {
  expect(wrong.get(name)).toBeUndefined();
});

test('a changed command is noticed: the tests above can fail', async () => {
  const name = goldens.find((golden) => golden.endsWith('approved.json'))!;
  const history = load(name);
  const scheduled = history.events.find((event) => event.activityTaskScheduledEventAttributes);
  scheduled!.activityTaskScheduledEventAttributes!.activityType.name = 'somethingElse';
  const changed = await replayAll([{ workflowId: name, history }]);
  expect(changed.get(name)?.message).toMatch(/[Nn]ondeterminism/);
});
