import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { messageOf } from '../../platform/errors.ts';
import { smallDisk } from '../../test/support/small-disk.ts';
import { findTemporalCli } from '../../platform/temporal/find-cli.ts';

/** What some tests need, and look for themselves. */
export interface Tool {
  name: 'temporal' | 'chromium' | 'prometheus' | 'small disk';
  /** Nothing that could be installed: a run that needs all goes without. */
  isPermission?: true;
  /** Why it is not at hand; left out when it is. */
  missing?: string;
}

/** Looks for every program that tests may need. The Temporal CLI is fetched where it can be. */
export async function lookForTools(): Promise<Tool[]> {
  return [await temporal(), onPath('chromium'), onPath('prometheus'), mountable()];
}

function mountable(): Tool {
  const disk = smallDisk(1);
  disk?.remove();
  return {
    name: 'small disk',
    isPermission: true,
    ...(disk ? {} : { missing: 'this user may not mount one' }),
  };
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
