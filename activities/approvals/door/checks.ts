import type { Kysely } from 'kysely';
import { checkedSubject } from '../../../domain/release/artifact.ts';
import type { Database } from '../../../platform/database/schema.ts';
import { hasLiveWaiver } from '../../../platform/record/gates/waivers.ts';
import { outcomesOf } from '../../../platform/record/results.ts';
import type { DoorInput } from '../../contract.ts';

export async function whyChecksShut(db: Kysely<Database>, input: DoorInput): Promise<string | undefined> {
  const required = input.checks.filter((candidate) => candidate.required);
  const ids = required.flatMap(({ resultId }) => (resultId ? [resultId] : []));
  const outcomes = await outcomesOf(db, input.releaseId, ids);
  for (const check of required) {
    const why = whyNotProven(check, outcomes.get(check.resultId ?? ''), input.builds);
    if (why !== undefined && !(await isWaivedInRecord(db, input, check))) return why;
  }
  return undefined;
}

/** A result for another build is none (semantics §3). Releases from before builds were told are judged by the outcome alone. */
function whyNotProven(
  { check, service }: DoorInput['checks'][number],
  found: { outcome: string; subject: string } | undefined,
  builds: DoorInput['builds'],
): string | undefined {
  if (found?.outcome !== 'passed') return `the record has no passed result of check ${check} for ${service}.`;
  if (!builds) return undefined;
  const build = builds.find((one) => one.service === service);
  const deployed = build && checkedSubject(build);
  if (deployed === found.subject) return undefined;
  return `check ${check} for ${service} looked at ${found.subject}, and ${deployed ?? 'nothing that is known'} would be deployed: what it found says nothing of that. Run the check again.`;
}

/** A waiver that the workflow counts must stand in the record, for this build, and not be over. */
async function isWaivedInRecord(
  db: Kysely<Database>,
  { releaseId, environment, builds = [], now }: DoorInput,
  { check, service, isWaived }: DoorInput['checks'][number],
): Promise<boolean> {
  const build = builds.find((one) => one.service === service);
  if (isWaived !== true || !build || now === undefined) return false;
  return hasLiveWaiver(db, { releaseId, environment, check, build, now });
}
