import type { StagePlan } from '../../release/plan.ts';
import { isBackupOf, isExcludedUnder, isNamedBy, ruleName } from './electorate.ts';

/** By which right somebody votes in one request; rules by their names. All empty: by none. */
export interface Capacity {
  /** Rules that ask for this person. */
  own: string[];
  /** Absent people in whose place this person votes, each with the absence and the rules that ask for the absent one. Instants. */
  insteadOf: { person: string; from: string; until: string; rules: string[] }[];
  /** Rules whose backup group, which this person belongs to, may vote. */
  backupOf: string[];
}

/**
 * What a vote at an instant is given as (semantics §4, "Delegation"; §9, "Out of office"): by a rule that names the person, in the place
 * of somebody who is away then, or as backup. A delegate stands in only under rules that know the delegate as backup.
 */
export function capacityOf(
  {
    rules,
    candidates,
    excluded,
    standIns,
  }: Pick<StagePlan, 'rules' | 'candidates' | 'excluded' | 'standIns'>,
  person: string,
  at: string,
): Capacity {
  const voter = candidates.find(({ id }) => id === person);
  if (!voter) return { own: [], insteadOf: [], backupOf: [] };
  const open = rules.flatMap((rule, index) =>
    isExcludedUnder(rule, person, { excluded }) ? [] : [{ rule, index, name: ruleName(rule, candidates) }],
  );
  const behind = open.filter(({ rule }) => !isNamedBy(rule, voter) && isBackupOf(rule, voter));
  const insteadOf = (standIns?.away ?? []).flatMap(({ person: absent, from, until, delegate }) => {
    const isThen = Date.parse(from) <= Date.parse(at) && Date.parse(at) < Date.parse(until);
    const candidate = candidates.find(({ id }) => id === absent);
    if (delegate !== person || !isThen || !candidate) return [];
    const theirs = behind.filter(
      ({ rule }) => isNamedBy(rule, candidate) && !isExcludedUnder(rule, absent, { excluded }),
    );
    return theirs.length > 0 ? [{ person: absent, from, until, rules: theirs.map(({ name }) => name) }] : [];
  });
  return {
    own: open.filter(({ rule }) => isNamedBy(rule, voter)).map(({ name }) => name),
    insteadOf,
    backupOf: behind.filter(({ index }) => standIns?.backups.includes(index)).map(({ name }) => name),
  };
}
