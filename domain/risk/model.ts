/** What raises the risk of a change, in the order in which people read it (semantics §5). */
export const riskFactors = [
  'size',
  'migration',
  'deps',
  'config',
  'contract',
  'reach',
  'train',
  'newAuthor',
  'age',
  'history',
  'incidents',
  'rollback',
  'evidence',
  'late',
  'waivers',
  'soak',
  'timing',
  'bugs',
  'coverage',
  'findings',
] as const;
export type RiskFactor = (typeof riskFactors)[number];

/** From the mildest to the worst: a later one of several files counts for all of them. */
export const migrationKinds = ['none', 'additive', 'backfill', 'irreversible'] as const;
export type MigrationKind = (typeof migrationKinds)[number];

export const configurationGroups = ['setting', 'secret', 'infrastructure'] as const;
export type ConfigurationGroup = (typeof configurationGroups)[number];

export const bugSeverities = ['blocker', 'major', 'minor'] as const;
export type BugCounts = Record<(typeof bugSeverities)[number], number>;

/** What is measured of each factor, always against what runs in the environment now. Counts are whole and not negative. */
export interface Measures {
  size: { files: number };
  migration: { worst: MigrationKind; files: number };
  /** Direct runtime dependencies by how far they moved; a new one counts as major. */
  deps: { patch: number; minor: number; major: number };
  config: { groups: ConfigurationGroup[] };
  /** Descriptions of a public interface or an event that were changed or removed. */
  contract: { changed: number };
  reach: { tier: 1 | 2 | 3; dependants: number };
  train: { components: number };
  newAuthor: { authors: number };
  /** Whole days since the last deployment there; null: never. */
  age: { days: number | null };
  history: { failed: number; of: number };
  incidents: { sev1: number; sev2: number; sev3: number };
  rollback: { state: 'rehearsed' | 'planned' | 'failed' | 'pointOfNoReturn' };
  evidence: { results: number };
  late: { commits: number };
  waivers: { live: number; isOverBudget: boolean };
  soak: { isShortened: boolean };
  timing: { isOffHours: boolean; isWeekEnding: boolean; isWindowEnding: boolean; isFreezeNear: boolean };
  bugs: BugCounts;
  /** Percentage points of covered lines that were lost; negative where there are more. */
  coverage: { lost: number };
  findings: { error: number; warning: number };
}

/**
 * What is known of one factor. `unknown` is a source that was asked and could not tell: it scores half of the cap, never
 * nothing. `notApplicable` is a factor that does not arise, or that nobody asked for, and scores nothing.
 */
export type Fact<M> =
  | { kind: 'measured'; measure: M; evidence: string[] }
  | { kind: 'unknown'; because: string }
  | { kind: 'notApplicable'; because: string };

export type RiskFacts = { [F in RiskFactor]: Fact<Measures[F]> };

/** From the mildest to the worst. */
export const riskBands = ['low', 'moderate', 'high', 'veryHigh'] as const;
export type RiskBand = (typeof riskBands)[number];

/** Points from which on each band holds. */
export interface BandStarts {
  moderate: number;
  high: number;
  veryHigh: number;
}

/** One line of the explanation: what a factor adds, and what that rests on. */
export interface FactorScore {
  factor: RiskFactor;
  points: number;
  cap: number;
  state: Fact<never>['kind'];
  sentence: string;
  evidence: string[];
}

/** What no points outweigh (semantics §5, "Hard blockers"), as far as it is told with the risk. */
export const hardBlockers = [
  'previousArtifactGone',
  'irreversibleMigration',
  'quarantined',
  'overdueReview',
] as const;

/** Why a release may not go on, whatever its points: it cannot be outweighed. */
export interface HardBlocker {
  id: (typeof hardBlockers)[number];
  because: string;
  remedy: string;
}

/** What a band asks for beside the rules that hold anyway (semantics §5). */
export type RiskDuty =
  'comment' | 'ownersSeat' | 'smallFirstStep' | 'releaseManager' | 'rehearsal' | 'notWeekEnd';
