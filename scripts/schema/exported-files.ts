import { policyJsonSchema } from '../../domain/policy/known-fields.ts';
import { configurationReference } from './configuration-reference.ts';

/** Files that are made from the schema of gantry.yaml, relative to the root of the repository. */
export function exportedFiles(): { path: string; text: string }[] {
  const schema = policyJsonSchema();
  const titled = {
    ...schema,
    title: 'gantry.yaml',
    description: 'Who releases what, where to, and who must agree.',
  };
  return [
    { path: 'gantry.schema.json', text: `${JSON.stringify(titled, null, 2)}\n` },
    { path: 'docs/reference/configuration.md', text: configurationReference(schema) },
  ];
}
