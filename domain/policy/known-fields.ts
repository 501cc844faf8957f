import { z } from 'zod';
import type { PolicyPath } from './problem.ts';
import { PolicySchema } from './policy.schema.ts';

/** The part of JSON Schema that the policy's schema is made of. */
export interface SchemaNode {
  title?: string;
  description?: string;
  type?: string;
  const?: string | number;
  enum?: unknown[];
  default?: unknown;
  properties?: Record<string, SchemaNode>;
  required?: string[];
  items?: SchemaNode;
  additionalProperties?: SchemaNode | boolean;
  /** Of an object whose fields are some of a few names. */
  propertyNames?: { enum?: unknown[] };
  oneOf?: SchemaNode[];
  anyOf?: SchemaNode[];
}

/** gantry.yaml as a JSON Schema (draft 2020-12): what a person may write, so fields with a default are optional. */
export const policyJsonSchema = (): SchemaNode => z.toJSONSchema(PolicySchema, { io: 'input' }) as SchemaNode;

let published: SchemaNode | undefined;

/** Names of the fields that may stand in the object at `path` of `value`, where `kind` chooses among several shapes. */
export function knownFields(value: unknown, path: PolicyPath, root?: SchemaNode): string[] {
  const { node, here } = walk(value, path, root);
  const found = chosen(node, here);
  return found?.propertyNames?.enum?.map(String) ?? Object.keys(found?.properties ?? {});
}

/** The kinds among which the object at `path` of `value` chooses; none where it has one shape only. */
export function knownKinds(value: unknown, path: PolicyPath, root?: SchemaNode): string[] {
  const options = walk(value, path, root).node?.oneOf ?? [];
  return options.map((option) => String(option.properties?.['kind']?.const));
}

/** `root`: the schema of the whole value; left out: that of gantry.yaml. */
function walk(
  value: unknown,
  path: PolicyPath,
  root: SchemaNode | undefined,
): { node: SchemaNode | undefined; here: unknown } {
  // Made once, when first asked: a file can have thousands of mistakes.
  let node: SchemaNode | undefined = root ?? (published ??= policyJsonSchema());
  let here = value;
  for (const part of path) {
    const parent = chosen(node, here);
    node = parent && below(parent, part);
    here =
      isRecord(here) || Array.isArray(here) ? (here as Record<string | number, unknown>)[part] : undefined;
  }
  return { node, here };
}

function below(node: SchemaNode, part: string | number): SchemaNode | undefined {
  if (typeof part === 'number') return node.items;
  const rest = typeof node.additionalProperties === 'object' ? node.additionalProperties : undefined;
  return node.properties?.[part] ?? rest;
}

function chosen(node: SchemaNode | undefined, value: unknown): SchemaNode | undefined {
  if (!node?.oneOf) return node;
  const kind = isRecord(value) ? value['kind'] : undefined;
  return node.oneOf.find((option) => option.properties?.['kind']?.const === kind);
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
