import type { Absence } from '../domain/gates/approvals/stand-ins.ts';
import type { NameOf } from '../domain/release/names.ts';
import type { Db } from '../platform/database/open.ts';
import { GantryError } from '../platform/errors.ts';
import {
  absenceById,
  absencesAhead,
  addAbsence,
  endAbsence,
  type AbsenceRow,
} from '../platform/record/absences.ts';
import { absenceWarnings, type ReleaseWarning } from '../platform/record/absence-warnings.ts';
import { personNames } from '../platform/record/person-names.ts';
import { calledAs, type Caller } from './auth/caller.ts';
import { knownPerson } from './auth/people.ts';
import type { ApiDeps } from './deps.ts';

const longestMs = 366 * 86_400_000;

/** An absence as somebody asks for it, over the API or on the page; instants are RFC 3339. */
export interface WantedAbsence {
  /** Left out: whoever asks. */
  person?: string | undefined;
  /** Left out: now. */
  from?: string | undefined;
  until: string;
  delegate?: string | undefined;
}

/** Who changes an absence, when, and the HTTP request that brought it. */
interface Told {
  caller: Caller;
  now: Date;
  requestId: string;
}

/** Whether this caller may say for others when they are away. */
export function mayForOthers({ grant }: Caller): boolean {
  const holds = (access: readonly string[]) => access.includes('operator') || access.includes('admin');
  return holds(grant.access) && (grant.token === undefined || holds(grant.token.access));
}

/** The absence that is meant, once it is known that it may be. @throws NOT_ALLOWED, NOT_FOUND, ABSENCE_INVALID */
export async function checkedAbsence(
  deps: Pick<ApiDeps, 'store' | 'inbox'>,
  wanted: WantedAbsence,
  { caller, now }: Omit<Told, 'requestId'>,
): Promise<Absence> {
  const nameOf = await personNames(deps.store.db);
  const person = wanted.person ?? caller.grant.person;
  requireOwn(caller, person, nameOf);
  await requirePerson(deps, person);
  if (wanted.delegate !== undefined) await requirePerson(deps, wanted.delegate);
  const absence = {
    person,
    from: new Date(wanted.from ?? now).toISOString(),
    until: new Date(wanted.until).toISOString(),
    ...(wanted.delegate === undefined ? {} : { delegate: wanted.delegate }),
  };
  refuseInvalid(absence, now, nameOf);
  return absence;
}

/** Writes a checked absence down, with what should be seen to before it begins. @throws ABSENCE_OVERLAPS */
export async function takeAbsence(
  trx: Db,
  absence: Absence,
  { caller, now, requestId }: Told,
): Promise<AbsenceRow & { warnings?: ReleaseWarning[] }> {
  const at = now.toISOString();
  const others = await absencesAhead(trx, at);
  const made = await addAbsence(trx, { ...absence, by: caller.actor, at, requestId });
  const warnings = await absenceWarnings(trx, { absence, others, now: at });
  return { ...made, ...(warnings.length > 0 ? { warnings } : {}) };
}

/** Ends an absence now, or takes it back before it begins. @throws NOT_FOUND, NOT_ALLOWED */
export async function takeBackAbsence(
  db: Db,
  id: string,
  { caller, now, requestId }: Told,
): Promise<AbsenceRow> {
  const known = await absenceById(db, id);
  if (!known) throw new GantryError('NOT_FOUND', { what: 'absence', id });
  requireOwn(caller, known.person, await personNames(db));
  return (await endAbsence(db, { id, by: caller.actor, at: now.toISOString(), requestId })) ?? known;
}

/** @throws NOT_ALLOWED for the absence of somebody else, without the access operator or admin */
function requireOwn(caller: Caller, person: string, nameOf: NameOf): void {
  if (person === caller.grant.person || mayForOthers(caller)) return;
  throw new GantryError('NOT_ALLOWED', {
    person: calledAs(caller),
    detail: `the absence of ${nameOf(person)} is theirs, or needs the access operator`,
  });
}

async function requirePerson(deps: Pick<ApiDeps, 'store' | 'inbox'>, id: string): Promise<void> {
  if ((await knownPerson(deps, id))?.person === undefined)
    throw new GantryError('NOT_FOUND', { what: 'person', id });
}

/** @throws ABSENCE_INVALID */
function refuseInvalid({ person, from, until, delegate }: Absence, now: Date, nameOf: NameOf): void {
  const [start, stop] = [Date.parse(from), Date.parse(until)];
  const refuse = (detail: string, fix: string): never => {
    throw new GantryError('ABSENCE_INVALID', { detail, fix });
  };
  if (stop <= start) refuse('it ends before it begins', 'Give an end that is after its beginning.');
  if (stop <= now.getTime())
    refuse('it is over already', 'Give an end that is ahead: what is over changes no request.');
  if (stop - start > longestMs)
    refuse(
      'it lasts longer than a year',
      'Give an end within a year, and another absence later; whoever has left is taken out of `people` in gantry.yaml.',
    );
  if (delegate === person)
    refuse(
      `${nameOf(person)} cannot stand in for ${nameOf(person)}`,
      'Name somebody else, or leave the delegate out: then the backup group of a rule is asked.',
    );
}
