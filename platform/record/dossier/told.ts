import type { EventAction } from '../../../domain/release/events.ts';
import type { DossierSource } from './source.ts';

/** An entry of the log as sections show it; `entry` is its number in the log of the release. */
export interface Told {
  at: string;
  action: EventAction;
  sentence: string;
  reason?: string;
  facts?: Record<string, unknown>;
  entry?: number;
}

/** What the log tells under these actions, in its order. */
export const toldOf = (
  { entries }: Pick<DossierSource, 'entries'>,
  actions: readonly EventAction[],
): Told[] =>
  entries
    .filter(({ action }) => actions.includes(action))
    .map(({ at, action, sentence, reason, facts, releaseSeq }) => ({
      ...{ at, action, sentence },
      ...(reason === undefined ? {} : { reason }),
      ...(facts === undefined ? {} : { facts }),
      ...(releaseSeq === undefined ? {} : { entry: releaseSeq }),
    }));
