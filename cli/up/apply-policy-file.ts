import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { describePolicyChange } from '../../domain/policy/diff.ts';
import { findUnprovableLevels } from '../../domain/policy/rules/assurance.ts';
import type { Policy } from '../../domain/policy/policy.schema.ts';
import type { Actor } from '../../domain/release/release.ts';
import type { Store } from '../../platform/database/open.ts';
import { GantryError } from '../../platform/errors.ts';
import { readPolicy, type Installation, type PolicyProblem } from '../../platform/policy/read-policy.ts';
import { currentPolicy, policyByDigest, storePolicy } from '../../platform/record/policies.ts';
import { isCommitted, policyEditor } from './policy-editor.ts';

/** What became of the policy file at a start. */
export type PolicyStart =
  | { kind: 'none'; file: string }
  | { kind: 'applied'; sentences: string[] }
  | { kind: 'unchanged' }
  | { kind: 'refused'; problems: PolicyProblem[]; isOtherInForce: boolean };

const starter: Actor = { id: 'gantry', kind: 'system' };

/** Puts the policy file in force; one with mistakes leaves the policy before it in force. */
export async function applyPolicyFile(
  store: Store,
  file: string,
  here: Installation = {},
): Promise<PolicyStart> {
  if (!existsSync(file)) return { kind: 'none', file };
  const text = readFileSync(file, 'utf8');
  const { policy, digest, problems } = readPolicy(text, basename(file), here);
  const before = await currentPolicy(store.db);
  if (!policy || !digest) return { kind: 'refused', problems, isOtherInForce: before !== undefined };
  // The same words mean less where the provider is gone: that is a lost setting, and nobody's decision.
  const lost = here.hasProvider === false && before?.text === text ? findUnprovableLevels(before.policy) : [];
  if (lost.length > 0) {
    const place = { file: basename(file), line: 1, column: 1 };
    return {
      kind: 'refused',
      problems: lost.map((one) => ({ ...place, ...one, path: `/${one.path.join('/')}` })),
      isOtherInForce: true,
    };
  }
  const sentences = describePolicyChange(before?.policy, policy);
  const editor = await lastEditor(store, file, { policy, digest, text });
  try {
    const { changed } = await storePolicy(store.db, {
      ...{ policy, text, digest, sentences },
      baseDir: dirname(file),
      by: starter,
      ...editor,
    });
    return changed ? { kind: 'applied', sentences } : { kind: 'unchanged' };
  } catch (error) {
    // Sound by itself, but not beside what people have put into the calendar by hand.
    if (!(error instanceof GantryError) || error.code !== 'CALENDAR_RULE_EXISTS') throw error;
    const { code, detail, remedy } = error.problem;
    const problems = [{ file: basename(file), line: 1, column: 1, path: '', code, detail, remedy }];
    return { kind: 'refused', problems, isOtherInForce: before !== undefined };
  }
}

/**
 * Who wrote what stands in the file: its last author in Git, where it reads as it was committed; else who put the same policy in
 * force before, as the record knows. A restart then bars the same person as the day before.
 */
async function lastEditor(
  { db }: Store,
  file: string,
  { policy, digest, text }: { policy: Policy; digest: string; text: string },
): Promise<{ editedBy?: string; editTokenMaker?: string }> {
  const before = await currentPolicy(db);
  // The same words mean another policy where the provider of sign-ins has come or gone.
  const stored = before?.text === text ? before : await policyByDigest(db, digest);
  const { editedBy, editTokenMaker } = stored ?? {};
  const byGit = policyEditor(file, policy.people);
  const known = isCommitted(file) ? (byGit ?? editedBy) : (editedBy ?? byGit);
  return {
    ...(known === undefined ? {} : { editedBy: known }),
    // the same words: whoever made the token that they came with has a part in them, whoever Git names
    ...(editTokenMaker === undefined ? {} : { editTokenMaker }),
  };
}

/** The lines that tell it; a refusal is loud and shows each mistake with its place. */
export function policyLines(start: PolicyStart): string[] {
  switch (start.kind) {
    case 'none':
      return [
        `No policy: ${start.file} is not there. Run "gantry init" to write one, then "gantry policy apply".`,
      ];
    case 'unchanged':
      return [];
    case 'applied':
      return ['Policy applied:', ...start.sentences.map((sentence) => `  ${sentence}`)];
    case 'refused':
      return [
        `POLICY NOT APPLIED: the file has ${start.problems.length} mistake(s). ${
          start.isOtherInForce ? 'The policy before it stays in force.' : 'No policy is in force.'
        }`,
        ...start.problems.map(
          (p) => `  ${p.file}:${p.line}:${p.column} ${p.path} ${p.code}: ${p.detail} ${p.remedy}`,
        ),
        '  After correcting it: gantry policy apply',
      ];
  }
}
