import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

/** All files below some folders, sorted, as paths relative to the root with forward slashes. */
export async function listFiles(root: string, folders: readonly string[]): Promise<string[]> {
  const lists = await Promise.all(
    folders.map(async (folder) =>
      readdir(join(root, folder), { withFileTypes: true, recursive: true }).catch(() => []),
    ),
  );
  return lists
    .flat()
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}
