import type { Kysely } from 'kysely';
import type { CalendarAnswer } from '../../domain/calendar/model.ts';
import { evaluateQuarantine } from '../../domain/gates/quarantine/evaluate.ts';
import { headlineVerdict } from '../../domain/verdict.ts';
import { regressionText } from '../../domain/watch/regression.ts';
import type { Database } from '../../platform/database/schema.ts';
import { isHolder } from '../../platform/record/environment-locks.ts';
import { standingQuarantines } from '../../platform/record/gates/quarantines.ts';
import type { Activities, DoorAnswer, DoorInput } from '../contract.ts';
import { whyApprovalsShut } from './door/approvals.ts';
import { calendarAtDoor } from './door/calendar.ts';
import { whyChecksShut } from './door/checks.ts';
import { whyGlassWhole } from './door/glass.ts';
import { unheardRegressions } from './door/regressions.ts';
import { whyStale } from './door/stale.ts';

/**
 * The deploy door (trust §1.5.7): reads checks and decisions again from the record and judges them with the same functions as
 * the workflow. So neither a raw message to the engine nor a row slipped into the database deploys anything alone.
 */
export const createCheckDoor =
  (db: Kysely<Database>, clock: () => number = Date.now): Activities['checkDoor'] =>
  async (input) =>
    // the newest last, so that none is overlooked that came while the rest was read
    (await whyUnproven(db, input)) ?? (await asOfNow(db, input, clock));

const isPassed = ({ glass }: DoorInput, gate: string): boolean => glass?.gates.includes(gate) ?? false;

/** What the record does not hold of all that the workflow goes by. */
async function whyUnproven(db: Kysely<Database>, input: DoorInput): Promise<DoorAnswer | undefined> {
  const [checks, glass, approvals, stale, isHeld] = await Promise.all([
    whyChecksShut(db, input),
    whyGlassWhole(db, input),
    isPassed(input, 'approvals') ? undefined : whyApprovalsShut(db, input),
    whyStale(db, input),
    isHolder(db, input),
  ]);
  const shut = checks ?? glass;
  if (shut !== undefined) return { kind: 'shut', because: shut };
  if (approvals !== undefined) return approvals;
  if (stale !== undefined) return { kind: 'stale', because: stale };
  if (isHeld) return undefined;
  return {
    kind: 'closed',
    because: `${input.environment} is not reserved for this release in the record.`,
  };
}

/** What may have come since the workflow judged: bans, regressions, and what the calendar says. */
async function asOfNow(db: Kysely<Database>, input: DoorInput, clock: () => number): Promise<DoorAnswer> {
  const { builds } = input;
  const [quarantines, regressions, calendar] = await Promise.all([
    builds ? standingQuarantines(db, builds) : [],
    unheardRegressions(db, input),
    calendarAtDoor(db, input, clock),
  ]);
  if (quarantines.length > 0)
    return { kind: 'closed', because: evaluateQuarantine(builds ?? [], quarantines).because, quarantines };
  const [regression] = regressions;
  if (regression) return { kind: 'closed', because: `${regressionText(regression)}.`, regressions };
  const shut = calendar && whyCalendarShut(input, calendar);
  if (calendar && shut !== undefined) return { kind: 'closed', because: shut, calendar };
  const agreed = `Record and workflow agree on ${input.environment}.`;
  return { kind: 'open', because: agreed, ...(calendar ? { calendar } : {}) };
}

function whyCalendarShut(input: DoorInput, { verdicts, expired }: CalendarAnswer): string | undefined {
  const shut = verdicts.filter(({ gate, kind }) => kind !== 'allowed' && !isPassed(input, gate));
  return headlineVerdict(shut)?.because ?? expired;
}
