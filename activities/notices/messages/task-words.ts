import { showInstant } from '../../../platform/instants.ts';
import type { LetterSection } from '../letter.ts';
import type { Occasion } from '../occasion.ts';

/** What waits for a task, and how its people say how it stands. */
export function howToAnswer({ notice, release }: Occasion): string[] {
  const task = notice.facts?.['task'] ?? 'ID';
  const waits =
    notice.environment === undefined
      ? 'No stage waits for it.'
      : `${notice.environment} does not start before it is done.`;
  return [
    `${waits} Say so on the page, or with \`gantry release task done ${release.id} ${task}\`; \`accept\` and \`block\` tell the others how far it is.`,
  ];
}

/** When a task is due, in the zone of the reader; nothing where it has no time. */
export function dueRow({ notice, zone }: Occasion): LetterSection[] {
  const due = notice.facts?.['due'];
  return due === undefined
    ? []
    : [{ kind: 'facts', rows: [{ label: 'Due', value: showInstant(due, zone) }] }];
}
