import { randomUUID } from 'node:crypto';
import express, { type Express } from 'express';
import { PolicySchema, type Policy } from '../../domain/policy/policy.schema.ts';
import type { StagePlan } from '../../domain/release/plan.ts';
import type { ReleaseView, StageView } from '../../domain/release/release.ts';
import type { ApiDeps } from '../../api/deps.ts';
import type { UpdateInput } from '../../api/engine.ts';
import { bodies } from '../../api/http/body.ts';
import { replyWithProblem } from '../../api/http/problem-reply.ts';
import { withRequestId } from '../../api/http/request-id.ts';
import { renderProblemPage } from '../../api/pages/problem.ts';
import { readConfig } from '../../platform/config.ts';
import type { Store } from '../../platform/database/open.ts';
import { sha256 } from '../../platform/ids.ts';
import { createLogger } from '../../platform/logger.ts';
import { openRequest } from '../../platform/record/approvals.ts';
import { storePolicy } from '../../platform/record/policies.ts';
import { insertRelease, recordBatch } from '../../platform/record/releases.ts';
import { openSecrets } from '../../platform/secrets.ts';
import { aRelease, anEvent } from './record-builders.ts';
import { aStage } from './release-world.ts';

export const publicUrl = 'http://127.0.0.1:8080';

/** Ana and Dee may decide; Ben wrote the change. Dee is the release manager, and so may waive and break the glass. */
export const peoplePolicy: Policy = PolicySchema.parse({
  gantry: 1,
  organisation: { name: 'Acme', zone: 'Europe/Berlin' },
  people: [
    { id: 'ana', name: 'Ana Lopez', email: 'ana@acme.test', zone: 'Europe/Madrid', roles: ['qa'] },
    { id: 'ben', name: 'Ben Ode', email: 'ben@acme.test', roles: ['qa'] },
    {
      id: 'dee',
      name: 'Dee Fox',
      email: 'dee@acme.test',
      roles: ['qa', 'release-manager'],
      access: ['admin', 'approver', 'operator'],
    },
  ],
  environments: [{ id: 'staging' }, { id: 'production', production: true }],
  services: [{ id: 'shop', pipeline: 'web' }],
  pipelines: {
    web: [
      {
        environment: 'production',
        deploy: { kind: 'command', apply: ['deploy'], undo: ['undo'] },
        breakGlass: { roles: ['release-manager'] },
      },
    ],
  },
});

export interface Asked {
  view: ReleaseView;
  requestId: string;
  plan: StagePlan;
  deadline: string;
}

/** A release in the record that waits for approval in production, with whatever is special about it. */
export async function anAskedRelease(
  store: Store,
  over: {
    plan?: Partial<StagePlan>;
    stage?: Partial<StageView>;
    view?: Partial<ReleaseView>;
    deadline?: string;
  } = {},
): Promise<Asked> {
  const policy = {
    policy: peoplePolicy,
    text: 'gantry: 1',
    digest: sha256(JSON.stringify(peoplePolicy)),
    baseDir: '/',
    by: { id: 'dee', kind: 'person' as const },
    sentences: [],
  };
  await storePolicy(store.db, policy);
  const release = aRelease('shop', '1.4.0', {
    policyDigest: policy.digest,
    requestedBy: { id: 'ben', kind: 'person' },
  });
  await insertRelease(store.db, {
    ...release,
    event: anEvent('created', { action: 'release.created', sentence: 'Ben asked for shop 1.4.0.' }),
  });
  const requestId = randomUUID();
  const deadline = over.deadline ?? '2099-06-04T09:00:00.000Z';
  const plan = aStage({
    rules: [{ role: 'qa', atLeast: 1, not: ['author'] }],
    candidates: peoplePolicy.people.map(({ id, name, roles }) => ({ id, name, roles })),
    excluded: [{ person: 'ben', because: 'author of 2 commits', as: ['author'] }],
    ...over.plan,
  });
  await openRequest(store.db, {
    requestId,
    releaseId: release.view.id,
    title: 'shop 1.4.0',
    stage: plan,
    intent: 'deploy',
    openedAt: '2026-06-01T09:00:00.000Z',
    deadline,
  });
  const view = openView(release.view, plan, { requestId, deadline }, over);
  await recordBatch(store.db, {
    releaseId: view.id,
    events: [anEvent('asked', { sentence: 'Ana and Dee were asked.' })],
    view,
    workflow: { id: view.workflowId, runId: 'r' },
  });
  return { view, requestId, plan, deadline };
}

function openView(
  draft: ReleaseView,
  plan: StagePlan,
  asked: { requestId: string; deadline: string },
  over: { stage?: Partial<StageView>; view?: Partial<ReleaseView> },
): ReleaseView {
  const stage: StageView = {
    environment: 'production',
    state: 'gating',
    checks: [
      {
        id: 'unit',
        service: 'shop',
        outcome: 'passed',
        required: true,
        summary: '310 passed',
        round: 1,
        counts: { passed: 310, failed: 0, skipped: 2 },
      },
    ],
    verdicts: [
      {
        gate: 'approval',
        kind: 'needsPeople',
        because: 'Needs 1 of qa: Ana or Dee.',
        since: '2026-06-01T09:00:00.000Z',
        who: [{ rule: 'qa', candidates: ['ana', 'dee'], seats: 1 }],
      },
    ],
    approval: {
      ...asked,
      state: 'open',
      subjectDigest: plan.subjectDigest,
      openedAt: '2026-06-01T09:00:00.000Z',
      asked: ['ana', 'dee'],
      excluded: [{ person: 'ben', because: 'author of 2 commits' }],
      votes: [],
      seats: [{ rule: 'qa', atLeast: 1, filled: 0, candidates: ['ana', 'dee'] }],
    },
    rollout: [],
    soak: [],
    ...over.stage,
  };
  return {
    ...draft,
    state: 'gating',
    headline: 'Waiting for 1 approval from qa since 09:00 UTC.',
    stage: 'production',
    stages: [stage],
    changes: {
      count: 2,
      breaking: 1,
      truncated: false,
      top: [change('fix', 'round totals once'), change('breaking', 'totals <b>include</b> tax')],
    },
    owner: 'dee',
    seq: 1,
    ...over.view,
  };
}

const change = (kind: 'fix' | 'breaking', title: string) => ({
  kind,
  title,
  author: 'Ben Ode',
  commit: 'c0ffee',
  at: '2026-06-01T08:00:00.000Z',
});

/** What the workflow answers; a test says what, or throws. */
export type Workflow = (update: UpdateInput) => unknown;

/** Dependencies of the API around a real store and a workflow that a test plays. */
export function apiDeps(store: Store, dataDir: string, workflow: Workflow, now?: () => Date): ApiDeps {
  return {
    config: readConfig({ PUBLIC_URL: publicUrl, GANTRY_DATA_DIR: dataDir }),
    store,
    secrets: openSecrets({ dataDir }),
    log: createLogger({ level: 'silent' }),
    engine: {
      start: () => Promise.resolve(),
      startTrain: () => Promise.resolve(),
      startCalendarWatch: () => Promise.resolve(),
      update: async (update) => workflow(update),
      signal: () => Promise.resolve(),
      query: () => Promise.reject(new Error('nobody answers queries here')),
      assessRisk: async () => {
        throw new Error('no release of these tests is assessed');
      },
      stalled: async () => ({ found: [], isAll: true }),
      releaseRuns: async () => ({ runs: new Map(), isWhole: true }),
      runOf: async () => ({ kind: 'running' }),
      runnerPolledAt: () => Promise.resolve(undefined),
      workersPolledAt: () => Promise.resolve(undefined),
      isReachable: () => Promise.resolve(true),
    },
    inbox: true,
    ...(now ? { clock: now } : {}),
  };
}

/** An application with only what `mount` puts into it, and the way problems are shown. */
export function appWith(deps: ApiDeps, mount: (app: Express) => void): Express {
  const app = express();
  app.use(withRequestId, bodies);
  mount(app);
  app.use(replyWithProblem(deps, renderProblemPage));
  return app;
}
