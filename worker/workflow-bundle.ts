import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

/**
 * All workflow code in one text, from the folder of the workflows (`.ts` or built `.js`).
 *
 * The rules of `domain/` are pure and keep nothing of a release, so they are loaded once a worker instead of once a
 * workflow: what a cached workflow holds in memory is its own story, not another copy of the rules.
 */
export async function bundleWorkflows(workflowsPath: string): Promise<string> {
  const { code } = await bundleWorkflowCode({
    workflowsPath,
    logger: new DefaultLogger('ERROR'),
    preloadModules: await preloaded(workflowsPath),
  });
  return code;
}

/** Imports that stay once types are gone: what gives types alone may reach for packages that no workflow may load. */
const importOfRule = /^import (?!type\b)[^;]*?from ['"](\.\.\/domain\/[^'"]+)['"]/gm;

/** What changes the sandbox itself comes first: the SDK freezes what is there when all of them are loaded. */
const forSandbox = /^(one-storage|no-promise-stacks|usable-ranges)\.[jt]s$/;

async function preloaded(workflowsPath: string): Promise<string[]> {
  const files = (await readdir(workflowsPath)).filter((name) => /(?<!\.test|\.d)\.[jt]s$/.test(name));
  const sources = await Promise.all(files.map(async (name) => readFile(join(workflowsPath, name), 'utf8')));
  const rules = sources.flatMap((source) => [...source.matchAll(importOfRule)].map(([, path]) => path ?? ''));
  const first = files.filter((name) => forSandbox.test(name));
  const index = files.filter((name) => /^index\.[jt]s$/.test(name));
  return [...first, ...new Set(rules.sort()), ...index].map((path) => join(workflowsPath, path));
}
