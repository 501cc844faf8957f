import type { NewEvent } from './events.ts';

/** Kinds of entries that a reader of a timeline may want alone (ux §5.5). */
export const timelineParts = ['people', 'checks', 'deploy', 'watch', 'system'] as const;
export type TimelinePart = (typeof timelineParts)[number];

const byAction: readonly (readonly [prefix: string, part: TimelinePart])[] = [
  ['check.', 'checks'],
  ['waiver.', 'checks'],
  ['step.skipped', 'people'],
  ['step.', 'deploy'],
  ['lock.', 'deploy'],
  ['door.', 'deploy'],
  ['stage.', 'deploy'],
  ['compensation.', 'deploy'],
  ['analysis.continued', 'people'],
  ['analysis.extended', 'people'],
  ['analysis.', 'watch'],
  ['soak.', 'watch'],
  ['watch.', 'watch'],
  ['incident.', 'watch'],
  ['approval.', 'people'],
  ['decision.', 'people'],
  ['withdrawal.', 'people'],
  ['override.', 'people'],
  ['command.', 'people'],
];

/** Which part of a timeline an entry belongs to: what it is about; else, whether a person did it. */
export function timelinePart({ action, actor }: Pick<NewEvent, 'action' | 'actor'>): TimelinePart {
  const found = byAction.find(([prefix]) => action.startsWith(prefix));
  if (found) return found[1];
  return actor.kind === 'person' || actor.person !== undefined ? 'people' : 'system';
}
