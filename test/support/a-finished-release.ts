import { randomUUID } from 'node:crypto';
import type { Policy } from '../../domain/policy/policy.schema.ts';
import type { StagePlan } from '../../domain/release/plan.ts';
import type { Change, ReleaseView } from '../../domain/release/release.ts';
import { subjectDigest, subjectOf } from '../../domain/release/subject.ts';
import type { Store } from '../../platform/database/open.ts';
import { sha256 } from '../../platform/ids.ts';
import {
  openRequest,
  receiveDecision,
  renewRequest,
  settleDelivery,
} from '../../platform/record/approvals.ts';
import { insertRelease, recordBatch } from '../../platform/record/releases.ts';
import { storePolicy } from '../../platform/record/policies.ts';
import {
  saveChanges,
  saveCheckResult,
  saveMeasurements,
  saveOperationResult,
} from '../../platform/record/results.ts';
import { aRelease, anEvent } from './record-builders.ts';
import { aStage } from './release-world.ts';

const change: Change = {
  commit: 'c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00',
  kind: 'fix',
  title: 'round totals <b>once</b>',
  author: 'Ben Ode',
  at: '2026-06-01T08:00:00.000Z',
};

/** A release that went through checks, a rejected and an approved vote, a hold, two steps and measurements, and has ended. */
export async function aFinishedRelease(
  store: Store,
  policy: Policy,
  version = '1.4.0',
): Promise<ReleaseView> {
  const { db } = store;
  const digest = sha256(JSON.stringify(policy));
  const dee = { id: 'dee', kind: 'person' as const };
  await storePolicy(db, { policy, text: 'gantry: 1', digest, baseDir: '/', by: dee, sentences: [] });
  const release = aRelease('shop', version, {
    policyDigest: digest,
    requestedBy: { id: 'ben', kind: 'person' },
    reason: 'sale on Friday',
  });
  const { id } = release.view;
  await insertRelease(db, {
    ...release,
    event: anEvent('created', { action: 'release.created', sentence: `Ben asked for shop ${version}.` }),
  });
  await saveChanges(db, { releaseId: id, service: 'shop', changes: [change] });
  const plan = planned(policy, version);
  const requestId = randomUUID();
  const openedAt = '2026-06-01T09:01:00.000Z';
  await openRequest(db, {
    ...{ requestId, releaseId: id, title: `shop ${version}`, stage: plan, intent: 'deploy', openedAt },
    deadline: '2099-06-04T09:01:00.000Z', // until it is decided: that is received by the clock of the database
  });
  await decided(store, { id, requestId, plan });
  await renewRequest(db, { requestId, deadline: '2026-06-04T09:01:00.000Z', stage: plan });
  await evidence(store, id, version);
  const view = finished(release.view, plan, requestId);
  await recordBatch(db, {
    releaseId: id,
    workflow: { id: view.workflowId, runId: 'run' },
    view,
    closed: [
      {
        requestId,
        state: 'approved',
        at: '2026-06-01T09:10:00.000Z',
        because: 'everybody who was needed approved',
      },
    ],
    deployments: [
      {
        id: `${id}/production/shop`,
        ...{ environment: 'production', service: 'shop', version, previousVersion: '1.3.0' },
        ...{ mode: 'deploy', status: 'succeeded', exposure: 100, at: '2026-06-01T09:20:00.000Z' },
      },
    ],
    events: [
      anEvent('planned', {
        action: 'release.planned',
        sentence: `shop ${version} goes production with 1 change.`,
        facts: { subjects: { production: plan.subjectDigest } },
      }),
      anEvent('held', {
        action: 'hold.set',
        object: 'shop',
        sentence: 'It is held: lunch.',
        reason: 'lunch',
      }),
      anEvent('gates', {
        action: 'gates.evaluated',
        object: 'production',
        sentence: 'All gates of production allow it.',
        facts: { approvals: { kind: 'allowed', because: 'Approved by Ana.' } },
      }),
      anEvent('door', { action: 'door.passed', object: 'production', sentence: 'Workflow and log agree.' }),
      anEvent('ended', { action: 'release.ended', sentence: `shop ${version} succeeded.` }),
    ],
  });
  return view;
}

function planned(policy: Policy, version: string): StagePlan {
  const plan = aStage({
    rules: [{ role: 'qa', atLeast: 1, not: ['author'] }],
    candidates: policy.people.map(({ id, name, roles }) => ({ id, name, roles })),
    excluded: [{ person: 'ben', because: 'wrote 1 commit of this version', as: ['author'] }],
    components: [{ service: 'shop', version, mode: 'deploy', previousVersion: '1.3.0', dependsOn: [] }],
  });
  return { ...plan, subjectDigest: subjectDigest(subjectOf(plan, [change.commit]), sha256) };
}

/** Ana approves in her own words; Ben, who wrote it, is refused. */
async function decided(
  { db }: Store,
  { id, requestId, plan }: { id: string; requestId: string; plan: StagePlan },
): Promise<void> {
  const shared = { requestId, releaseId: id, subjectDigest: plan.subjectDigest, via: 'link' as const };
  const { decision } = await receiveDecision(db, {
    ...shared,
    ...{
      source: `link:${randomUUID()}`,
      person: 'ana',
      choice: 'approve',
      comment: 'Totals add up <again>.',
    },
    actor: { id: 'ana', kind: 'person', assurance: 'link' },
  });
  await settleDelivery(db, decision.id, { state: 'counted', answer: {} });
  const refused = await receiveDecision(db, {
    ...shared,
    ...{ source: `link:${randomUUID()}`, person: 'ben', choice: 'approve' },
    actor: { id: 'ben', kind: 'person', assurance: 'link' },
  });
  await settleDelivery(db, refused.decision.id, { state: 'refused', refusal: 'Ben may not vote: author.' });
}

async function evidence({ db }: Store, releaseId: string, version: string): Promise<void> {
  const place = { releaseId, environment: 'production', service: 'shop' };
  const times = { startedAt: '2026-06-01T09:00:10.000Z', endedAt: '2026-06-01T09:00:40.000Z' };
  await saveCheckResult(db, {
    ...place,
    ...times,
    ...{ id: `res_${releaseId}`, checkId: 'unit', round: 1, outcome: 'passed', summary: '310 passed' },
    counts: { passed: 310, failed: 0, skipped: 2 },
    ...{ stdout: 'ok 310', stderr: '', subject: `shop@${version}` },
  });
  for (const [index, because] of ['10 % is out', '100 % is out'].entries())
    await saveOperationResult(db, {
      ...place,
      ...times,
      ...{
        operationId: `${releaseId}/production/shop/${index + 1}`,
        kind: 'apply',
        outcome: 'done',
        because,
      },
      ...{ stdout: 'deployed', stderr: '' },
    });
  await saveMeasurements(
    db,
    [0.0125, 0.5, null].map((value, index) => ({
      ...place,
      ...{
        place: 'step 1',
        metric: 'errors',
        number: index + 1,
        at: `2026-06-01T09:1${index}:00.000Z`,
        value,
      },
      ...{ verdict: value === null ? 'noData' : 'passed', because: 'as measured' },
    })),
  );
}

const finished = (draft: ReleaseView, plan: StagePlan, requestId: string): ReleaseView => ({
  ...draft,
  state: 'succeeded',
  headline: 'Released.',
  stage: 'production',
  reached: 'production',
  owner: 'dee',
  seq: 9,
  updatedAt: '2026-06-01T10:00:00.000Z',
  ended: { at: '2026-06-01T10:00:00.000Z', because: 'all stages are finished' },
  changes: { count: 1, breaking: 0, truncated: false, top: [change] },
  stages: [
    {
      environment: 'production',
      state: 'finished',
      startedAt: '2026-06-01T09:00:00.000Z',
      finishedAt: '2026-06-01T10:00:00.000Z',
      checks: [
        { id: 'unit', service: 'shop', outcome: 'passed', required: true, summary: '310 passed', round: 1 },
      ],
      verdicts: [
        {
          gate: 'approvals',
          kind: 'allowed',
          because: 'Approved by Ana Lopez.',
          since: '2026-06-01T09:10:00.000Z',
        },
      ],
      calendar: {
        at: '2026-06-01T09:10:00.000Z',
        verdicts: [],
        despite: [],
        zoneData: '2026a',
        revision: 3,
      },
      approval: {
        ...{
          requestId,
          state: 'approved',
          subjectDigest: plan.subjectDigest,
          openedAt: '2026-06-01T09:01:00.000Z',
        },
        ...{
          deadline: '2026-06-04T09:01:00.000Z',
          asked: ['ana', 'dee'],
          excluded: [],
          votes: [],
          seats: [],
        },
      },
      rollout: [
        {
          ...{
            service: 'shop',
            version: plan.components[0]?.version ?? '',
            previousVersion: '1.3.0',
            mode: 'deploy',
          },
          exposure: 100,
          metrics: [],
          steps: [
            {
              weight: 10,
              state: 'done',
              startedAt: '2026-06-01T09:11:00.000Z',
              endedAt: '2026-06-01T09:15:00.000Z',
            },
            {
              weight: 100,
              state: 'done',
              startedAt: '2026-06-01T09:15:00.000Z',
              endedAt: '2026-06-01T09:20:00.000Z',
            },
          ],
        },
      ],
      soak: [],
    },
  ],
});
