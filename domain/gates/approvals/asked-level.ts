import type { Candidate } from '../../release/plan.ts';
import { suffices, type Assurance } from './assurance.ts';

interface Asking {
  rules: readonly {
    role?: string | undefined;
    people?: readonly string[] | undefined;
    /** Left out: as the stage says. */
    assurance?: Assurance | undefined;
  }[];
  candidates: readonly Candidate[];
  approval: { assurance: Assurance };
}

/**
 * What a vote of this person must be proven with to have its full weight: the strictest level among the rules that ask for
 * them. Whoever no rule names asks in somebody's place: then all rules count. Nothing may lower it (trust §1.7).
 */
export function askedLevel({ rules, candidates, approval }: Asking, person: string): Assurance {
  const roles = candidates.find(({ id }) => id === person)?.roles ?? [];
  const theirs = rules.filter(
    (rule) => rule.people?.includes(person) ?? (rule.role !== undefined && roles.includes(rule.role)),
  );
  return (theirs.length > 0 ? theirs : rules)
    .map((rule) => rule.assurance ?? approval.assurance)
    .reduce((strictest, level) => (suffices(level, strictest) ? level : strictest), lowest(rules, approval));
}

/** Without rules there is nothing but the stage's word. */
const lowest = (rules: Asking['rules'], approval: Asking['approval']): Assurance =>
  rules.length === 0 ? approval.assurance : 'link';
