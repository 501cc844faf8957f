import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ActivityCancellationDetails, CancelledFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { OperationInput, OperationResult } from '../../activities/contract.ts';
import { createApplyStep, createUndoComponent } from '../../activities/deployers/operate.ts';
import { createDeployers, deployerOf } from '../../activities/deployers/index.ts';
import { effectOf } from '../../activities/deployers/perform.ts';
import type { Deployer } from '../../domain/policy/deployer.schema.ts';
import type { Reading } from '../../domain/rollout/drift.ts';
import type { Store } from '../../platform/database/open.ts';
import { operationId } from '../../domain/release/operation-id.ts';
import { newId } from '../../platform/ids.ts';
import { createOutgoing } from '../../platform/outgoing.ts';
import { readOperationResult } from '../../platform/record/results.ts';
import { startPostgres, type TestServer } from './postgres.ts';
import { aStoredPolicy } from './record-builders.ts';

/** What a deployment does in the world of a test: `waits` goes on when told to, `shouts` prints the secret and a flood. */
export type Behaviour = 'works' | 'fails' | 'waits' | 'hangs' | 'shouts';

/** A place to deploy to, for one kind of deployer. Its ledger has one line for each effect that really happened. */
export interface DeployerWorld {
  deployer(behaviour: Behaviour, timeout?: string): Deployer;
  ledger(): readonly string[];
  /** Resolves once the ledger has a line. */
  begun(): Promise<void>;
  /** Lets what `waits` go on. */
  release(): void;
  close(): Promise<void>;
  /** Says `call` for each call of its target, before and after it took effect. */
  calls?: EventEmitter;
  /** What a probe answers before and after 1.4.0 was brought out; absent where the kind asks a place of its own. */
  probes?: { before: Partial<Reading>; after: Partial<Reading> };
}

/** Secret that the worlds hand to their deployers under the name DEPLOY_TOKEN. */
export const secret = 'correct-horse-battery-staple';

/** What every deployer must bear: twice is once, lost replies, dead workers, cancel, time-out, undo of nothing. */
export function describeDeployer(
  kind: string,
  open: (folder: string) => Promise<DeployerWorld>,
  /** Its worker goes away at each of the world's `calls`, or one is killed for real. */
  { isLeftAtCalls = false, isKilled = !isLeftAtCalls }: { isLeftAtCalls?: boolean; isKilled?: boolean } = {},
): void {
  describe(`a ${kind} deployer`, () => {
    let server: TestServer;
    let store: Store & { url: string };
    let dataDir: string;
    let world: DeployerWorld;

    beforeAll(async () => {
      process.env['DEPLOY_TOKEN'] = secret;
      server = await startPostgres();
      store = await server.database();
      await aStoredPolicy(store.db);
    }, 60_000);
    afterAll(() => server.stop());
    beforeEach(async () => {
      dataDir = await mkdtemp(join(tmpdir(), 'gantry-deployer-'));
      world = await open(dataDir);
    });
    afterEach(async () => {
      await world.close();
      await rm(dataDir, { recursive: true, force: true });
    });

    const aStep = (
      behaviour: Behaviour,
      o: { kind?: 'apply' | 'undo'; timeout?: string; releaseId?: string } = {},
    ): OperationInput => {
      const place = { releaseId: o.releaseId ?? newId('rel'), environment: 'production' };
      return {
        ...place,
        operationId: operationId({ ...place, service: 'shop', kind: o.kind ?? 'apply', step: 1 }),
        component: {
          service: 'shop',
          version: '1.4.0',
          previousVersion: '1.3.0',
          mode: 'deploy',
          dependsOn: [],
        },
        deploy: world.deployer(behaviour, o.timeout),
        weight: 10,
        step: 1,
        steps: 1,
        policyDigest: 'd1',
        requestedBy: { id: 'ana', kind: 'person' },
        summary: 'deploy shop',
      };
    };
    const deps = () => ({ store, dataDir, outgoing: createOutgoing() });
    const apply = (
      input: OperationInput,
      environment = new MockActivityEnvironment(),
    ): Promise<OperationResult> => environment.run(createApplyStep(deps()), input);
    const undo = (input: OperationInput): Promise<OperationResult> =>
      new MockActivityEnvironment().run(createUndoComponent(deps()), input);
    const recorded = (input: OperationInput) => readOperationResult(store.db, input.operationId);
    const forget = (input: OperationInput) =>
      store.db.deleteFrom('operation_results').where('operation_id', '=', input.operationId).execute();

    test('applies a step and records what came of it', async () => {
      const input = aStep('works');
      expect(await apply(input)).toMatchObject({ outcome: 'done', resultId: input.operationId });
      expect(await recorded(input)).toMatchObject({ outcome: 'done', kind: 'apply', service: 'shop' });
    });

    test('says when a step failed', async () => {
      expect(await apply(aStep('fails'))).toMatchObject({ outcome: 'failed' });
    });

    test('asked twice acts once', async () => {
      const input = aStep('works');
      const first = await apply(input);
      expect(await apply(input)).toEqual(first);
      expect(world.ledger()).toHaveLength(1);
    });

    test('asked again after its answer was lost acts once', async () => {
      const input = aStep('works');
      await apply(input);
      await forget(input);
      expect(await apply(input)).toMatchObject({ outcome: 'done' });
      expect(world.ledger()).toHaveLength(1);
    });

    test('asked by two workers at once acts once', async () => {
      const input = aStep('works');
      const both = await Promise.all([apply(input), apply(input)]);
      expect(both.map((result) => result.outcome)).toEqual(['done', 'done']);
      expect(world.ledger()).toHaveLength(1);
    });

    if (isLeftAtCalls)
      test('goes on wherever its worker went away, with one effect and never a false word', async () => {
        const calls = world.calls ?? new EventEmitter();
        for (let point = 1; ; point += 1) {
          const before = world.ledger().length;
          const input = aStep('works');
          const environment = new MockActivityEnvironment();
          let seen = 0;
          const leave = (): void => {
            seen += 1;
            if (seen === point)
              environment.cancel(
                'WORKER_SHUTDOWN',
                new ActivityCancellationDetails({ workerShutdown: true }),
              );
          };
          calls.on('call', leave);
          const isLeft = await apply(input, environment).then(
            () => false,
            () => true,
          );
          calls.off('call', leave);
          const end = await apply(input);
          const effects = world.ledger().length - before;
          expect({ point, outcome: end.outcome, effects }).toEqual(
            end.outcome === 'unknown'
              ? { point, outcome: 'unknown', effects: 0 }
              : { point, outcome: 'done', effects: 1 },
          );
          expect(seen).toBeGreaterThan(0);
          if (!isLeft) return;
        }
      }, 90_000);
    if (isKilled)
      test('goes on after kill -9 of its worker, with one effect', async () => {
        const input = aStep('waits');
        const script = new URL('./operate-once.ts', import.meta.url).pathname;
        const worker = spawn(
          process.execPath,
          ['--import', 'tsx', script, store.url, dataDir, JSON.stringify(input)],
          {
            env: { PATH: process.env['PATH'], DEPLOY_TOKEN: secret },
            stdio: 'inherit',
          },
        );
        await world.begun();
        worker.kill('SIGKILL');
        await once(worker, 'exit');
        const resumed = apply(input);
        world.release();
        expect(await resumed).toMatchObject({ outcome: 'done' });
        expect(world.ledger()).toHaveLength(1);
      }, 90_000);

    test('acknowledges a cancel', async () => {
      const environment = new MockActivityEnvironment();
      const input = aStep('hangs');
      const running = apply(input, environment);
      await world.begun();
      environment.cancel();
      await expect(running).rejects.toBeInstanceOf(CancelledFailure);
      expect(await recorded(input)).toMatchObject({ because: expect.stringContaining('cancelled') });
    });

    test('never calls a step done that ran out of time', async () => {
      const result = await apply(aStep('hangs', { timeout: '1s' }));
      expect(['failed', 'unknown']).toContain(result.outcome);
      expect(result.because).toContain('1 s');
    });

    test('looks without changing anything', async () => {
      const input = aStep('works');
      const port = deployerOf(createDeployers(createOutgoing()), input.deploy);
      const effect = effectOf(input, { dataDir, policyDir: dataDir });
      const { probes } = world;
      const before = await port.probe(effect, {});
      expect(before).toMatchObject(probes?.before ?? { kind: 'unknown' });
      expect((await port.status(effect, {})).state).not.toBe('done');
      expect(world.ledger()).toEqual([]);
      await apply(input);
      if (probes) expect(await port.probe(effect, {})).toMatchObject(probes.after);
      expect(world.ledger()).toHaveLength(1);
    });

    test('undoes what never happened without harm', async () => {
      expect(await undo(aStep('works', { kind: 'undo' }))).toMatchObject({ outcome: 'done' });
    });

    test('keeps its output short and without secrets', async () => {
      const input = aStep('shouts');
      await apply(input);
      const output = (await recorded(input))?.stdout ?? '';
      expect(output).toContain('***');
      expect(output).not.toContain(secret);
      expect(output.length).toBeLessThan(1024 * 1024 + 200);
    });
  });
}
