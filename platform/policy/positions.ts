import { isAlias, isMap, isScalar, isSeq, type Document, type LineCounter, type Node } from 'yaml';

/** A place in a text file; both count from 1. */
export interface Position {
  line: number;
  column: number;
}

/** Where things stand in a YAML document. */
export interface Positions {
  /**
   * The value at the path, or its key where `at` says so. Where the path leads to nothing (a missing field), the
   * deepest part of it that is there.
   */
  of(path: readonly (string | number)[], at?: 'key' | 'value'): Position;
  /** Whether the author wrote something at the path; else it is a default. */
  has(path: readonly (string | number)[]): boolean;
}

/** Reads positions from the document that `lines` was handed to when it was parsed. */
export function positionsIn(document: Document, lines: LineCounter): Positions {
  const toPosition = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  return {
    of(path, at = 'value') {
      const { key, value, parent } = follow(document, path);
      const node = at === 'key' ? (key ?? value) : value;
      return toPosition(startOf(node) ?? startOf(key) ?? startOf(parent) ?? 0);
    },
    has: (path) => follow(document, path).found === path.length,
  };
}

interface Trail {
  /** How many parts of the path were found. */
  found: number;
  /** Last node whose position is known, for what is missing below it. */
  parent: Node | undefined;
  key: Node | undefined;
  value: Node | undefined;
}

function follow(document: Document, path: readonly (string | number)[]): Trail {
  let trail: Trail = { found: 0, parent: undefined, key: undefined, value: document.contents ?? undefined };
  for (const part of path) {
    const next = step(resolved(trail.value, document), part);
    if (!next) return { ...trail, key: undefined };
    trail = { found: trail.found + 1, parent: trail.value ?? trail.parent, ...next };
  }
  return trail;
}

function step(node: Node | undefined, part: string | number): Pick<Trail, 'key' | 'value'> | undefined {
  if (isSeq(node) && typeof part === 'number') {
    const item = node.items[part] as Node | undefined;
    return item === undefined ? undefined : { key: undefined, value: item };
  }
  if (!isMap(node)) return undefined;
  const pair = node.items.find(({ key }) => String(isScalar(key) ? key.value : key) === String(part));
  return pair && { key: pair.key as Node, value: (pair.value as Node | null) ?? undefined };
}

const resolved = (node: Node | undefined, document: Document): Node | undefined =>
  isAlias(node) ? node.resolve(document) : node;

const startOf = (node: Node | undefined): number | undefined => node?.range?.[0];
