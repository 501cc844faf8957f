import { expect, test } from '@jest/globals';
import { cliAgainstStub } from '../../test/support/cli-against-stub.ts';
import { aRelease } from '../../test/support/release-view.ts';

const { against } = cliAgainstStub();

test('show tells when it is to start, what it has reserved and waits for, and its milestones', async () => {
  const body = {
    ...aRelease({
      schedule: { at: '2026-12-01T16:00:00.000Z' },
      milestones: [
        {
          kind: 'live',
          plannedAt: '2026-12-01T17:00:00.000Z',
          estimateAt: '2026-12-01T18:00:00.000Z',
          owner: 'ana',
        },
        {
          kind: 'qaDone',
          plannedAt: '2026-11-30T17:00:00.000Z',
          estimateAt: '2026-11-30T16:00:00.000Z',
          actualAt: '2026-11-30T16:00:00.000Z',
        },
      ],
    }),
    plan: {
      reservations: [
        {
          id: 'rsv_1',
          environment: 'production',
          start: '2026-12-01T16:00:00.000Z',
          end: '2026-12-01T17:00:00.000Z',
          state: 'reserved',
        },
      ],
      awaits: [
        {
          number: 1,
          what: 'payments ≥ 2.1.0 in production',
          state: 'waiting',
          because: 'Waits for payments 2.1.0.',
          releaseId: 'rel_2',
        },
      ],
    },
  };
  const { out } = await against({ 'GET /v1/releases/rel_1': { body } }, [
    'release',
    'show',
    'rel_1',
    '--zone',
    'Europe/Berlin',
  ]);
  expect(out).toContain(
    [
      'Start in production: 2026-12-01T17:00:00+01:00, at the latest before 2026-12-01T18:00:00+01:00',
      'Reserved: production from 2026-12-01T17:00:00+01:00 to 2026-12-01T18:00:00+01:00 (rsv_1)',
      'Waits for 1. payments ≥ 2.1.0 in production: waiting. Waits for payments 2.1.0. (rel_2)',
      'Milestone QA done: planned 2026-11-30T18:00:00+01:00, reached 2026-11-30T17:00:00+01:00',
      'Milestone live: planned 2026-12-01T18:00:00+01:00, now expected 2026-12-01T19:00:00+01:00, owner ana',
    ].join('\n'),
  );
});

test('a release without dates is shown without a plan', async () => {
  const { out } = await against({ 'GET /v1/releases/rel_1': { body: aRelease() } }, [
    'release',
    'show',
    'rel_1',
  ]);
  expect(out).not.toMatch(/Start in|Reserved|Waits for|Milestone/);
});
