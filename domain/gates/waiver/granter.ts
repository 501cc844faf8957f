import { nameAmong } from '../../release/names.ts';
import type { StagePlan } from '../../release/plan.ts';
import { defaultWaiverRole } from '../settings.ts';
import type { Granter } from './evaluate.ts';

/** What a person is to waivers of a stage, and who else could give one. */
export function granterIn(
  stage: Pick<StagePlan, 'gates' | 'candidates' | 'excluded'> | undefined,
  by: string,
): Granter {
  const role = stage?.gates?.waiverRole ?? defaultWaiverRole;
  const candidates = stage?.candidates ?? [];
  const barred = new Map(stage?.excluded.map(({ person, because }) => [person, because]));
  const roles = candidates.find(({ id }) => id === by)?.roles;
  const excluded = barred.get(by);
  const others = candidates.filter((one) => one.id !== by && one.roles.includes(role) && !barred.has(one.id));
  return {
    by,
    name: nameAmong(candidates, by),
    others: others.map(({ id }) => nameAmong(candidates, id)),
    role,
    ...(roles ? { roles } : {}),
    ...(excluded === undefined ? {} : { excluded }),
  };
}
