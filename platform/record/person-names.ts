import { asId, nameAmong, type NameOf } from '../../domain/release/names.ts';
import type { Actor } from '../../domain/release/release.ts';
import type { Db } from '../database/open.ts';
import { currentPolicy } from './stored-policies.ts';

/** How sentences of the record call people: by the names of the policy in force. */
export async function personNames(db: Db): Promise<NameOf> {
  const people = (await currentPolicy(db))?.policy.people;
  return people ? (person) => nameAmong(people, person) : asId;
}

/** The name of who acts: of the person behind a token, too. */
export const actorName = (nameOf: NameOf, actor: Actor): string => nameOf(actor.person ?? actor.id);
