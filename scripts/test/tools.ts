import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { messageOf } from '../../platform/errors.ts';
import { findTemporalCli } from '../../platform/temporal/find-cli.ts';

/** A program that some tests need; tests read the names of those at hand from GANTRY_TEST_HAS. */
export interface Tool {
  name: 'temporal' | 'chromium' | 'prometheus';
  /** Why it is not at hand; left out when it is. */
  missing?: string;
}

/** Looks for every program that tests may need. The Temporal CLI is fetched where it can be. */
export async function lookForTools(): Promise<Tool[]> {
  return [await temporal(), onPath('chromium'), onPath('prometheus')];
}

async function temporal(): Promise<Tool> {
  try {
    await findTemporalCli({ say: (sentence) => void process.stderr.write(`${sentence} …\n`) });
    return { name: 'temporal' };
  } catch (error) {
    return { name: 'temporal', missing: messageOf(error) };
  }
}

function onPath(name: 'chromium' | 'prometheus'): Tool {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const isThere = folders.some((folder) => isExecutable(join(folder, name)));
  return isThere ? { name } : { name, missing: `there is no ${name} on the PATH; apt-get install ${name}` };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
