import { listOf } from '../list-of.ts';
import type { Measures, MigrationKind, RiskFactor } from './model.ts';

/** How a factor is counted and told. Points are before the cap, and never fall when the measure gets worse. */
interface FactorRule<M> {
  cap: number;
  /** What people call it. */
  name: string;
  points: (measure: M) => number;
  sentence: (measure: M) => string;
}

const count = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;
/** The points of the last step that the number has reached; none below the first. */
const stepped =
  (...steps: readonly (readonly [from: number, points: number])[]) =>
  (n: number): number =>
    steps.reduce((points, [from, step]) => (n >= from ? step : points), 0);

const bySize = stepped([10, 4], [50, 8], [200, 12]);
const byAge = stepped([7, 2], [30, 5], [90, 8]);
const byLoss = stepped([0.5, 3], [2, 6]);
const byMigration: Record<MigrationKind, number> = { none: 0, additive: 6, backfill: 10, irreversible: 18 };
const byTier = { 1: 6, 2: 3, 3: 0 } as const;
const manyDependants = 5;

const rollbackWords: Record<Measures['rollback']['state'], string> = {
  rehearsed: 'The way back was gone within the last 30 days.',
  planned: 'The way back is planned, and has not been gone within the last 30 days.',
  failed: 'The last way back failed.',
  pointOfNoReturn: 'There is a point of no return, and the way back has not been rehearsed.',
};

/** The table of semantics §5. Source of every number in it: points and caps change only by a recorded edit. */
export const factorRules: { [F in RiskFactor]: FactorRule<Measures[F]> } = {
  size: {
    cap: 12,
    name: 'size',
    points: ({ files }) => bySize(files),
    sentence: ({ files }) => `${count(files, 'file')} changed, generated and lock files aside.`,
  },
  migration: {
    cap: 18,
    name: 'migration',
    points: ({ worst }) => byMigration[worst],
    sentence: ({ worst, files }) =>
      worst === 'none' ? 'No migration.' : `${count(files, 'migration')}, the worst of them ${worst}.`,
  },
  deps: {
    cap: 8,
    name: 'dependencies',
    points: ({ patch, minor, major }) => patch + 2 * minor + 4 * major,
    sentence: ({ patch, minor, major }) =>
      patch + minor + major === 0
        ? 'No direct runtime dependency changed.'
        : `Direct runtime dependencies changed: ${major} major or new, ${minor} minor, ${patch} patch.`,
  },
  config: {
    cap: 9,
    name: 'configuration',
    points: ({ groups }) => 3 * new Set(groups).size,
    sentence: ({ groups }) =>
      groups.length === 0 ? 'No configuration changed.' : `Configuration changed: ${listOf(groups, 'and')}.`,
  },
  contract: {
    cap: 8,
    name: 'contract',
    points: ({ changed }) => (changed > 0 ? 8 : 0),
    sentence: ({ changed }) =>
      changed > 0
        ? `${count(changed, 'description')} of an interface or event changed or removed.`
        : 'No interface or event changed.',
  },
  reach: {
    cap: 9,
    name: 'reach',
    points: ({ tier, dependants }) => byTier[tier] + (dependants >= manyDependants ? 3 : 0),
    sentence: ({ tier, dependants }) =>
      `Tier ${tier}, and ${count(dependants, 'service depends', 'services depend')} on it directly.`,
  },
  train: {
    cap: 6,
    name: 'components',
    points: ({ components }) => Math.max(0, components - 1),
    sentence: ({ components }) => `${count(components, 'component')} in this release.`,
  },
  newAuthor: {
    cap: 3,
    name: 'new authors',
    points: ({ authors }) => (authors > 0 ? 3 : 0),
    sentence: ({ authors }) =>
      authors > 0
        ? `First change here by ${count(authors, 'author')}.`
        : 'All authors have shipped here before.',
  },
  age: {
    cap: 8,
    name: 'age',
    points: ({ days }) => (days === null ? 8 : byAge(days)),
    sentence: ({ days }) =>
      days === null ? 'It has never been deployed here.' : `Last deployed here ${count(days, 'day')} ago.`,
  },
  history: {
    cap: 12,
    name: 'history',
    points: ({ failed }) => 2 * failed,
    sentence: ({ failed, of }) => `${failed} of the last ${count(of, 'deployment')} here failed.`,
  },
  incidents: {
    cap: 10,
    name: 'incidents',
    points: ({ sev1, sev2, sev3 }) => 6 * sev1 + 4 * sev2 + 2 * sev3,
    sentence: ({ sev1, sev2, sev3 }) =>
      `Confirmed incidents of the last 30 days: ${sev1} of severity 1, ${sev2} of 2, ${sev3} of 3.`,
  },
  rollback: {
    cap: 8,
    name: 'rollback',
    points: ({ state }) => ({ rehearsed: 0, planned: 4, failed: 8, pointOfNoReturn: 8 })[state],
    sentence: ({ state }) => rollbackWords[state],
  },
  evidence: {
    cap: 6,
    name: 'evidence',
    points: ({ results }) => 2 * results,
    sentence: ({ results }) => `${count(results, 'flaky or unclear check result')} on this version.`,
  },
  late: {
    cap: 6,
    name: 'late changes',
    points: ({ commits }) => 2 * commits,
    sentence: ({ commits }) => `${count(commits, 'commit')} after the cut-off.`,
  },
  waivers: {
    cap: 9,
    name: 'exceptions',
    points: ({ live, isOverBudget }) => 3 * live + (isOverBudget ? 3 : 0),
    sentence: ({ live, isOverBudget }) =>
      `${count(live, 'waiver or override', 'waivers and overrides')} in force here${isOverBudget ? '; the team is over its budget' : ''}.`,
  },
  soak: {
    cap: 5,
    name: 'soak',
    points: ({ isShortened }) => (isShortened ? 5 : 0),
    sentence: ({ isShortened }) => (isShortened ? 'The soak was shortened or waived.' : 'The soak is whole.'),
  },
  timing: {
    cap: 6,
    name: 'moment',
    points: (measure) => stepped([1, 4], [2, 6])(circumstances(measure).length),
    sentence: (measure) => {
      const told = circumstances(measure);
      return told.length === 0 ? 'A good moment.' : `The moment: ${listOf(told, 'and')}.`;
    },
  },
  bugs: {
    cap: 10,
    name: 'known bugs',
    points: ({ blocker, major, minor }) => 6 * blocker + 3 * major + minor,
    sentence: ({ blocker, major, minor }) =>
      `Known open bugs: ${count(blocker, 'blocker')}, ${major} major, ${minor} minor.`,
  },
  coverage: {
    cap: 6,
    name: 'coverage',
    points: ({ lost }) => byLoss(lost),
    sentence: ({ lost }) =>
      lost > 0
        ? `Line coverage is ${lost.toFixed(1)} points lower than that of the version there.`
        : 'Line coverage is no lower than that of the version there.',
  },
  findings: {
    cap: 8,
    name: 'new findings',
    points: ({ error, warning }) => 4 * error + warning,
    sentence: ({ error, warning }) =>
      `New findings since the version there: ${count(error, 'error')}, ${count(warning, 'warning')}.`,
  },
};

const circumstances = (measure: Measures['timing']): string[] => [
  ...(measure.isOffHours ? ['outside working hours'] : []),
  ...(measure.isWeekEnding ? ['after 15:00 on the last working day of the week'] : []),
  ...(measure.isWindowEnding ? ['in the last quarter of the window'] : []),
  ...(measure.isFreezeNear ? ['a freeze begins within 24 hours'] : []),
];
