import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';

/** What GitHub sends or is sent, by the names of `github-shapes.json`. */
export type GithubShape = 'dispatch' | 'runs' | 'run' | 'jobs' | 'error' | 'nothing';

const file = fileURLToPath(new URL('./github-shapes.json', import.meta.url));
const ajv = new Ajv({ allowUnionTypes: true, strictTypes: false }).addSchema(
  JSON.parse(readFileSync(file, 'utf8')) as object,
  'github',
);

/** Where something has not the shape that GitHub's description gives it; empty where it fits. */
export function misfits(shape: GithubShape, value: unknown): string[] {
  const validate = ajv.getSchema(`github#/definitions/${shape}`);
  if (validate === undefined) throw new Error(`There is no shape "${shape}" in ${file}.`);
  return validate(value) === true
    ? []
    : (validate.errors ?? []).map(({ instancePath, message = '' }) => `${shape}${instancePath} ${message}`);
}
