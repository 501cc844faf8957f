import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { exportedFiles } from '../../scripts/schema/exported-files.ts';
import { placeholderSection } from '../../scripts/schema/configuration-reference.ts';
import { policyJsonSchema, type SchemaNode } from './known-fields.ts';

test.each(exportedFiles())(
  '$path says what the schema says (else: npm run export-schema)',
  async ({ path, text }) => {
    expect(await readFile(new URL(`../../${path}`, import.meta.url), 'utf8')).toBe(text);
  },
);

test('the reference says where each placeholder may stand, and is not made of a place without words', () => {
  expect(placeholderSection()).toMatch(/^- in the same of a metric .*`{{window}}`$/m);
  expect(placeholderSection()).not.toContain('undefined');
  expect(() => placeholderSection({ moon: ['phase'] })).toThrow('no words for the place "moon"');
});

test('every field is described', () => {
  const undescribed = (node: SchemaNode, path: string): string[] =>
    [
      ...Object.entries(node.properties ?? {}).flatMap(([name, field]) => [
        ...(field.description ? [] : [`${path}.${name}`]),
        ...undescribed(field, `${path}.${name}`),
      ]),
      ...(node.items ? undescribed(node.items, `${path}[]`) : []),
      ...(node.oneOf ?? []).flatMap((option) => undescribed(option, path)),
      ...(typeof node.additionalProperties === 'object'
        ? undescribed(node.additionalProperties, `${path}.*`)
        : []),
    ].flat();
  expect(undescribed(policyJsonSchema(), '')).toEqual([]);
});

test('the JSON Schema accepts what may be written without defaults, and refuses unknown fields', () => {
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(policyJsonSchema());
  const least = {
    gantry: 1,
    organisation: { name: 'Acme' },
    people: [{ id: 'ana', name: 'Ana', email: 'ana@acme.test' }],
    environments: [{ id: 'staging' }],
    services: [{ id: 'shop', pipeline: 'web' }],
    pipelines: { web: [{ environment: 'staging', deploy: { kind: 'command', apply: ['a'], undo: ['b'] } }] },
  };
  expect(validate(least)).toBe(true);
  expect(validate({ ...least, extra: 1 })).toBe(false);
});
