import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, watch } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { groupExists, identityOf } from '../process-identity.ts';
import { readCommand, readWrapper } from './operation-folder.ts';
import { cancelRun, clearRun, runCommand, type CommandRun } from './run-command.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'gantry-command-'));
});
afterEach(async () => {
  await cancelRun(join(root, 'run'));
  rmSync(root, { recursive: true, force: true });
});

const node = (script: string, ...rest: string[]): string[] => [process.execPath, '-e', script, ...rest];
const aRun = (script: string, changes: Partial<CommandRun> = {}): CommandRun => ({
  folder: join(root, 'run'),
  argv: node(script),
  environment: {},
  secrets: {},
  timeoutMs: 20_000,
  graceMs: 300,
  endLeftovers: true,
  ...changes,
});
const ledger = (): string => join(root, 'ledger');
const entries = (): string[] =>
  existsSync(ledger()) ? readFileSync(ledger(), 'utf8').trim().split('\n') : [];
/** Writes one line into the ledger, then goes on with `then`. */
const noting = (then: string): string =>
  `require('fs').appendFileSync(${JSON.stringify(ledger())}, process.pid + '\\n'); ${then}`;

/** Until a file is there; the folder is watched, not asked again and again. */
function fileAppears(name: string): Promise<void> {
  return new Promise((resolve) => {
    const watcher = watch(root, { recursive: true }, look);
    look();
    function look(): void {
      if (!existsSync(join(root, name))) return;
      watcher.close();
      resolve();
    }
  });
}

describe('a command', () => {
  test.each([
    [0, { how: 'exited', exitCode: 0 }],
    [75, { how: 'exited', exitCode: 75 }],
  ])('that exits with %i says so', async (code, end) => {
    expect(await runCommand(aRun(`process.exit(${String(code)})`))).toMatchObject(end);
  });

  test('that a signal ended names it', async () => {
    expect(await runCommand(aRun(`process.kill(process.pid, 'SIGABRT')`))).toMatchObject({
      how: 'signalled',
      signal: 'SIGABRT',
    });
  });

  test('that does not exist was not started', async () => {
    const end = await runCommand(aRun('', { argv: ['no-such-program-here'] }));
    expect(end).toMatchObject({ how: 'notStarted', detail: 'ENOENT' });
  });

  test('gets its arguments as they are: no shell reads them', async () => {
    const end = await runCommand(
      aRun('', { argv: node('console.log(process.argv[1])', '$(id); `id` > x & y') }),
    );
    expect(end.stdout).toBe('$(id); `id` > x & y\n');
  });

  test('inherits only what it is given, and a home and folder of its own', async () => {
    process.env['GANTRY_TEST_LEAK'] = 'leaked';
    const script =
      'console.log(JSON.stringify({ env: process.env, cwd: process.cwd(), mode: require("fs").statSync(".").mode & 0o777 }))';
    const end = await runCommand(aRun(script, { environment: { GANTRY_VERSION: '1.0.0' } }));
    delete process.env['GANTRY_TEST_LEAK'];
    const seen = JSON.parse(end.stdout) as { env: Record<string, string>; cwd: string; mode: number };
    const allowed = ['GANTRY_VERSION', 'HOME', 'LANG', 'NPM_CONFIG_UPDATE_NOTIFIER', 'PATH', 'TZ'];
    expect(Object.keys(seen.env).filter((name) => !allowed.includes(name))).toEqual([]);
    expect(seen.env['GANTRY_VERSION']).toBe('1.0.0');
    expect(seen.env['HOME']).toContain(root);
    expect(seen.cwd).toBe(end.workFolder);
    expect(seen.mode).toBe(0o700);
  });

  test('has its secrets masked in both streams, whole and encoded', async () => {
    const script = `const s = process.env.TOKEN; process.stdout.write('out ' + s.slice(0, 9)); setImmediate(() => {
      process.stdout.write(s.slice(9) + ' end'); console.error(Buffer.from(s).toString('base64')); })`;
    const end = await runCommand(aRun(script, { secrets: { TOKEN: 'correct-horse-battery' } }));
    expect(end.stdout).toBe('out *** end');
    expect(end.stderr).toMatch(/^\*\*\*.{0,4}\n$/);
  });

  test('with a secret too short to be masked is not started', async () => {
    await expect(runCommand(aRun(noting(''), { secrets: { PIN: '1234' } }))).rejects.toMatchObject({
      code: 'SECRET_TOO_SHORT',
    });
    expect(entries()).toEqual([]);
  });

  test('reads its input as it was given', async () => {
    const end = await runCommand(aRun('process.stdin.pipe(process.stdout)', { input: '{"service":"shop"}' }));
    expect(end.stdout).toBe('{"service":"shop"}');
  });

  test('that floods leaves both ends of its output', async () => {
    const end = await runCommand(aRun(`process.stdout.write('begin' + 'x'.repeat(5e6) + 'end')`));
    expect(end.stdout).toMatch(/^begin.*characters were cut here.*end$/s);
    expect(end.stdout.length).toBeLessThan(1024 * 1024 + 100);
  });

  test('over its time is ended with its whole group, those that ignore SIGTERM too', async () => {
    const stubborn = `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000);`;
    const script = `require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(stubborn)}], { stdio: 'ignore' }); setInterval(() => {}, 1000);`;
    const end = await runCommand(aRun(script, { timeoutMs: 500 }));
    expect(end.how).toBe('timedOut');
    expect(groupExists(readCommand(join(root, 'run'))?.pid ?? 0)).toBe(false);
  });

  test('over its time is ended with what left its process group', async () => {
    const far = `require('fs').writeFileSync(${JSON.stringify(join(root, 'far'))}, String(process.pid)); setInterval(() => {}, 1000);`;
    const script = `require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(far)}], { stdio: 'ignore', detached: true }).unref(); setInterval(() => {}, 1000);`;
    const running = runCommand(aRun(script, { timeoutMs: 2_000 }));
    await fileAppears('far');
    expect((await running).how).toBe('timedOut');
    expect(identityOf(Number(readFileSync(join(root, 'far'), 'utf8')))).toBeUndefined();
  });

  test('that is cancelled ends, and the cancel is acknowledged', async () => {
    const cancel = new AbortController();
    const running = runCommand(aRun(noting('setInterval(() => {}, 1000)')), { cancel: cancel.signal });
    await fileAppears('ledger');
    cancel.abort();
    expect(await running).toMatchObject({ how: 'cancelled' });
    expect(groupExists(readCommand(join(root, 'run'))?.pid ?? 0)).toBe(false);
  });

  test('that was cancelled before it began never runs', async () => {
    expect(await runCommand(aRun(noting('')), { cancel: AbortSignal.abort() })).toMatchObject({
      how: 'cancelled',
    });
    expect(entries()).toEqual([]);
  });
});

describe('asking for the same run again', () => {
  test('gives its result without running it again', async () => {
    const first = await runCommand(aRun(noting(`console.log('done')`)));
    expect(await runCommand(aRun(noting('process.exit(1)')))).toEqual(first);
    expect(entries()).toHaveLength(1);
  });

  test('gives its result after its working folder has been cleared', async () => {
    const first = await runCommand(aRun(noting('')));
    await clearRun(join(root, 'run'));
    expect(existsSync(first.workFolder)).toBe(false);
    expect(await runCommand(aRun(noting('')))).toEqual(first);
    expect(entries()).toHaveLength(1);
  });

  test('many times at once runs it once', async () => {
    const ends = await Promise.all([1, 2, 3, 4].map(() => runCommand(aRun(noting(`console.log('done')`)))));
    expect(ends.map((end) => end.stdout)).toEqual(Array(4).fill('done\n'));
    expect(entries()).toHaveLength(1);
  });

  test('joins it while it runs', async () => {
    const leave = new AbortController();
    const script = noting(
      `const wait = setInterval(() => { if (require('fs').existsSync(${JSON.stringify(join(root, 'go'))})) { clearInterval(wait); console.log('went'); } }, 20)`,
    );
    const left = runCommand(aRun(script), { leave: leave.signal });
    await fileAppears('ledger');
    leave.abort(new Error('the worker stops'));
    await expect(left).rejects.toThrow('the worker stops');
    const joined = runCommand(aRun(script));
    spawnSync('touch', [join(root, 'go')]);
    expect(await joined).toMatchObject({ how: 'exited', exitCode: 0, stdout: 'went\n' });
    expect(entries()).toHaveLength(1);
  });

  test('after kill -9 of the process that asked finds the one run', async () => {
    const script = noting(
      `const wait = setInterval(() => { if (require('fs').existsSync(${JSON.stringify(join(root, 'go'))})) { clearInterval(wait); console.log('went'); } }, 20)`,
    );
    const module = new URL('./run-command.ts', import.meta.url).href;
    const ask = `import { runCommand } from '${module}'; await runCommand(JSON.parse(process.argv[1]));`;
    const asker = spawn(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '-e', ask, JSON.stringify(aRun(script))],
      { env: { PATH: process.env['PATH'] } },
    );
    await fileAppears('ledger');
    const gone = new Promise((resolve) => asker.once('exit', resolve));
    asker.kill('SIGKILL');
    await gone;
    const joined = runCommand(aRun(script));
    spawnSync('touch', [join(root, 'go')]);
    expect(await joined).toMatchObject({ how: 'exited', exitCode: 0, stdout: 'went\n' });
    expect(entries()).toHaveLength(1);
  });

  test('after its wrapper died says that it is lost, and leaves no stray process', async () => {
    const running = runCommand(aRun(noting('setInterval(() => {}, 1000)')));
    await fileAppears('ledger');
    await fileAppears('run/command.json');
    process.kill(readWrapper(join(root, 'run'))?.pid ?? 0, 'SIGKILL');
    expect(await running).toMatchObject({ how: 'lost' });
    expect(groupExists(readCommand(join(root, 'run'))?.pid ?? 0)).toBe(false);
    expect(await runCommand(aRun(noting('')))).toMatchObject({ how: 'lost' });
    expect(entries()).toHaveLength(1);
  });
});
