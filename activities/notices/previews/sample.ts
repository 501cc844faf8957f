import type { Person } from '../../../domain/policy/policy.schema.ts';
import type { StagePlan } from '../../../domain/release/plan.ts';
import type { ReleaseView, StageView } from '../../../domain/release/release.ts';
import type { InstallationNotice, NoticeKind } from '../../contract.ts';
import type { Occasion } from '../occasion.ts';
import { doubtful, doubtHold, heldByDoubt } from './doubtful.ts';

/** An invented release of an invented shop: what the previews of mail are made of. Nobody gets any of it. */
const names: Readonly<Record<string, string>> = {
  ana: 'Ana Lopez',
  ben: 'Ben Fischer',
  cleo: 'Cleo Martin',
  sam: 'Sam Okoro',
};

const digest = '9c41'.repeat(16);
const requestId = '01890a5d-0000-7000-8000-000000000001';

const reader: Person = {
  id: 'ana',
  name: 'Ana Lopez',
  email: 'ana@acme.test',
  zone: 'Europe/Madrid',
  roles: ['qa'],
  aliases: [],
  access: ['viewer', 'approver'],
};

const plan: StagePlan = {
  environment: 'production',
  production: true,
  exclusive: true,
  checks: [],
  rules: [
    { role: 'qa', atLeast: 1, not: ['author'] },
    { role: 'security', atLeast: 1, not: ['author'] },
  ],
  candidates: [
    { id: 'ana', name: 'Ana Lopez', roles: ['qa'] },
    { id: 'cleo', name: 'Cleo Martin', roles: ['qa'] },
    { id: 'sam', name: 'Sam Okoro', roles: ['security'] },
  ],
  excluded: [{ person: 'cleo', because: 'author of 2 commits', as: ['author'] }],
  approval: { expiresMs: 72 * 3_600_000, graceMs: 300_000, onExpiry: 'close', assurance: 'link' },
  engineSignals: 'refuse',
  deploy: {
    kind: 'command',
    apply: ['./deploy.sh', '{{version}}'],
    undo: ['./deploy.sh', '--undo'],
    environment: [],
    secrets: [],
    timeout: '15m',
    steps: [
      { weight: 10, hold: '30m' },
      { weight: 50, hold: '30m' },
      { weight: 100, hold: '0s' },
    ],
  },
  deployTimeoutMs: 900_000,
  analysis: [],
  soakMs: 1_800_000,
  autoRollback: true,
  components: [
    { service: 'shop', version: '1.4.0', mode: 'deploy', previousVersion: '1.3.9', dependsOn: [] },
  ],
  subjectDigest: digest,
};

const stage: StageView = {
  environment: 'production',
  state: 'gating',
  checks: [
    {
      id: 'e2e',
      service: 'shop',
      outcome: 'passed',
      required: true,
      summary: '310 passed',
      round: 1,
      counts: { passed: 310, failed: 0, skipped: 2 },
    },
    {
      id: 'audit',
      service: 'shop',
      outcome: 'passed',
      required: true,
      summary: 'no errors, 1 warning',
      round: 1,
      findings: { error: 0, warning: 1, note: 0 },
    },
  ],
  verdicts: [],
  approval: {
    requestId,
    state: 'open',
    subjectDigest: digest,
    openedAt: '2026-11-23T16:00:00.000Z',
    deadline: '2026-11-26T16:00:00.000Z',
    asked: ['ana', 'sam'],
    excluded: [{ person: 'cleo', because: 'author of 2 commits' }],
    votes: [
      { person: 'sam', choice: 'approve', at: '2026-11-24T09:02:00.000Z', via: 'link', decisionId: 'dec_1' },
    ],
    seats: [
      { rule: 'qa', atLeast: 1, filled: 0, candidates: ['ana'] },
      { rule: 'security', atLeast: 1, filled: 1, candidates: [] },
    ],
  },
  rollout: [
    {
      service: 'shop',
      version: '1.4.0',
      previousVersion: '1.3.9',
      mode: 'deploy',
      steps: [{ weight: 10, state: 'done' }],
      exposure: 10,
      metrics: [],
    },
  ],
  soak: [],
};

const release: ReleaseView = {
  id: 'rel_01890a5d',
  workflowId: 'release/shop/1.4.0',
  attempt: 1,
  components: [{ service: 'shop', version: '1.4.0' }],
  intent: 'deploy',
  requestedBy: { id: 'ben', kind: 'person' },
  reason: 'The autumn sale begins on Friday.',
  policyDigest: digest,
  state: 'gating',
  headline: 'Waits for 1 approval: Ana Lopez for qa.',
  stage: 'production',
  stages: [stage],
  reached: 'staging',
  residue: 'none',
  holds: [],
  changes: {
    count: 14,
    breaking: 1,
    truncated: true,
    top: [
      {
        commit: 'a1b2c3d',
        kind: 'breaking',
        scope: 'cart',
        title: 'cart totals include tax',
        author: 'Cleo Martin',
        at: '2026-11-20T10:00:00.000Z',
      },
      {
        commit: 'b2c3d4e',
        kind: 'fix',
        title: 'keep the cart when the session ends',
        author: 'Ben Fischer',
        at: '2026-11-21T10:00:00.000Z',
      },
    ],
  },
  owner: 'ben',
  createdAt: '2026-11-23T15:50:00.000Z',
  updatedAt: '2026-11-24T09:02:00.000Z',
  seq: 12,
};

/** Sentences that differ from kind to kind; all others say what the release says. */
const sentences: Partial<Record<NoticeKind, string>> = {
  approvalRequest: 'You are asked to approve shop 1.4.0 for production.',
  confirmation: 'Ana Lopez chose to approve shop 1.4.0 for production.',
  released: 'shop 1.4.0 is live in production.',
  rolledBack: 'shop 1.4.0 was rolled back: errors were at 7 % (limit 5 %). production is on 1.3.9 again.',
  held: 'shop 1.4.0 is held at 10 %: errors could not be measured since 10:31 UTC.',
  needsPerson: 'shop 1.4.0 needs a person: the undo failed 3 times, shop is still at 10 %.',
  stalled:
    'shop 1.4.0 needs a person: the code of its workflow fails at every try, which is a defect or a worker of a version that does not fit.',
  rejected: 'shop 1.4.0 was rejected by Sam Okoro: “the tax rule of Norway is wrong”.',
  expired: 'shop 1.4.0 expired: nobody who was needed decided in time.',
  checkFailed: 'Check e2e of shop 1.4.0 failed: 2 of 310 tests.',
  rescheduled: 'shop 1.4.0 is expected to start Thu 26 Nov 18:00 UTC (before: Thu 26 Nov 09:00 UTC).',
  incidentOpened: 'An incident of shop, severity 1, open: 7 % of carts fail. shop 1.4.0 is suspected.',
  watchChanged: 'shop 1.4.0 has regressed in production: errors is 0.07, the limit is 0.02.',
  taskAssigned:
    'Ben Fischer asks of Ana Lopez before production: write the runbook, due Thu 26 Nov 16:00 UTC.',
  taskReminder:
    'Task t1 of shop 1.4.0, “write the runbook”, was due Thu 26 Nov 16:00 UTC and is not done. It is blocked: no access to the wiki.',
  waiverTakenBack:
    'Sam Okoro took back your waiver of check e2e of shop for production: carts are lost where it fails.',
  blocked:
    'shop 1.4.0 may not go on to production: there is nothing to go back to, for the image of 1.3.9 is gone.',
  delayLifted: 'Ben Fischer lifted the postponement of shop 1.4.0. Its gates are asked again.',
  reviewDue:
    'A break-glass was not reviewed in time: Sam Okoro broke the glass for shop 1.4.0 in production (INC-7); the review was due Thu 26 Nov 16:00 UTC.',
  freezeAhead: 'The freeze black-friday (Thu 26 Nov to Tue 1 Dec) meets shop 1.4.0.',
};

/** The occasion of one kind of mail about the sample release. Links lead nowhere: their tokens are none. */
export function sampleOccasion(kind: NoticeKind, publicUrl: string): Occasion {
  return {
    notice: {
      occasion: `preview/${kind}`,
      kind,
      releaseId: release.id,
      to: [reader.id],
      requestId,
      environment: 'production',
      sentence: sentences[kind] ?? release.headline,
      facts: {
        ...{ person: 'ana', choice: 'approve', via: 'link' },
        ...(kind === 'taskAssigned' || kind === 'taskReminder'
          ? { task: 't1', title: 'write the runbook', as: 'owner', due: '2026-11-26T16:00:00.000Z' }
          : {}),
        ...(kind === 'waiverTakenBack' ? { check: 'e2e', isPassed: 'false' } : {}),
        ...(kind === 'blocked' ? { gate: 'rollback plan', remedy: 'Push the image of 1.3.9 again' } : {}),
        ...(kind === 'reviewDue' ? { review: 'rev_01890a5d_production_1' } : {}),
        ...(kind === 'incidentOpened' ? { incident: 'inc_01890a5d' } : {}),
        ...(kind === 'watchChanged'
          ? { health: 'regressed', command: 'gantry release create shop 1.3.9 --intent rollback' }
          : {}),
      },
    },
    release: kind === 'held' ? { ...release, headline: heldByDoubt, holds: [doubtHold] } : release,
    stage,
    request: { id: requestId, plan, subjectDigest: digest, deadline: '2026-11-26T16:00:00.000Z' },
    reader,
    zone: 'Europe/Madrid',
    nameOf: (person) => names[person] ?? person,
    releasePage: `${publicUrl}/releases/${release.id}`,
    ...(kind === 'held' ? { analyses: [doubtful] } : {}),
    ...(kind === 'approvalRequest' ? { reviewLink: `${publicUrl}/a/preview` } : {}),
    ...(kind === 'confirmation' ? { withdrawLink: `${publicUrl}/w/preview` } : {}),
  };
}

/** The same for mail about a train. */
export const sampleTrainNotice = (kind: InstallationNotice['kind']): InstallationNotice => ({
  occasion: `preview/${kind}`,
  kind,
  to: [reader.id],
  sentence:
    kind === 'leftBehind'
      ? 'shop stays behind: its checks were not green by Tue 1 Dec 12:00 CET.'
      : 'The train weekly waits for you: shop is required and not ready.',
  facts: {
    train: 'weekly',
    service: 'shop',
    departsAt: '2026-12-01T13:00:00.000Z',
    next: '2026-12-08T13:00:00.000Z',
  },
});

export const sampleReader = { reader, zone: 'Europe/Madrid' } as const;
