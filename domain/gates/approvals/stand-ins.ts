import type { ApprovalRule } from '../../policy/policy.schema.ts';
import type { Candidate, StagePlan } from '../../release/plan.ts';
import { isBackupOf, isExcludedUnder, isNamedBy } from './electorate.ts';

/** A person who does not work in `[from, until)`, and whom that person has named to decide meanwhile. Instants are RFC 3339. */
export interface Absence {
  person: string;
  from: string;
  until: string;
  delegate?: string;
}

/** An absence as it counts for one request. */
export interface Away extends Absence {
  /** It lasts to the request's deadline, so that nothing can be expected of this person. */
  throughout: boolean;
  /** It is over: the person is asked again, and the delegate votes no more. */
  isBack?: boolean;
}

/** Who may vote in whose place in one request: found when it is opened, and kept with it. */
export interface StandIns {
  away: Away[];
  /** Indexes of the rules whose backup group may vote already. */
  backups: number[];
}

/**
 * What absences mean for a request that is open in `[openedAt, deadline)` (semantics §9, "Out of office"): the delegate is asked
 * in the absent person's place, where a rule names that delegate as its backup or anyway; else the backup group of the rule is asked at once.
 * A delegate who is away as well passes nothing on, so that chains and loops end with the group.
 */
export function standInsFor(
  stage: Pick<StagePlan, 'rules' | 'candidates' | 'excluded'>,
  absences: readonly Absence[],
  { openedAt, deadline }: { openedAt: string; deadline: string },
): StandIns {
  const now = Date.parse(openedAt);
  const current = absences.filter(({ from, until }) => Date.parse(from) <= now && now < Date.parse(until));
  const isAway = (person: string | undefined) => current.some((absence) => absence.person === person);
  const away = current.map(({ delegate, ...absence }): Away => ({
    ...absence,
    ...(delegate === undefined || isAway(delegate) ? {} : { delegate }),
    throughout: Date.parse(absence.until) >= Date.parse(deadline),
  }));
  const backups = stage.rules.flatMap((rule, index) =>
    rule.backup !== undefined && away.some((absence) => lacksDelegate(stage, rule, absence)) ? [index] : [],
  );
  return { away, backups };
}

/** Whether the rule asks this absent person, and nobody whom it knows stands in. */
function lacksDelegate(
  { candidates, excluded }: Pick<StagePlan, 'candidates' | 'excluded'>,
  rule: ApprovalRule,
  { person, delegate }: Away,
): boolean {
  const find = (id: string | undefined): Candidate | undefined =>
    candidates.find((candidate) => candidate.id === id);
  const absent = find(person);
  if (!absent || !isNamedBy(rule, absent) || isExcludedUnder(rule, person, { excluded })) return false;
  const standIn = find(delegate);
  if (!standIn || isExcludedUnder(rule, standIn.id, { excluded })) return true;
  return !isNamedBy(rule, standIn) && !isBackupOf(rule, standIn);
}
