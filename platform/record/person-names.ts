import { asId, nameAmong, namesOf, type NameOf, type Names } from '../../domain/release/names.ts';
import type { Actor } from '../../domain/release/release.ts';
import type { Db } from '../database/open.ts';
import { currentPolicy } from './stored-policies.ts';

/** How sentences of the record call people: by the names of the policy in force. */
export async function personNames(db: Db): Promise<NameOf> {
  const people = (await currentPolicy(db))?.policy.people;
  return people ? (person) => nameAmong(people, person) : asId;
}

/** The names of these people, as a field of an answer that mentions them; no field where none is known. */
export async function namesFor(db: Db, people: readonly (string | undefined)[]): Promise<{ names?: Names }> {
  const names = namesOf(people, (await currentPolicy(db))?.policy.people ?? []);
  return names === undefined ? {} : { names };
}

/** The name of who acts, for one sentence. */
export const actorNamed = async (db: Db, actor: Actor): Promise<string> =>
  actorName(await personNames(db), actor);

/** The name of who acts: of the person behind a token, too. */
export const actorName = (nameOf: NameOf, actor: Actor): string => nameOf(actor.person ?? actor.id);
