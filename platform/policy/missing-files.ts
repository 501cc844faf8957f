import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Policy } from '../../domain/policy/policy.schema.ts';
import { pathText } from '../../domain/policy/problem.ts';
import type { Position, Positions } from './positions.ts';

/** Something that the policy names and that is not on this machine: a reminder, no mistake of the file. */
export interface MissingFile extends Position {
  path: string;
  detail: string;
}

const commands = ['apply', 'undo', 'status', 'probe'] as const;

/**
 * Scripts of command deployers and local repositories that cannot be found below `baseDir`. Only what is written relative to
 * the policy file is looked for: another machine may do the deploying, and programs of its PATH cannot be known here.
 */
export async function missingFiles(
  policy: Policy,
  positions: Positions,
  baseDir: string,
): Promise<MissingFile[]> {
  const found = await Promise.all([
    ...Object.entries(policy.pipelines).flatMap(([pipeline, stages]) =>
      stages.flatMap(({ deploy }, index) =>
        deploy.kind !== 'command'
          ? []
          : commands.map((name) =>
              missingScript(deploy[name]?.[0], baseDir, ['pipelines', pipeline, index, 'deploy', name, 0]),
            ),
      ),
    ),
    ...policy.services.map(({ source }, index) =>
      missingFolder(source?.git, baseDir, ['services', index, 'source', 'git']),
    ),
  ]);
  return found
    .filter((one) => one !== undefined)
    .map(({ path, detail }) => ({ path: pathText(path), detail, ...positions.of(path) }))
    .sort((a, b) => a.line - b.line || a.column - b.column);
}

type Path = (string | number)[];
type Missing = { path: Path; detail: string } | undefined;

const isRelative = (file: string | undefined): file is string =>
  file !== undefined && /^\.\.?\//.test(file) && !file.includes('{{');

async function missingScript(file: string | undefined, baseDir: string, path: Path): Promise<Missing> {
  if (!isRelative(file)) return undefined;
  try {
    await access(resolve(baseDir, file), constants.X_OK);
    return undefined;
  } catch (error) {
    const isThere = (error as NodeJS.ErrnoException).code !== 'ENOENT';
    return {
      path,
      detail: isThere ? `${file} may not be run: try chmod +x ${file}.` : `${file} is not here yet.`,
    };
  }
}

async function missingFolder(folder: string | undefined, baseDir: string, path: Path): Promise<Missing> {
  if (!isRelative(folder)) return undefined;
  const isThere = await stat(resolve(baseDir, folder)).then(
    (found) => found.isDirectory(),
    () => false,
  );
  return isThere ? undefined : { path, detail: `The folder ${folder} is not here.` };
}
