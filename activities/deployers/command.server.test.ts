import { existsSync, readFileSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { CommandDeployerSchema, type CommandDeployer } from '../../domain/policy/deployer.schema.ts';
import { operationFolder } from '../../platform/command/operations.ts';
import { groupExists } from '../../platform/process-identity.ts';
import { readCommand, readWrapper } from '../../platform/command/operation-folder.ts';
import { describeDeployer, type Behaviour } from '../../test/support/deployer-conformance.ts';
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

/** A program that notes each effect in a ledger and then behaves as told. */
function programs(folder: string) {
  const ledger = join(folder, 'ledger');
  const go = join(folder, 'go');
  const note = `const fs = require('fs'); fs.appendFileSync(${JSON.stringify(ledger)}, process.env.GANTRY_OPERATION_ID + '\\n');`;
  const behaviours: Record<Behaviour, string> = {
    works: note,
    fails: `${note} process.exit(1)`,
    waits: `${note} setInterval(() => { if (fs.existsSync(${JSON.stringify(go)})) process.exit(0) }, 20)`,
    hangs: `${note} setInterval(() => {}, 1000)`,
    shouts: `${note} process.stdout.write('token ' + process.env.DEPLOY_TOKEN + ' ' + 'x'.repeat(3e6))`,
  };
  return {
    node: (behaviour: Behaviour): string[] => [process.execPath, '-e', behaviours[behaviour]],
    ledger: (): string[] => (existsSync(ledger) ? readFileSync(ledger, 'utf8').trim().split('\n') : []),
    begun: () => untilFile(folder, 'ledger'),
    release: () => writeFileSync(go, ''),
  };
}

describeDeployer('command', async (folder) => {
  const { node, ...rest } = programs(folder);
  return {
    ...rest,
    deployer: (behaviour, timeout = '20s') =>
      CommandDeployerSchema.parse({
        kind: 'command',
        apply: node(behaviour),
        undo: node(behaviour),
        timeout,
        secrets: ['DEPLOY_TOKEN'],
      }),
    close: async () => undefined,
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
