import type { DeploymentChange, RecordBatch } from '../../activities/contract.ts';
import type { Policy } from '../../domain/policy/policy.schema.ts';
import type { NewEvent } from '../../domain/release/events.ts';
import type { ReleaseOrder, ReleaseView } from '../../domain/release/release.ts';
import { newId } from '../../platform/ids.ts';
import type { Db } from '../../platform/database/open.ts';
import { storePolicy } from '../../platform/record/policies.ts';
import { insertRelease } from '../../platform/record/releases.ts';

export const anEvent = (key: string, rest: Partial<NewEvent> = {}): NewEvent => ({
  key,
  at: '2026-06-01T09:00:00.000Z',
  actor: { id: 'ana', kind: 'person', assurance: 'session' },
  action: 'stage.started',
  object: 'staging',
  sentence: `What ${key} says.`,
  ...rest,
});

/** A policy with nothing in it. */
export const noPolicy: Policy = {
  gantry: 1,
  organisation: { name: 'Acme', zone: 'UTC', onCall: [] },
  people: [],
  environments: [],
  services: [],
  pipelines: {},
};

/** A policy row to hang releases on. */
export async function aStoredPolicy(db: Db, digest = 'd1'): Promise<string> {
  await storePolicy(db, {
    policy: noPolicy,
    text: 'gantry: 1',
    digest,
    baseDir: '/',
    by: { id: 'ana', kind: 'person' },
    sentences: [],
  });
  return digest;
}

export interface StoredRelease {
  order: ReleaseOrder;
  view: ReleaseView;
  workflowId: string;
}

/** A draft of `service@version`, as it is asked for. */
export function aRelease(
  service = 'shop',
  version = '1.4.0',
  rest: Partial<ReleaseOrder> = {},
): StoredRelease {
  const releaseId = newId('rel');
  const order: ReleaseOrder = {
    releaseId,
    attempt: 1,
    components: [{ service, version }],
    intent: 'deploy',
    requestedBy: { id: 'ana', kind: 'person' },
    createdAt: '2026-06-01T09:00:00.000Z',
    policyDigest: 'd1',
    ...rest,
  };
  const { createdAt, components, attempt, intent, requestedBy, policyDigest } = order;
  const workflowId = `release/${service}/${version}/${releaseId}`;
  const view: ReleaseView = {
    ...{ id: releaseId, workflowId, attempt, components, intent, requestedBy, policyDigest, createdAt },
    state: 'draft',
    headline: 'Asked for.',
    stages: [],
    residue: 'none',
    holds: [],
    changes: { count: 0, breaking: 0, truncated: false, top: [] },
    updatedAt: createdAt,
    seq: 0,
  };
  return { order, view, workflowId };
}

/** The release in the record, with its policy and its first event. */
export async function aStoredRelease(db: Db, release = aRelease()): Promise<StoredRelease> {
  await aStoredPolicy(db, release.order.policyDigest);
  await insertRelease(db, { ...release, event: anEvent('created', { action: 'release.created' }) });
  return release;
}

/** What the workflow of a release hands over after its event number `seq`. */
export const batchOf = (
  release: StoredRelease,
  seq: number,
  rest: Partial<ReleaseView> = {},
  deployments?: DeploymentChange[],
): RecordBatch => ({
  releaseId: release.order.releaseId,
  events: [anEvent(`e${seq}`)],
  view: { ...release.view, seq, ...rest },
  workflow: { id: release.workflowId, runId: 'run' },
  ...(deployments ? { deployments } : {}),
});
