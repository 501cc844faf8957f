import { open, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';

const MOST_BYTES = 20 * 1024 * 1024;

/**
 * Text of a report in a working folder; undefined where there is none. A checked-out repository is not trusted: a path or
 * link that leads out of the folder, a device, and a file of more than 20 MiB count as no report.
 */
export async function readReport(folder: string, name: string): Promise<string | undefined> {
  try {
    const [root, path] = await Promise.all([realpath(folder), realpath(join(folder, name))]);
    if (!path.startsWith(root + sep)) return undefined;
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      return (await file.stat()).isFile() && size <= MOST_BYTES ? await file.readFile('utf8') : undefined;
    } finally {
      await file.close();
    }
  } catch {
    return undefined;
  }
}
