import { excludedPeople, type Contributor } from '../../domain/release/exclusions.ts';
import type { StagePlan } from '../../domain/release/plan.ts';
import type { Actor } from '../../domain/release/release.ts';
import type { Db } from '../database/open.ts';
import type { StoredPolicy } from './policies.ts';
import { makerOfToken } from './tokens.ts';

/**
 * Who may be barred from voting on what `requestedBy` asked for under this policy, with reasons. `contributors` are those whom Git names; none
 * while they are not known yet.
 */
export async function barredPeople(
  db: Db,
  o: { requestedBy: Actor; stored: StoredPolicy; contributors: readonly Contributor[] },
): Promise<StagePlan['excluded']> {
  const { requestedBy, contributors } = o;
  const { policy, editedBy, editTokenMaker } = o.stored;
  const requester = requestedBy.person ?? (requestedBy.kind === 'person' ? requestedBy.id : undefined);
  const requestTokenMaker = await makerOfToken(db, requestedBy);
  return excludedPeople(policy.people, {
    contributors,
    ...(requester === undefined ? {} : { requester }),
    ...(editedBy === undefined ? {} : { policyEditor: editedBy }),
    ...(requestTokenMaker === undefined ? {} : { requestTokenMaker }),
    ...(editTokenMaker === undefined ? {} : { editTokenMaker }),
  });
}
