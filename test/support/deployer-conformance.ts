import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ActivityCancellationDetails, CancelledFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { OperationInput, OperationResult } from '../../activities/contract.ts';
import { createDeployers, deployerOf } from '../../activities/deployers/index.ts';
import { createApplyStep, createUndoComponent } from '../../activities/deployers/operate.ts';
import { effectOf } from '../../activities/deployers/perform.ts';
import { createProbeComponent } from '../../activities/deployers/probe.ts';
import { createRunnerActivities } from '../../activities/runner/index.ts';
import { operationId } from '../../domain/release/operation-id.ts';
import { canProbe } from '../../domain/rollout/by-hand.ts';
import { judgeDrift, mayStart, type Reading } from '../../domain/rollout/drift.ts';
import { newId } from '../../platform/ids.ts';
import { createOutgoing } from '../../platform/outgoing.ts';
import { readOperationResult, saveOperationResult } from '../../platform/record/results.ts';
import type { Store } from '../../platform/database/open.ts';
import { moods, secret, type Behaviour, type DeployerWorld, type OpenWorld } from './deployer-world.ts';
import { startPostgres, type TestServer } from './postgres.ts';
import { aStoredPolicy } from './record-builders.ts';
import { until } from './until.ts';

const kinds = ['apply', 'undo'] as const;
type Kind = (typeof kinds)[number];

/** One operation in a world of its own, left at the call that is the `point`-th to be heard of. */
interface Try {
  kind: Kind;
  point: number;
  dataDir: string;
  world: DeployerWorld;
  input: OperationInput;
  effectsBefore: number;
}

/** What every deployer must bear: twice is once, lost replies, dead workers, cancel, time-out, undo of nothing; and say what runs. */
export function describeDeployer(
  kind: string,
  open: OpenWorld,
  /** Whether its target has no key against repetition: what may have been asked for is then in doubt, and never asked for again. */
  { doubts = false }: { doubts?: boolean } = {},
): void {
  describe(`a ${kind} deployer`, () => {
    let server: TestServer;
    let store: Store & { url: string };
    let dataDir: string;
    let world: DeployerWorld;
    const closers: (() => Promise<void>)[] = [];

    beforeAll(async () => {
      process.env['DEPLOY_TOKEN'] = secret;
      server = await startPostgres();
      store = await server.database();
      await aStoredPolicy(store.db);
    }, 60_000);
    afterAll(() => server.stop());
    beforeEach(async () => {
      ({ dataDir, world } = await aWorld(false));
    });
    afterEach(async () => {
      await Promise.all(closers.splice(0).map((close) => close()));
    });

    async function aWorld(isCalm: boolean): Promise<{ dataDir: string; world: DeployerWorld }> {
      const folder = await mkdtemp(join(tmpdir(), 'gantry-deployer-'));
      const opened = await open(folder, { isCalm });
      closers.push(async () => {
        await opened.close();
        await rm(folder, { recursive: true, force: true });
      });
      return { dataDir: folder, world: opened };
    }

    const aStep = (
      behaviour: Behaviour,
      o: { kind?: Kind; timeout?: string; releaseId?: string; at?: DeployerWorld } = {},
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
        deploy: (o.at ?? world).deployer(behaviour, o.timeout),
        weight: 10,
        step: 1,
        steps: 1,
        policyDigest: 'd1',
        requestedBy: { id: 'ana', kind: 'person' },
        summary: 'deploy shop',
      };
    };
    const deps = (folder = dataDir) => ({ store, dataDir: folder, outgoing: createOutgoing() });
    const operate = (
      what: Kind,
      input: OperationInput,
      { environment = new MockActivityEnvironment(), folder = dataDir } = {},
    ): Promise<OperationResult> =>
      environment.run(
        what === 'apply' ? createApplyStep(deps(folder)) : createUndoComponent(deps(folder)),
        input,
      );
    const recorded = (input: OperationInput) => readOperationResult(store.db, input.operationId);
    const forget = (input: OperationInput) =>
      store.db.deleteFrom('operation_results').where('operation_id', '=', input.operationId).execute();
    /** A step that goes so, or the undo of one that was taken well. */
    const ready = async (
      what: Kind,
      at = { dataDir, world },
      behaviour: Behaviour = 'works',
      timeout?: string,
    ): Promise<OperationInput> => {
      const asked = { at: at.world, ...(timeout === undefined ? {} : { timeout }) };
      if (what === 'apply') return aStep(behaviour, asked);
      await at.world.stands?.(behaviour);
      const input = aStep('works', { at: at.world });
      expect(await operate('apply', input, { folder: at.dataDir })).toMatchObject({ outcome: 'done' });
      return aStep(behaviour, { ...asked, kind: 'undo', releaseId: input.releaseId });
    };
    const readyFor = (what: Kind, behaviour: Behaviour, timeout?: string): Promise<OperationInput> =>
      ready(what, { dataDir, world }, behaviour, timeout);

    describe.each(kinds)('asked for one %s', (what) => {
      test('does it and records what came of it', async () => {
        const input = await ready(what);
        expect(await operate(what, input)).toMatchObject({ outcome: 'done', resultId: input.operationId });
        expect(await recorded(input)).toMatchObject({ outcome: 'done', kind: what, service: 'shop' });
      });

      test('says when it failed', async () => {
        const input = await readyFor(what, 'fails');
        expect(await operate(what, input)).toMatchObject({ outcome: 'failed' });
      });

      test('acknowledges a cancel', async () => {
        const environment = new MockActivityEnvironment();
        const input = await readyFor(what, 'hangs');
        const before = world.ledger().length;
        const running = operate(what, input, { environment });
        await until('the effect', () => world.ledger().length > before);
        environment.cancel();
        await expect(running).rejects.toBeInstanceOf(CancelledFailure);
        expect(await recorded(input)).toMatchObject({ because: expect.stringContaining('cancelled') });
      });

      test('never calls it done where it ran out of time', async () => {
        const result = await operate(what, await readyFor(what, 'hangs', '1s'));
        expect(['failed', 'unknown']).toContain(result.outcome);
        expect(result.because).toContain('1 s');
      });

      test('keeps its output short and without secrets', async () => {
        const input = await readyFor(what, 'shouts');
        await operate(what, input);
        const output = (await recorded(input))?.stdout ?? '';
        expect(output).toContain('***');
        expect(output).not.toContain(secret);
        expect(output.length).toBeLessThan(1024 * 1024 + 200);
      });

      test('twice acts once', async () => {
        const input = await ready(what);
        const before = world.ledger().length;
        const first = await operate(what, input);
        expect(first).toMatchObject({ outcome: 'done' });
        expect(await operate(what, input)).toEqual(first);
        expect(world.ledger()).toHaveLength(before + 1);
      });

      test('again after its answer was lost acts once', async () => {
        const input = await ready(what);
        const before = world.ledger().length;
        await operate(what, input);
        await forget(input);
        expect(await operate(what, input)).toMatchObject({ outcome: 'done' });
        expect(world.ledger()).toHaveLength(before + 1);
      });

      test('twice by a runner, which has no record, acts once', async () => {
        const input = await ready(what);
        const before = world.ledger().length;
        const { operateHere } = createRunnerActivities({ ...deps(), dir: '/' });
        for (const time of ['first', 'second']) {
          const performed = await new MockActivityEnvironment().run(operateHere, { kind: what, input });
          expect({ time, performed }).toMatchObject({ time, performed: { outcome: 'done' } });
        }
        expect(world.ledger()).toHaveLength(before + 1);
      });

      test('by two workers at once acts once', async () => {
        const input = await ready(what);
        const before = world.ledger().length;
        const both = await Promise.all([operate(what, input), operate(what, input)]);
        expect(both.map((result) => result.outcome)).toEqual(['done', 'done']);
        expect(world.ledger()).toHaveLength(before + 1);
      });
    });

    /** How often one hears of a call in an operation that nothing stops. */
    async function pointsOf(what: Kind, isCalm: boolean): Promise<number> {
      const at = await aWorld(isCalm);
      const input = await ready(what, at);
      let heard = 0;
      const stop = at.world.calls.onEach(() => (heard += 1) < 0);
      await operate(what, input, { folder: at.dataDir });
      stop();
      expect(heard).toBeGreaterThan(0);
      return heard;
    }

    /** One try for each point of both kinds, and `more` for each kind. */
    async function triesAtEach(isCalm: boolean, more: number): Promise<Try[]> {
      const all = await Promise.all(
        kinds.map(async (what) => {
          const points = await pointsOf(what, isCalm);
          return Promise.all(
            Array.from({ length: points + more }, async (_, index): Promise<Try> => {
              const at = await aWorld(isCalm);
              const input = await ready(what, at, 'works', '2m'); // all of them come to their points before any goes on
              return {
                ...at,
                ...{ kind: what, point: index + 1, input },
                effectsBefore: at.world.ledger().length,
              };
            }),
          );
        }),
      );
      return all.flat();
    }

    /** Takes it up again: it ends well with one effect, or in doubt with none. */
    async function takeUp(one: Try): Promise<'done' | 'unknown'> {
      const { outcome } = await operate(one.kind, one.input, { folder: one.dataDir });
      const effects = one.world.ledger().length - one.effectsBefore;
      const where = { kind: one.kind, point: one.point };
      expect({ ...where, outcome, effects }).toEqual(
        doubts && outcome === 'unknown'
          ? { ...where, outcome, effects: 0 }
          : { ...where, outcome: 'done', effects: 1 },
      );
      return outcome as 'done' | 'unknown';
    }

    test('goes on wherever its worker went away, with one effect and never a false word', async () => {
      const tries = await triesAtEach(false, 0);
      const left = await Promise.all(
        tries.map(async (one) => {
          const environment = new MockActivityEnvironment();
          let heard = 0;
          const stop = one.world.calls.onEach(() => {
            heard += 1;
            if (heard === one.point)
              environment.cancel(
                'WORKER_SHUTDOWN',
                new ActivityCancellationDetails({ workerShutdown: true }),
              );
            return false;
          });
          const isLeft = await operate(one.kind, one.input, { environment, folder: one.dataDir }).then(
            () => false,
            () => true,
          );
          stop();
          await takeUp(one);
          return isLeft;
        }),
      );
      expect(left).toContain(true);
    }, 180_000);

    test('goes on after kill -9 of its worker at each call, before and after it is written down, with one effect', async () => {
      const tries = await triesAtEach(true, 2);
      const last = kinds.map((what) => tries.filter((one) => one.kind === what).slice(-2));
      const unwritten = last.map(([one]) => one!);
      const written = last.map(([, one]) => one!);
      const atCalls = tries.filter((one) => !unwritten.includes(one) && !written.includes(one));
      const release = await withholdWriting(unwritten);

      const arrived = [
        ...atCalls.map(untilLeftAtPoint),
        until('writes that wait', async () => (await writesThatWait()) >= unwritten.length),
        ...written.map(({ input }) => until('what came of it', () => recorded(input))),
      ];
      const worker = startWorker(tries);
      const ended = once(worker, 'exit');
      try {
        await Promise.race([
          Promise.all(arrived),
          ended.then(() => Promise.reject(new Error('The worker has ended by itself.'))),
        ]);
      } finally {
        worker.kill('SIGKILL');
        await ended;
        await release();
      }
      expect(worker.signalCode).toBe('SIGKILL');
      for (const { world: each } of tries) each.goOn?.();

      expect(await Promise.all(unwritten.map(({ input }) => recorded(input)))).toEqual(
        unwritten.map(() => undefined),
      );
      const outcomes = await Promise.all(tries.map(takeUp));
      // a dispatch that never got out is the one thing that nobody can know
      expect(outcomes.filter((outcome) => outcome === 'unknown')).toHaveLength(doubts ? kinds.length : 0);
    }, 180_000);

    /** Resolves when its call is left where it is, the worker waiting for the answer. */
    const untilLeftAtPoint = (one: Try): Promise<void> =>
      new Promise((resolve) => {
        let heard = 0;
        const stop = one.world.calls.onEach(() => {
          heard += 1;
          if (heard < one.point) return false;
          stop();
          resolve();
          return true;
        });
      });

    /** Somebody else has the place of their results in the record, and has not said yet whether they keep it. */
    async function withholdWriting(tries: readonly Try[]): Promise<() => Promise<void>> {
      const other = await store.db.startTransaction().execute();
      const now = new Date().toISOString();
      for (const { input, kind: what } of tries)
        await saveOperationResult(other, {
          ...{ operationId: input.operationId, releaseId: input.releaseId, kind: what },
          ...{ environment: input.environment, service: 'shop', outcome: 'failed', because: 'never told' },
          ...{ stdout: '', stderr: '', startedAt: now, endedAt: now },
        });
      return async () => {
        // the writer is dead, and what it was about to write must not come after it
        await store.pool.query(
          `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
        );
        await until('the end of those writes', async () => (await writesThatWait()) === 0);
        await other.rollback().execute();
      };
    }
    async function writesThatWait(): Promise<number> {
      const { rows } = await store.pool.query<{ n: number }>(
        `select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return rows[0]?.n ?? 0;
    }
    function startWorker(tries: readonly Try[]) {
      const script = new URL('./operate-once.ts', import.meta.url).pathname;
      const operations = tries.map(({ kind: what, input, dataDir: folder }) => ({
        ...{ kind: what, input, dataDir: folder },
      }));
      return spawn(process.execPath, ['--import', 'tsx', script, store.url, JSON.stringify(operations)], {
        env: { PATH: process.env['PATH'], DEPLOY_TOKEN: secret },
        stdio: 'inherit',
      });
    }

    test('undoes what never happened without harm', async () => {
      expect(await operate('undo', aStep('works', { kind: 'undo' }))).toMatchObject({ outcome: 'done' });
    });

    describe('says what runs', () => {
      async function look(
        o: { timeout?: string; changes?: object; asRunner?: boolean } = {},
      ): Promise<Reading> {
        const {
          operationId: id,
          releaseId,
          environment,
          component,
          deploy,
          policyDigest,
        } = aStep('works', o);
        const input = {
          ...{ operationId: `${id}+look`, releaseId, environment, component, policyDigest },
          deploy: { ...deploy, ...o.changes },
        };
        const probe = o.asRunner
          ? createRunnerActivities({ ...deps(), dir: '/' }).probeHere
          : createProbeComponent(deps());
        return new MockActivityEnvironment().run(probe, input);
      }
      const drift = (reading: Reading, version: string | undefined) =>
        judgeDrift('shop', version === undefined ? {} : { version }, reading).kind;

      test('before a step, after it and after its undo, by which drift is judged', async () => {
        const before = await look();
        expect(before).toMatchObject({ kind: 'runs', version: world.place.before });
        const undoing = await ready('undo');
        const after = await look();
        expect(after).toMatchObject({ kind: 'runs', version: '1.4.0' });
        expect(await look({ asRunner: true })).toEqual(after);
        expect(await operate('undo', undoing)).toMatchObject({ outcome: 'done' });
        const back = await look();
        expect(back).toMatchObject({ kind: 'runs', version: world.place.before });
        expect([drift(before, world.place.before), drift(after, '1.4.0'), drift(back, '1.4.0')]).toEqual([
          ...['same', 'same', 'drifted'],
        ]);
      });

      test('where nothing does', async () => {
        world.place.clear();
        const reading = await look();
        expect(reading).toMatchObject({ kind: 'nothing' });
        expect([drift(reading, undefined), drift(reading, '1.3.0')]).toEqual(['same', 'drifted']);
      });

      test.each(moods)('never wrongly: it does not know where its place answers so: %s', async (mood) => {
        world.place.answers(mood);
        const reading = await look({ timeout: '1s' });
        expect(reading).toMatchObject({ kind: 'unknown', because: expect.stringMatching(/\w/) });
        const findings = [undefined, '1.3.0'].map((version) =>
          judgeDrift('shop', version === undefined ? {} : { version }, reading),
        );
        expect(findings.map((finding) => finding.kind)).toEqual(['unknown', 'unknown']);
        expect(findings.map((finding) => mayStart('stop', [finding]).isAllowed)).toEqual([false, false]);
      });

      test('or that it cannot, where it was not told whom to ask', async () => {
        const { deploy } = aStep('works');
        if (deploy.kind === 'kubernetes') {
          expect(canProbe(deploy)).toBe(true); // it asks the cluster that it deploys to
          return;
        }
        const changes = { probe: undefined };
        expect(canProbe({ ...deploy, ...changes })).toBe(false);
        expect(await look({ changes })).toEqual({
          kind: 'unknown',
          because: 'its deployer has no `probe` to ask',
        });
      });

      test('without changing anything', async () => {
        const input = aStep('works');
        const port = deployerOf(createDeployers(createOutgoing()), input.deploy);
        const effect = effectOf(input, { dataDir, policyDir: dataDir });
        await port.probe(effect, {});
        expect((await port.status(effect, {})).state).not.toBe('done');
        expect(world.ledger()).toEqual([]);
        expect(await look()).toMatchObject({ version: world.place.before });
      });
    });
  });
}
