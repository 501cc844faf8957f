import { scopeText } from '../../../domain/calendar/rule-words.ts';
import type { Db } from '../../database/open.ts';
import { listRules } from './rules.ts';

/** A stop of the line that nobody has lifted: until then nothing that it is about starts. */
export interface LineStop {
  /** Name of the freeze that it is, by which it is lifted. */
  id: string;
  /** `shop in production`, `everything`. */
  about: string;
  /** Empty: all of them. */
  services: string[];
  reason?: string;
  /** Id of the person or token. */
  by: string;
  since: string;
}

/** All stops of the line in force, by name. */
export async function lineStops(db: Db): Promise<LineStop[]> {
  const freezes = await listRules(db, { kind: 'freeze' });
  return freezes
    .filter(({ rule }) => rule.stopTheLine)
    .map(({ rule, createdBy, createdAt }) => ({
      id: rule.id,
      about: scopeText(rule.scope),
      services: rule.scope.services,
      ...(rule.reason === undefined ? {} : { reason: rule.reason }),
      by: createdBy,
      since: createdAt,
    }));
}
