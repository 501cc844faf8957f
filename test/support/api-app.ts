import type { Express } from 'express';
import { buildApp } from '../../api/server.ts';
import type { ApiDeps } from '../../api/deps.ts';
import type { Engine, SignalInput, UpdateInput } from '../../api/engine.ts';
import type { Access, Policy } from '../../domain/policy/policy.schema.ts';
import { readConfig } from '../../platform/config.ts';
import type { Store } from '../../platform/database/open.ts';
import { createLogger } from '../../platform/logger.ts';
import { readPolicy } from '../../platform/policy/read-policy.ts';
import { storePolicy } from '../../platform/record/policies.ts';
import { createToken } from '../../platform/record/tokens.ts';
import { openSecrets } from '../../platform/secrets.ts';

const policyText = `
gantry: 1
organisation: { name: Acme, zone: UTC }
people:
  - { id: vera, name: Vera, email: vera@acme.test, access: [viewer] }
  - { id: ben, name: Ben, email: ben@acme.test, access: [releaser] }
  - { id: cleo, name: Cleo, email: cleo@acme.test, roles: [qa], access: [viewer, approver] }
  - { id: otto, name: Otto, email: otto@acme.test, access: [operator] }
  - { id: ada, name: Ada, email: ada@acme.test, access: [auditor] }
  - { id: ana, name: Ana, email: ana@acme.test, access: [admin] }
environments: [{ id: staging }, { id: production, production: true }]
services:
  - { id: shop, pipeline: web, versions: ">=1.0.0" }
  - { id: cart, pipeline: web }
pipelines:
  web:
    - { environment: staging, deploy: { kind: command, apply: [./d.sh], undo: [./u.sh] } }
    - environment: production
      approvals: [{ role: qa }]
      deploy: { kind: command, apply: [./d.sh], undo: [./u.sh] }
`;

/** One person for each access, by the access. */
export const personOf: Record<Access, string> = {
  viewer: 'vera',
  releaser: 'ben',
  approver: 'cleo',
  operator: 'otto',
  auditor: 'ada',
  admin: 'ana',
};

/** An engine that does what a test says, and remembers what it was asked. */
export interface FakeEngine extends Engine {
  started: string[];
  updates: UpdateInput[];
  signals: SignalInput[];
  /** What the next calls do; all are replaced by tests. */
  onStart: () => Promise<void>;
  onUpdate: (update: UpdateInput) => Promise<unknown>;
  onSignal: (signal: SignalInput) => Promise<void>;
  onQuery: () => Promise<unknown>;
  onAssess: Engine['assessRisk'];
  onRunner: Engine['runnerPolledAt'];
  onWorkers: Engine['workersPolledAt'];
  onRuns: Engine['releaseRuns'];
  onRunOf: Engine['runOf'];
}

export function fakeEngine(): FakeEngine {
  const engine: FakeEngine = {
    started: [],
    updates: [],
    signals: [],
    onStart: async () => undefined,
    // Older than anything recorded: commands that move gates wait for how these stand after the answer, which nobody here would write.
    onUpdate: async () => ({ state: 'held', headline: 'Held.', seq: -1 }),
    onSignal: async () => undefined,
    onQuery: async () => undefined,
    onAssess: async () => {
      throw new Error('this test says nothing of risk');
    },
    onRunner: async () => undefined,
    onWorkers: async () => undefined,
    onRuns: async (workflowIds) => ({
      runs: new Map(workflowIds.map((id) => [id, { kind: 'running' }])),
      isWhole: true,
    }),
    onRunOf: async () => ({ kind: 'running' }),
    assessRisk: async (input) => engine.onAssess(input),
    start: async ({ workflowId }) => {
      engine.started.push(workflowId);
      await engine.onStart();
    },
    startTrain: async () => undefined,
    startCalendarWatch: async () => undefined,
    update: async (update) => {
      engine.updates.push(update);
      return engine.onUpdate(update);
    },
    signal: async (signal) => {
      engine.signals.push(signal);
      await engine.onSignal(signal);
    },
    query: async () => engine.onQuery(),
    stalled: async () => ({ found: [], isAll: true }),
    runOf: async (workflowId) => engine.onRunOf(workflowId),
    releaseRuns: async (workflowIds) => engine.onRuns(workflowIds),
    runnerPolledAt: async (runner) => engine.onRunner(runner),
    workersPolledAt: async () => engine.onWorkers(),
    isReachable: async () => true,
  };
  return engine;
}

export interface ApiUnderTest {
  app: Express;
  deps: ApiDeps;
  engine: FakeEngine;
  policy: Policy;
  /** `Authorization` header of a token of this person with all that they may do. */
  bearer(access: Access, services?: string[]): Promise<string>;
  draining: AbortController;
}

/** The API on a migrated database, with a policy in force and a fake engine. */
export async function apiUnderTest(
  store: Store,
  dataDir: string,
  over: Partial<Pick<ApiDeps, 'provider' | 'clock'>> = {},
): Promise<ApiUnderTest> {
  const config = readConfig({ GANTRY_DATA_DIR: dataDir, PUBLIC_URL: 'http://127.0.0.1:8640' });
  const engine = fakeEngine();
  const draining = new AbortController();
  const log = createLogger({ level: 'silent' });
  const deps: ApiDeps = {
    config,
    store,
    secrets: openSecrets({ dataDir }),
    log,
    engine,
    inbox: true,
    draining: draining.signal,
    ...over,
  };
  const { policy, digest, problems } = readPolicy(policyText);
  if (!policy || digest === undefined) throw new Error(JSON.stringify(problems));
  await storePolicy(store.db, {
    policy,
    text: policyText,
    digest,
    baseDir: dataDir,
    by: { id: 'ana', kind: 'person' },
    sentences: [],
  });
  const bearer = async (access: Access, services: string[] = []): Promise<string> => {
    const owner = personOf[access];
    const person = policy.people.find((one) => one.id === owner);
    const { text } = await createToken(store.db, {
      name: owner,
      owner,
      access: person?.access ?? [],
      services,
      by: { id: owner, kind: 'person' },
      at: new Date().toISOString(),
      expiresAt: '2100-01-01T00:00:00.000Z', // a test may set the clock of the API to any year before
    });
    return `Bearer ${text}`;
  };
  return { app: buildApp(deps), deps, engine, policy, bearer, draining };
}
