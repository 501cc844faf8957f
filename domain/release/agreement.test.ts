import { expect, test } from '@jest/globals';
import { disagreement, type EngineRun, type RecordedRelease } from './agreement.ts';

const now = '2026-06-01T12:00:00.000Z';
const longAgo = '2026-06-01T09:00:00.000Z';
const justNow = '2026-06-01T11:59:30.000Z';
const recorded: RecordedRelease = { releaseId: 'rel_1', title: 'shop 1.4.0', entriesBefore: 8, entries: 9 };
const says = (entries: number, rest = {}): EngineRun => ({
  kind: 'running',
  says: { releaseId: 'rel_1', entries, toldAt: longAgo, hasEnded: false, ...rest },
});

test.each<[string, RecordedRelease | undefined, EngineRun, RegExp]>([
  ['open, and without a workflow', recorded, { kind: 'missing' }, /open, and Temporal has no workflow/],
  ['open, and its workflow has ended', recorded, { kind: 'ended' }, /open, and its workflow .* has ended/],
  [
    'not started, and whose name is taken',
    { ...recorded, isStarted: false },
    { kind: 'ended' },
    /shop 1\.4\.0 \(rel_1\) cannot be started/,
  ],
  [
    'not started, while something nobody knows runs by its name',
    { ...recorded, isStarted: false },
    { kind: 'running' },
    /shop 1\.4\.0 \(rel_1\) is not started: Temporal runs a workflow as release\/shop\/1\.4\.0/,
  ],
  ['not in the record', undefined, { kind: 'running' }, /release\/shop\/1\.4\.0, and the record has no/],
  ['another one by its name', recorded, says(9, { releaseId: 'rel_2' }), /another release \(rel_2\)/],
  [
    'ended, and its workflow is not',
    { ...recorded, endedAt: longAgo },
    says(7),
    /has the end of shop 1\.4\.0/,
  ],
  ['ahead of its workflow', recorded, says(7), /from before what the record has of it \(entry 7 of 8\)/],
  ['behind its workflow', recorded, says(12), /lacks what .* has done \(entries 10 to 12\)/],
])('record and engine disagree on a release that is %s', (_, release, run, words) => {
  expect(disagreement('release/shop/1.4.0', release, run, now)).toMatch(words);
});

test.each<[string, RecordedRelease | undefined, EngineRun]>([
  ['both have it open', recorded, says(9)],
  ['it was recorded further while it was asked', recorded, says(8)],
  ['no worker answered for it', recorded, { kind: 'running' }],
  ['what it told is on its way to the record', recorded, says(12, { toldAt: justNow })],
  ['it has ended in both', { ...recorded, endedAt: longAgo }, { kind: 'ended' }],
  ['it has ended, and its engine has forgotten it', { ...recorded, endedAt: longAgo }, { kind: 'missing' }],
  ['its workflow is about to end', { ...recorded, endedAt: longAgo }, says(9, { hasEnded: true })],
  ['it ended a moment ago', { ...recorded, endedAt: justNow }, says(8)],
  ['it is about to be started', { ...recorded, isStarted: false }, { kind: 'missing' }],
  ['nobody knows of it', undefined, { kind: 'ended' }],
])('they agree, or nobody can tell, where %s', (_, release, run) => {
  expect(disagreement('release/shop/1.4.0', release, run, now)).toBeUndefined();
});
