import { existsSync, mkdirSync, readdirSync, readFileSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { CommandDeployerSchema, type CommandDeployer } from '../../domain/policy/deployer.schema.ts';
import { operationFolder } from '../../platform/command/operations.ts';
import { groupExists } from '../../platform/process-identity.ts';
import { readCommand, readWrapper } from '../../platform/command/operation-folder.ts';
import { describeDeployer } from '../../test/support/deployer-conformance.ts';
import { Calls, type Behaviour, type Mood } from '../../test/support/deployer-world.ts';
import { commandDeployer } from './command.ts';
import type { Effect } from './port.ts';

function untilFile(folder: string, name: string): Promise<void> {
  return new Promise((resolve) => {
    const watcher = watch(folder, { recursive: true }, look);
    look();
    function look(): void {
      if (!existsSync(join(folder, name))) return;
      watcher.close();
      resolve();
    }
  });
}

/** Programs that note each effect in a ledger and then behave as told; the version that runs is the text of a file. */
function programs(folder: string) {
  const place = (name: string): string => join(folder, name);
  const [ledger, go, runs, calls] = [place('ledger'), place('go'), place('runs'), place('calls')];
  mkdirSync(calls);
  writeFileSync(runs, '1.3.0');
  const note = `const fs = require('fs'); fs.appendFileSync(${JSON.stringify(ledger)}, process.env.GANTRY_OPERATION_ID + '\\n'); fs.writeFileSync(${JSON.stringify(runs)}, process.argv[1] ?? '');`;
  const behaviours: Record<Behaviour, string> = {
    works: note,
    fails: `${note} process.exit(1)`,
    waits: `${note} setInterval(() => { if (fs.existsSync(${JSON.stringify(go)})) process.exit(0) }, 20)`,
    hangs: `${note} setInterval(() => {}, 1000)`,
    shouts: `${note} process.stdout.write('token ' + process.env.DEPLOY_TOKEN + ' ' + 'x'.repeat(3e6))`,
  };
  return {
    node: (behaviour: Behaviour, ...args: string[]): string[] => [
      ...[process.execPath, '-e', behaviours[behaviour], ...args],
    ],
    /** Works, and waits before and after its effect until it is let go on. */
    stepByStep: (version: string): string[] => [
      process.execPath,
      '-e',
      `const at = (phase) => {
        const file = ${JSON.stringify(calls)} + '/' + process.pid + '-' + phase;
        require('fs').writeFileSync(file, '');
        while (require('fs').existsSync(file)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
      };
      at('received'); ${note} at('acted');`,
      version,
    ],
    probe: [
      process.execPath,
      '-e',
      `console.log(require('fs').readFileSync(${JSON.stringify(runs)}, 'utf8'))`,
    ],
    ledger: (): string[] => (existsSync(ledger) ? readFileSync(ledger, 'utf8').trim().split('\n') : []),
    begun: () => untilFile(folder, 'ledger'),
    release: () => writeFileSync(go, ''),
    clear: () => writeFileSync(runs, ''),
    calls,
  };
}

/** Says each call of a program that goes step by step, and lets it go on unless somebody wants it left there. */
function watchCalls(folder: string) {
  const calls = new Calls();
  const seen = new Set<string>();
  const look = (): void => {
    for (const name of readdirSync(folder).filter((one) => !seen.has(one))) {
      seen.add(name);
      if (!calls.isLeftAt(name.endsWith('received') ? 'received' : 'acted')) rmSync(join(folder, name));
    }
  };
  const watcher = watch(folder, look);
  return {
    calls,
    goOn: () => readdirSync(folder).forEach((name) => rmSync(join(folder, name))),
    close: () => watcher.close(),
  };
}

/** What a program does that is asked which version runs and does not tell. */
const astray: Record<Mood, string> = {
  page: `console.log('<title>Sign in</title>')`,
  half: `process.stdout.write('{"version":"1.4')`,
  words: `console.log('no connection to the orchestrator')`,
  fails: `console.log('1.4.0'); process.exit(1)`,
  refuses: `console.error('you may not'); process.exit(77)`,
  breaksOff: `process.kill(process.pid, 'SIGKILL')`,
  hangs: `setInterval(() => {}, 1000)`,
};

describeDeployer('command', async (folder) => {
  const world = programs(folder);
  const watched = watchCalls(world.calls);
  let { probe } = world;
  return {
    ...world,
    ...watched,
    deployer: (behaviour, timeout = '20s') => {
      const run = (version: string): string[] =>
        behaviour === 'works' ? world.stepByStep(version) : world.node(behaviour, version);
      return CommandDeployerSchema.parse({
        kind: 'command',
        apply: run('{{version}}'),
        undo: run('{{previousVersion}}'),
        probe,
        timeout,
        secrets: ['DEPLOY_TOKEN'],
      });
    },
    place: {
      before: '1.3.0',
      clear: world.clear,
      answers: (mood) => {
        probe = [process.execPath, '-e', astray[mood]];
      },
    },
    close: async () => watched.close(),
  };
});

describe('a command deployer whose wrapper died', () => {
  /** The outcome of a deployment whose wrapper was killed in the middle, with this `status`. */
  async function afterDeath(status?: string[]) {
    const root = mkdtempSync(join(tmpdir(), 'gantry-lost-'));
    const world = programs(root);
    const deploy: CommandDeployer = CommandDeployerSchema.parse({
      kind: 'command',
      apply: world.node('waits'),
      undo: world.node('works'),
      ...(status ? { status } : {}),
    });
    const folder = operationFolder(root, 'rel_1.production.shop.apply.1');
    const effect: Effect<CommandDeployer> = {
      operationId: 'rel_1.production.shop.apply.1',
      deploy,
      facts: { operation: 'op' },
      policyDir: root,
      folder,
    };
    const running = commandDeployer.apply(effect, {});
    await world.begun();
    await untilFile(root, 'operations/rel_1.production.shop.apply.1/run-1/command.json');
    process.kill(readWrapper(folder.run(1))?.pid ?? 0, 'SIGKILL');
    world.release();
    const end = await running;
    const isStray = groupExists(readCommand(folder.run(1))?.pid ?? 0);
    const effects = world.ledger().length;
    rmSync(root, { recursive: true });
    return { end, effects, isStray };
  }
  const exit = (code: number): string[] => [process.execPath, '-e', `process.exit(${String(code)})`];

  test('is unknown without a status to ask: it is not run again, and nothing strays', async () => {
    expect(await afterDeath()).toMatchObject({ end: { outcome: 'unknown' }, effects: 1, isStray: false });
  });

  test('is done where its status says so', async () => {
    expect(await afterDeath(exit(0))).toMatchObject({ end: { outcome: 'done' }, effects: 1 });
  });

  test('is run again where its status says that it did not happen', async () => {
    expect(await afterDeath(exit(1))).toMatchObject({ end: { outcome: 'done' }, effects: 2 });
  });

  test('is unknown where its status gives no answer', async () => {
    expect(await afterDeath(exit(3))).toMatchObject({ end: { outcome: 'unknown' }, effects: 1 });
  });
});
