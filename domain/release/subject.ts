import { canonicalText } from '../audit/canonical.ts';
import type { Hash } from '../audit/chain.ts';
import type { StagePlan } from './plan.ts';

/** What an approval is given to, by its parts. Fit for canonical JSON: decimals are text, nothing is undefined. */
export type Subject = Readonly<Record<SubjectPart, unknown>>;

export type SubjectPart =
  'components' | 'environment' | 'changes' | 'rollout' | 'rollback' | 'checks' | 'approvals' | 'observation';

/** A stage as planned, before its digest is known. */
export type Unsigned = Omit<StagePlan, 'subjectDigest'>;

/**
 * The subject of a stage's approval (semantics §4, "Subject digest"): what is shipped, how, how it is undone, and the stage's own
 * policy. Left out on purpose: results of checks and the people of the moment, which change without anybody approving anew.
 * @param commits ids of all commits in the change list, in its order
 */
export function subjectOf(stage: Unsigned, commits: readonly string[]): Subject {
  const { components, deploy, checks, approval } = stage;
  const parts: Record<SubjectPart, unknown> = {
    components: components.map(({ service, version, digest, commit, mode, dependsOn }) => {
      return { service, version, digest, commit, mode, dependsOn };
    }),
    environment: { id: stage.environment, production: stage.production, exclusive: stage.exclusive },
    changes: [...commits],
    rollout: stage.parallel === undefined ? deploy : { ...deploy, parallel: stage.parallel },
    rollback: {
      automatic: stage.autoRollback,
      to: components.map(({ service, previousVersion, previousDigest, migrations }) => ({
        service,
        version: previousVersion,
        digest: previousDigest,
        migrations,
      })),
    },
    checks,
    approvals: {
      rules: stage.rules,
      ...approval,
      engineSignals: stage.engineSignals,
      breakGlass: stage.breakGlass,
      // the branches of the moment are a fact, not policy
      gates: stage.gates && { ...stage.gates, versions: undefined },
      ...(stage.risk ? { risk: stage.risk.rule } : {}),
    },
    observation: { analysis: stage.analysis, soakMs: stage.soakMs },
  };
  return plain(parts) as Subject;
}

/** The digest that binds votes to a subject: over its canonical JSON, with the hash that is handed in. */
export const subjectDigest = (subject: Subject, hash: Hash): string => hash(canonicalText(subject));

/** The parts in which two subjects differ: what an approver who saw the first must be shown of the second. */
export function subjectDifference(before: Subject, after: Subject): SubjectPart[] {
  const parts = Object.keys(after) as SubjectPart[];
  return parts.filter((part) => canonicalText(before[part]) !== canonicalText(after[part]));
}

/** Leaves out what is undefined and writes decimals as text, so that the same plan gives the same bytes everywhere. */
function plain(value: unknown): unknown {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : String(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries.map(([name, item]) => [name, plain(item)]));
}
