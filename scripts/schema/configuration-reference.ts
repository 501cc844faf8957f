import { placeholderNames, type PlaceholderPlace } from '../../domain/policy/placeholders.ts';
import type { SchemaNode } from '../../domain/policy/known-fields.ts';
import { examplePolicy } from './example-policy.ts';

interface Section {
  path: string;
  node: SchemaNode;
}

const intro = `# Configuration: gantry.yaml

<!-- Made from the schema by \`npm run export-schema\`; change domain/policy/*.schema.ts instead of this file. -->

One reviewed file says who releases what, where to, and who must agree. \`gantry init\` writes a first one, \`gantry check\`
finds every mistake in it with line and column, \`gantry policy diff\` says what a change would do, and \`gantry policy apply\`
puts it in force. Fields that are not listed here are refused.

For completion and hints in an editor, let its YAML support use \`gantry.schema.json\`.

The file is YAML 1.2, one document. A whole value that repeats may be named once and referred to (\`expires: &long 72h\`, then
\`grace: *long\`), each at most 100 times and never from inside itself. Merge keys (\`<<: *base\`) are refused: write the fields out. So are keys
that stand twice in one group.

Durations are written \`30s\`, \`5m\`, \`1h30m\`, \`3d\`, or as ISO 8601 such as \`PT5M\`. Names (\`id\`) are lower-case letters,
digits, \`-\`, \`_\` and \`.\`, at most 63, beginning with a letter or digit. \`[]\` behind a name stands for each entry of a
list, \`<name>\` for a name of your choice.
`;

/** docs/reference/configuration.md: every field with its type, default and meaning, then placeholders and an example. */
export function configurationReference(schema: SchemaNode): string {
  return [
    intro,
    ...sectionTexts(sectionsOf({ path: '', node: schema })),
    placeholderSection(),
    `## Example\n\n\`\`\`yaml\n${examplePolicy}\`\`\`\n`,
  ].join('\n');
}

/** The object itself, then all objects below it, in the order of the schema. */
function sectionsOf({ path, node }: Section): Section[] {
  if (node.oneOf) {
    return node.oneOf.flatMap((option) => {
      const kind = String(option.properties?.['kind']?.const);
      return sectionsOf({ path: `${path} (kind: ${kind})`, node: option });
    });
  }
  if (node.anyOf) return node.anyOf.flatMap((option) => sectionsOf({ path, node: option }));
  if (node.items) return sectionsOf({ path: `${path}[]`, node: node.items });
  if (node.properties) {
    const below = Object.entries(node.properties).flatMap(([name, child]) =>
      sectionsOf({ path: path === '' ? name : `${path}.${name}`, node: child }),
    );
    return [{ path, node }, ...below];
  }
  if (typeof node.additionalProperties === 'object') {
    return sectionsOf({ path: `${path}.<name>`, node: node.additionalProperties });
  }
  return [];
}

/** What has the same fields in several places is shown once, under all of its paths. */
function sectionTexts(sections: readonly Section[]): string[] {
  const paths = new Map<string, string[]>();
  for (const { path, node } of sections) {
    const table = tableOf(node);
    paths.set(table, [...(paths.get(table) ?? []), path]);
  }
  return [...paths].map(([table, all]) => `${headingOf(all)}\n\n${table}\n`);
}

const headingOf = (paths: readonly string[]): string =>
  paths[0] === '' ? '## The whole file' : `## ${paths.map((path) => `\`${path}\``).join(', ')}`;

function tableOf(node: SchemaNode): string {
  const rows = Object.entries(node.properties ?? {}).map(([name, field]) => {
    const isRequired = node.required?.includes(name) === true;
    return `| \`${name}\` | ${typeOf(field)} | ${isRequired ? 'required' : defaultOf(field)} | ${cell(field.description ?? '')} |`;
  });
  return ['| Field | Type | Default | Meaning |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

function typeOf(node: SchemaNode): string {
  if (node.const !== undefined) return `\`${String(node.const)}\``;
  if (node.enum) return node.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (node.anyOf) return node.anyOf.map(typeOf).join(' or ');
  if (node.oneOf)
    return node.oneOf.map((option) => `kind ${typeOf(option.properties?.['kind'] ?? {})}`).join(' or ');
  switch (node.type) {
    case 'array':
      return `list of ${plural(node.items)}`;
    case 'object':
      return node.properties ? 'fields, below' : namesOf(node);
    case 'string':
      return 'text';
    case 'integer':
      return 'whole number';
    case 'boolean':
      return '`true` or `false`';
    default:
      return 'any value';
  }
}

/** What stands in an object whose names the author chooses, some of a few or any. */
function namesOf({ propertyNames, additionalProperties }: SchemaNode): string {
  if (!propertyNames?.enum || typeof additionalProperties !== 'object') return 'names with values';
  const names = propertyNames.enum.map((name) => `\`${String(name)}\``).join(', ');
  return `any of ${names}, each with ${typeOf(additionalProperties)}`;
}

function plural(node: SchemaNode | undefined): string {
  if (node?.properties || node?.oneOf) return 'entries, below';
  return node?.type === 'string' && !node.enum ? 'texts' : typeOf(node ?? {});
}

function defaultOf(node: SchemaNode): string {
  return node.default === undefined ? 'none' : `\`${cell(JSON.stringify(node.default))}\``;
}

/** Where a placeholder may stand, as the reference says it. Of every place: the compiler asks for those that are new. */
const placeholderWhere: Record<PlaceholderPlace, string> = {
  check: 'in the command, report files, address, headers and body of a check',
  metric: 'in the address, queries and headers of a metric',
  deploy: 'in the commands and requests of a deployer',
  follow: 'in the address and headers that follow a job',
  metricRule: 'in the same of a metric that is judged by `burnRate`, `compare` or `compareErrors`',
};

/** Which names may stand where. @throws for a place that has no words here, which would read "undefined". */
export function placeholderSection(
  places: Readonly<Record<string, readonly string[]>> = placeholderNames,
): string {
  const rows = Object.entries(places).map(([place, names]) => {
    const where = placeholderWhere[place as PlaceholderPlace] as string | undefined;
    if (where === undefined) throw new Error(`The reference has no words for the place "${place}".`);
    return `- ${where}: ${names.map((name) => `\`{{${name}}}\``).join(' ')}`;
  });
  return [
    '## Placeholders',
    '',
    'Known names between double braces are filled in when the text is used. A version, digest or commit that does not',
    'exist (before the first deployment, or without a Git source) is filled in as `none`.',
    '',
    ...rows,
    '',
  ].join('\n');
}

/** A bar would end the cell of a table. */
const cell = (text: string): string => text.replaceAll('|', '\\|');
