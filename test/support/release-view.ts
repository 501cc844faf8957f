import type { ReleaseView } from '../../domain/release/release.ts';

/** A release of shop 1.4.0 that waits in production, changed as told. */
export const aRelease = (over: Partial<ReleaseView> = {}): ReleaseView => ({
  id: 'rel_1',
  workflowId: 'release/shop/1.4.0',
  attempt: 1,
  components: [{ service: 'shop', version: '1.4.0' }],
  intent: 'deploy',
  requestedBy: { id: 'ben', kind: 'person' },
  policyDigest: 'd'.repeat(64),
  state: 'gating',
  headline: 'Waiting for 1 approval from QA.',
  stage: 'production',
  stages: [{ environment: 'production', state: 'gating', checks: [], verdicts: [], rollout: [], soak: [] }],
  residue: 'none',
  holds: [],
  changes: { count: 0, breaking: 0, truncated: false, top: [] },
  createdAt: '2026-11-26T09:12:00.000Z',
  updatedAt: '2026-11-26T09:12:00.000Z',
  seq: 4,
  ...over,
});
