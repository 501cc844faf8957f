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
  return `Error.stackTraceLimit = ${stackFrames};${code}`;
}

/**
 * The SDK takes a stack at each promise of a workflow, for whoever asks where it stands, and looks every frame up in the source
 * map: with V8's ten frames that is a third of what a workflow costs. The first few say where.
 */
const stackFrames = 4;

/** Imports that stay once types are gone: what gives types alone may reach for packages that no workflow may load. */
const importOfRule = /^import (?!type\b)[^;]*?from ['"](\.\.\/domain\/[^'"]+)['"]/gm;

/** The sandbox's own storage comes first: the SDK freezes what is there when all of them are loaded. */
async function preloaded(workflowsPath: string): Promise<string[]> {
  const files = (await readdir(workflowsPath)).filter((name) => /(?<!\.test|\.d)\.[jt]s$/.test(name));
  const sources = await Promise.all(files.map(async (name) => readFile(join(workflowsPath, name), 'utf8')));
  const rules = sources.flatMap((source) => [...source.matchAll(importOfRule)].map(([, path]) => path ?? ''));
  const storages = files.filter((name) => /^one-storage\.[jt]s$/.test(name));
  const index = files.filter((name) => /^index\.[jt]s$/.test(name));
  return [...storages, ...new Set(rules.sort()), ...index].map((path) => join(workflowsPath, path));
}
