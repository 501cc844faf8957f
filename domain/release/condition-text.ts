import type { Condition } from './release.ts';

/** How people write a condition in one line. */
export const conditionForm = 'OWNER@STAGE: what is to be done';

/** `ana@production: write the runbook`, with `, DUE` behind the stage, in any case of the letters, for phones begin with a capital one; undefined where the text is something else. */
export function conditionIn(text: string): (Omit<Condition, 'due'> & { due?: string }) | undefined {
  const found = /^([a-z0-9][a-z0-9._-]*)@([a-z0-9][a-z0-9._-]*)(?:,\s*(\S+))?:\s+(\S.*)$/i.exec(text.trim());
  if (!found) return undefined;
  const [, owner = '', before = '', due, title = ''] = found;
  return {
    title: title.trim(),
    owner: owner.toLowerCase(),
    before: before.toLowerCase(),
    ...(due === undefined ? {} : { due }),
  };
}
