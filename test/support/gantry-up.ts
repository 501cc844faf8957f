import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** `gantry up` as a process of its own. */
export interface GantryUp {
  child: ChildProcess;
  /** What it has printed so far, both streams. */
  said: () => string;
  /** Resolves once it says so; rejects when it ends before. */
  ready: Promise<void>;
  /** Exit code, or the signal that ended it. */
  ended: Promise<number | NodeJS.Signals | null>;
}

/** `main`: path of the built command line. From the sources each start would compile them and bundle the workflows anew. */
export function gantryUp(
  main: string,
  folder: string,
  flags: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): GantryUp {
  const anyPort = ['--ui-port', '0', '--temporal-port', '0', '--smtp-port', '0'];
  const child = spawn(process.execPath, [main, 'up', '--port', '0', ...anyPort, ...flags], {
    cwd: folder,
    env: { ...process.env, NODE_OPTIONS: '', FORCE_COLOR: undefined, ...env }, // these are for Jest
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  const ended = once(child, 'exit').then(
    ([code, signal]) => (code ?? signal) as number | NodeJS.Signals | null,
  );
  const ready = new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (piece: Buffer) => {
        text += piece.toString('utf8');
        if (text.includes('Gantry is ready')) resolve();
      });
    child.once('exit', () => reject(new Error(`It ended before it was ready:\n${text}`)));
  });
  ready.catch(() => undefined); // a test may wait only for the end
  return { child, said: () => text, ready, ended };
}
