export type FindingLevel = 'error' | 'warning' | 'note';
export type FindingCounts = Record<FindingLevel, number>;

const levels: readonly FindingLevel[] = ['error', 'warning', 'note'];

/**
 * Counts the findings of a SARIF 2.1.0 log by level; undefined where it is none. Suppressed findings, those that are gone
 * since the baseline, and results that report no failure do not count (SARIF 2.1.0 §3.27.9, 10, 23 and 24).
 */
export function readSarif(text: string): FindingCounts | undefined {
  const log = parse(text);
  if (!isObject(log) || !Array.isArray(log['runs'])) return undefined;
  const counts: FindingCounts = { error: 0, warning: 0, note: 0 };
  for (const run of log['runs'] as unknown[]) {
    // a run without results did not come to look at anything
    if (!isObject(run) || !Array.isArray(run['results'])) return undefined;
    const defaults = defaultLevels(run);
    for (const result of (run['results'] as unknown[]).filter(isObject)) {
      const level = levelOf(result, defaults);
      if (level !== undefined && isOpen(result)) counts[level] += 1;
    }
  }
  return counts;
}

/** Whether there is a finding of this level or a worse one. */
export const reachesLevel = (counts: FindingCounts, level: FindingLevel): boolean =>
  levels.slice(0, levels.indexOf(level) + 1).some((each) => counts[each] > 0);

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isLevel = (value: unknown): value is FindingLevel => levels.includes(value as FindingLevel);

function isOpen(result: Json): boolean {
  const kind = result['kind'] ?? 'fail';
  const isSuppressed =
    Array.isArray(result['suppressions']) && (result['suppressions'] as unknown[]).some(isAccepted);
  return kind === 'fail' && !isSuppressed && result['baselineState'] !== 'absent';
}

const isAccepted = (suppression: unknown): boolean =>
  isObject(suppression) && (suppression['status'] ?? 'accepted') === 'accepted';

function levelOf(
  result: Json,
  defaults: ReadonlyMap<unknown, FindingLevel | undefined>,
): FindingLevel | undefined {
  if (result['level'] !== undefined) return isLevel(result['level']) ? result['level'] : undefined;
  const rule = result['ruleId'] ?? (isObject(result['rule']) ? result['rule']['id'] : undefined);
  return defaults.has(rule) ? defaults.get(rule) : 'warning';
}

/** Levels that the tool gives its rules; `none` is kept as undefined. */
function defaultLevels(run: Json): Map<unknown, FindingLevel | undefined> {
  const driver = isObject(run['tool']) && isObject(run['tool']['driver']) ? run['tool']['driver'] : {};
  const rules = Array.isArray(driver['rules']) ? (driver['rules'] as unknown[]).filter(isObject) : [];
  const found = new Map<unknown, FindingLevel | undefined>();
  for (const rule of rules) {
    const settings = rule['defaultConfiguration'];
    const level = isObject(settings) ? settings['level'] : undefined;
    if (level !== undefined) found.set(rule['id'], isLevel(level) ? level : undefined);
  }
  return found;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
