import type { Kysely } from 'kysely';
import { deadlineOf, planNudges, type Reader } from '../../domain/calendar/plan-nudges.ts';
import { capacityOf } from '../../domain/gates/approvals/capacity.ts';
import { isBackupOf, isExcludedUnder } from '../../domain/gates/approvals/electorate.ts';
import { standInsFor, type StandIns } from '../../domain/gates/approvals/stand-ins.ts';
import type { Policy } from '../../domain/policy/policy.schema.ts';
import type { Database } from '../../platform/database/schema.ts';
import { GantryError } from '../../platform/errors.ts';
import { absencesAt } from '../../platform/record/absences.ts';
import { policyByDigest } from '../../platform/record/policies.ts';
import type { Activities, RequestToPrepare } from '../contract.ts';

/** Reads who is away and computes, by the readers' zones, what happens while a request waits (semantics §9). */
export function createPrepareRequest(
  db: Kysely<Database>,
  mailExpected?: () => void,
): Activities['prepareRequest'] {
  return async (input) => {
    mailExpected?.();
    const [stored, absences] = await Promise.all([
      policyByDigest(db, input.policyDigest),
      absencesAt(db, input.openedAt),
    ]);
    if (!stored) throw new GantryError('POLICY_NONE');
    return prepareRequest(input, stored.policy, absences);
  };
}

/** The same without looks at the record. */
export function prepareRequest(
  input: RequestToPrepare,
  policy: Pick<Policy, 'people' | 'organisation'>,
  absences: Parameters<typeof standInsFor>[1],
): Awaited<ReturnType<Activities['prepareRequest']>> {
  const { stage, openedAt, spanMs, clock, isEscalated } = input;
  const { zone } = policy.organisation;
  const waiting = { openedAt, spanMs, clock, zone };
  const deadline = deadlineOf(waiting);
  const standIns = standInsFor(stage, absences, { openedAt, deadline });
  const asOpened = { ...stage, standIns };
  const all = stage.rules.flatMap(({ backup }, index) => (backup ? [index] : []));
  return {
    deadline,
    standIns: isEscalated ? { ...standIns, backups: all } : standIns,
    nudges: planNudges(waiting, readersOf(asOpened, openedAt, policy), { isBackupAsked: isEscalated }),
  };
}

/**
 * Everybody whom a rule of the stage may ask, sooner or later. Whoever stands in for somebody from the beginning has the mail that asks, like
 * those whom the rule names, and is reminded as they are.
 */
function readersOf(
  stage: RequestToPrepare['stage'] & { standIns: StandIns },
  openedAt: string,
  policy: Pick<Policy, 'people' | 'organisation'>,
): Reader[] {
  const { zone: common } = policy.organisation;
  const zoneOf = (id: string) => policy.people.find((person) => person.id === id)?.zone ?? common;
  return stage.candidates.flatMap((candidate): Reader[] => {
    const rules = stage.rules.filter((rule) => !isExcludedUnder(rule, candidate.id, stage));
    const { own, insteadOf, backupOf } = capacityOf(stage, candidate.id, openedAt);
    const isAsked = own.length + insteadOf.length + backupOf.length > 0;
    if (!isAsked && !rules.some((rule) => isBackupOf(rule, candidate))) return [];
    const manager = policy.people.find((person) => person.id === candidate.id)?.manager;
    return [
      {
        id: candidate.id,
        zone: zoneOf(candidate.id),
        as: isAsked ? 'asked' : 'backup',
        ...(manager === undefined ? {} : { manager: { id: manager, zone: zoneOf(manager) } }),
      },
    ];
  });
}
