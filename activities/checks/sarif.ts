import { oneLine } from '../../platform/plain-text.ts';

export type FindingLevel = 'error' | 'warning' | 'note';
export type FindingCounts = Record<FindingLevel, number>;

const levels: readonly FindingLevel[] = ['error', 'warning', 'note'];

/**
 * Counts the findings of a SARIF 2.1.0 log by level; undefined where it is none. Suppressed findings, those that are gone
 * since the baseline, and results that report no failure do not count (SARIF 2.1.0 §3.27.9, 10, 23 and 24).
 */
export const readSarif = (text: string): FindingCounts | undefined => readFindings(text)?.counts;

/** One open finding. `key` is the same for the same finding of another version: its fingerprint, else rule and place. */
export interface Finding {
  level: FindingLevel;
  key: string;
}

/** The open findings of a log, worst first, with their counts; undefined where it is none. */
export function readFindings(text: string): { counts: FindingCounts; found: Finding[] } | undefined {
  const log = parse(text);
  if (!isObject(log) || !Array.isArray(log['runs'])) return undefined;
  const counts: FindingCounts = { error: 0, warning: 0, note: 0 };
  const found: Finding[] = [];
  for (const run of log['runs'] as unknown[]) {
    // a run without results did not come to look at anything
    if (!isObject(run) || !Array.isArray(run['results'])) return undefined;
    const defaults = defaultLevels(run);
    for (const result of (run['results'] as unknown[]).filter(isObject)) {
      const level = levelOf(result, defaults);
      if (level === undefined || !isOpen(result)) continue;
      counts[level] += 1;
      found.push({ level, key: keyOf(result) });
    }
  }
  return { counts, found: found.sort((a, b) => levels.indexOf(a.level) - levels.indexOf(b.level)) };
}

/** A fingerprint stays when lines move (SARIF 2.1.0 §3.27.16 and 17); rule and place are what every tool gives. */
function keyOf(result: Json): string {
  for (const field of ['fingerprints', 'partialFingerprints']) {
    const prints = isObject(result[field]) ? Object.entries(result[field]) : [];
    const [first] = prints.sort(([a], [b]) => (a < b ? -1 : 1));
    if (first) return storable(`${ruleOf(result)}|${first.map(String).join('=')}`);
  }
  const [location] = Array.isArray(result['locations']) ? (result['locations'] as unknown[]) : [];
  const place = inside(location, 'physicalLocation');
  const uri = inside(place, 'artifactLocation')?.['uri'];
  const line = inside(place, 'region')?.['startLine'];
  return storable(`${ruleOf(result)}|${asText(uri)}|${asText(line)}`);
}

/** PostgreSQL keeps neither NUL nor half a character in JSON. */
const storable = (text: string): string => oneLine(text).replaceAll(/\p{Cs}/gu, '\ufffd');

const inside = (value: unknown, field: string): Json | undefined => {
  const found = isObject(value) ? value[field] : undefined;
  return isObject(found) ? found : undefined;
};
const asText = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';
const ruleOf = (result: Json): string =>
  asText(result['ruleId'] ?? (isObject(result['rule']) ? result['rule']['id'] : undefined));

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
