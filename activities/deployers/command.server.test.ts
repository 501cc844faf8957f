import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { CommandDeployerSchema, type CommandDeployer } from '../../domain/policy/deployer.schema.ts';
import { operationFolder } from '../../platform/command/operations.ts';
import { groupExists, identityOf } from '../../platform/process-identity.ts';
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
  const behaviours: Record<Behaviour | 'waits', string> = {
    works: note,
    fails: `${note} process.exit(1)`,
    waits: `${note} setInterval(() => { if (fs.existsSync(${JSON.stringify(go)})) process.exit(0) }, 20)`,
    hangs: `${note} setInterval(() => {}, 1000)`,
    shouts: `${note} process.stdout.write('token ' + process.env.DEPLOY_TOKEN + ' ' + 'x'.repeat(3e6))`,
  };
  return {
    node: (behaviour: keyof typeof behaviours, ...args: string[]): string[] => [
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
    /** Kills whoever runs it, once its effect has happened. */
    endsWrapper: [process.execPath, '-e', `${note} process.kill(process.ppid, 'SIGKILL')`],
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

const operation = 'rel_1.production.shop.apply.1';

describe.each(['apply', 'undo'] as const)('a command deployer whose wrapper died, at one %s', (kind) => {
  /** The outcome where the wrapper is killed before its command, in the middle of it or when it has ended, with this `status`. */
  async function afterDeath(when: 'before' | 'middle' | 'after', status?: string[]) {
    const root = mkdtempSync(join(tmpdir(), 'gantry-lost-'));
    const world = programs(root);
    const commands = { before: world.node('works'), middle: world.node('waits'), after: world.endsWrapper };
    const deploy: CommandDeployer = CommandDeployerSchema.parse({
      kind: 'command',
      ...{ apply: commands[when], undo: commands[when] },
      ...(status ? { status } : {}),
    });
    const folder = operationFolder(root, operation);
    const effect: Effect<CommandDeployer> = {
      operationId: operation,
      deploy,
      facts: { operation: 'op' },
      policyDir: root,
      folder,
    };
    if (when === 'before') await claimAndDie(folder.run(1));
    const running = commandDeployer[kind](effect, {});
    if (when === 'middle') {
      await world.begun();
      await untilFile(root, `operations/${operation}/run-1/command.json`);
      process.kill(readWrapper(folder.run(1))?.pid ?? 0, 'SIGKILL');
      world.release();
    }
    const end = await running;
    const command = readCommand(folder.run(1));
    const isStray = command !== undefined && groupExists(command.pid);
    const effects = world.ledger().length;
    rmSync(root, { recursive: true });
    return { end, effects, isStray };
  }
  /** Leaves a run behind whose wrapper has the right to it and is gone. */
  async function claimAndDie(run: string): Promise<void> {
    mkdirSync(run, { recursive: true });
    const wrapper = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    writeFileSync(join(run, 'wrapper.json'), JSON.stringify(identityOf(wrapper.pid ?? 0)));
    wrapper.kill('SIGKILL');
    await once(wrapper, 'exit');
  }
  const exit = (code: number): string[] => [process.execPath, '-e', `process.exit(${String(code)})`];

  test.each([
    ['before', 0],
    ['middle', 1],
    ['after', 1],
  ] as const)(
    '(%s) is unknown without a status to ask: it is not run again, and nothing strays',
    async (when, effects) => {
      expect(await afterDeath(when)).toMatchObject({ end: { outcome: 'unknown' }, effects, isStray: false });
    },
  );

  test('is done where its status says so', async () => {
    expect(await afterDeath('after', exit(0))).toMatchObject({
      ...{ end: { outcome: 'done' }, effects: 1, isStray: false },
    });
  });

  test.each([
    ['before', 1],
    ['middle', 2],
  ] as const)('(%s) is run again where its status says that it did not happen', async (when, effects) => {
    expect(await afterDeath(when, exit(1))).toMatchObject({
      ...{ end: { outcome: 'done' }, effects, isStray: false },
    });
  });

  test('is unknown where its status gives no answer', async () => {
    expect(await afterDeath('middle', exit(3))).toMatchObject({
      ...{ end: { outcome: 'unknown' }, effects: 1, isStray: false },
    });
  });
});
