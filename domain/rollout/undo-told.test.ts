import { describe, expect, test } from '@jest/globals';
import { releaseData } from '../webhooks/data.ts';
import { residueNow } from '../release/residue.ts';
import type { CompensationView, ReleaseView, RolloutView } from '../release/release.ts';
import { aRelease } from '../../test/support/release-view.ts';
import { failedUndosTold, undoTold } from './undo-told.ts';
import { whatIsWhere } from './what-is-where.ts';

const rollout = (
  service: string,
  state: CompensationView['state'],
  over: Partial<CompensationView> = {},
): RolloutView => ({
  service,
  version: '1.1.0',
  previousVersion: '1.0.0',
  mode: 'deploy',
  steps: [{ weight: 100, state: 'done' }],
  exposure: state === 'compensated' ? 0 : 100,
  metrics: [],
  compensation: { state, attempts: 0, because: 'a dependant failed', ...over },
});
const db = rollout('db', 'needsPeople');
const api = rollout('api', 'failed', { attempts: 3, because: 'no route to host' });
const web = rollout('web', 'compensated', { attempts: 1, because: 'done' });
const stuck = (of: RolloutView[], over: Partial<ReleaseView> = {}): ReleaseView => {
  const view = aRelease({ state: 'stuck', stage: 'production', residue: 'none', ...over });
  return { ...view, stages: [{ ...view.stages[0]!, environment: 'production', rollout: of }] };
};

describe('where the undo of a dependant failed', () => {
  test('that one is told to have been tried, and its provider not to have been', () => {
    expect(undoTold(api, [db, api, web])).toBe('its undo was tried 3 times and failed: no route to host');
    expect(undoTold(db, [db, api, web])).toBe(
      'its undo was not tried: what depends on it goes back first, and that of api failed',
    );
    expect(undoTold(web, [db, api, web])).toBeUndefined();
    expect(failedUndosTold(stuck([db, api, web]))).toBe(
      'the undo of api 1.1.0 in production failed; that of db 1.1.0 was not tried and waits for it',
    );
  });

  test('one that has no way back is told not to have been tried, and why', () => {
    const because = 'was not tried: ledger 1.0.0 cannot run after an irreversible migration: roll forward.';
    const ledger = rollout('ledger', 'failed', { because, isRefused: true });
    expect(undoTold(ledger, [ledger])).toBe(`its undo ${because}`);
    expect(failedUndosTold(stuck([ledger]))).toBe(
      'the undo of ledger 1.1.0 in production was not tried: ledger 1.0.0 cannot run after an irreversible migration: roll forward',
    );
    expect(failedUndosTold(stuck([ledger, api]))).toContain('in production failed; the undo of ledger 1.1.0');
    expect(whatIsWhere(stuck([ledger]))).toMatchObject([{ service: 'ledger', attempts: 0, runs: '1.1.0' }]);
  });

  test('webhooks are told the same, and that something is left', () => {
    const view = stuck([db, api, web]);
    expect(whatIsWhere(view)).toMatchObject([
      { service: 'db', undo: 'needsPeople', attempts: 0, waitsFor: ['api'], runs: '1.1.0' },
      { service: 'api', undo: 'failed', attempts: 3, runs: 'nobody knows: it was at 100 % on 1.1.0' },
      { service: 'web', undo: 'compensated', attempts: 1, runs: '1.0.0' },
    ]);
    expect(releaseData(view)).toMatchObject({ residue: 'partial', whatIsWhere: whatIsWhere(view) });
  });
});

test.each<[string, ReleaseView, ReleaseView['residue']]>([
  ['while it is stuck with something new in place', stuck([db, api, web]), 'partial'],
  ['while it goes back', stuck([rollout('db', 'pending'), web], { state: 'rollingBack' }), 'partial'],
  ['while it goes forward', stuck([rollout('db', 'pending')], { state: 'deploying' }), 'none'],
  ['once all is back', stuck([web], { state: 'rollingBack' }), 'none'],
  ['where it has ended, as it has said', stuck([db], { state: 'aborted', residue: 'left' }), 'left'],
])('what is left of a release, %s', (_, view, residue) => {
  expect(residueNow(view)).toBe(residue);
});
