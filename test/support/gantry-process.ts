import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** A part of Gantry as a process of its own, which a test may kill and start again. */
export interface GantryProcess {
  /** Starts it, and returns once it has printed what it prints when it is ready. */
  start(): Promise<void>;
  /** kill -9 of this process alone, or with all its descendants; returns when it is gone. */
  kill(o?: { tree?: boolean }): Promise<void>;
  /** SIGTERM; what does not end within 20 s is killed with its descendants. Harmless where it does not run. */
  stop(): Promise<void>;
  /** Everything printed since the first start, both streams. */
  said(): string;
}

export interface GantryProcessOptions {
  /** Of the built command line. */
  main: string;
  args: readonly string[];
  cwd: string;
  env: Readonly<Record<string, string>>;
  /** Text by which it says that it is ready. */
  ready: string;
}

const startLimitMs = 60_000;
const stopLimitMs = 20_000;

export function gantryProcess(options: GantryProcessOptions): GantryProcess {
  let child: ChildProcess | undefined;
  let text = '';
  const isAlive = (): boolean => child !== undefined && child.exitCode === null && child.signalCode === null;
  return {
    async start() {
      const from = text.length;
      child = spawn(process.execPath, [options.main, ...options.args], {
        cwd: options.cwd,
        env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...options.env },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const started = child;
      await new Promise<void>((resolve, reject) => {
        const fail = (why: string) =>
          reject(new Error(`gantry ${options.args[0]} ${why}:\n${text.slice(from)}`));
        const limit = setTimeout(() => fail('is not ready'), startLimitMs);
        const listen = (piece: Buffer) => {
          text += piece.toString('utf8');
          if (text.includes(options.ready, from)) {
            clearTimeout(limit);
            resolve();
          }
        };
        started.stdout?.on('data', listen);
        started.stderr?.on('data', listen);
        started.once('exit', (code, signal) => fail(`ended with ${code ?? signal}`));
      });
    },
    async kill({ tree = false } = {}) {
      if (!child || !isAlive()) return;
      const gone = once(child, 'exit');
      killAll(tree ? descendants(child.pid) : [child.pid]);
      await gone;
    },
    async stop() {
      if (!child || !isAlive()) return;
      const gone = once(child, 'exit');
      const all = descendants(child.pid);
      child.kill('SIGTERM');
      const limit = setTimeout(() => killAll(all), stopLimitMs);
      await gone;
      clearTimeout(limit);
    },
    said: () => text,
  };
}

/** A process and everything below it: detached servers lead groups of their own, but their parent is still who started them. */
export function descendants(root: number | undefined): number[] {
  if (root === undefined) return [];
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
  const pairs = lines.map((line) => line.trim().split(/\s+/).map(Number));
  const found = [root];
  for (const parent of found)
    found.push(...pairs.filter(([, ppid]) => ppid === parent).map(([pid = 0]) => pid));
  return found;
}

function killAll(pids: readonly (number | undefined)[]): void {
  for (const pid of pids) {
    try {
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}
