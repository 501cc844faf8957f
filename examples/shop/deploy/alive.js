import { openSync, closeSync, mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { readJson } from './places.js';

/** What answers at a port, or undefined. A process id alone proves nothing: the system uses them again. */
export async function whoAnswers(port, path) {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(2000) });
    return answer.ok ? await answer.json() : undefined;
  } catch {
    return undefined;
  }
}

/** The process that a file names, if it is the one that answers there. */
export async function running(file, path) {
  const known = readJson(file);
  if (!known?.port) return undefined;
  const answer = await whoAnswers(known.port, path);
  return answer?.pid === known.pid ? known : undefined;
}

/** Makes `file` ours. Of several processes that start at once only one gets it; false for the others. */
export async function claim(file, path) {
  mkdirSync(dirname(file), { recursive: true });
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      closeSync(openSync(file, 'wx'));
      return true;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (await running(file, path)) return false;
    const known = readJson(file);
    if (known?.pid && exists(known.pid)) return false;
    rmSync(file, { force: true });
  }
  return false;
}

export function exists(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Asks until there is an answer, for at most `ms`. Throws with `what` when there is none. */
export async function until(ask, what, ms = 20_000) {
  const end = Date.now() + ms;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`${what} did not happen within ${ms / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
