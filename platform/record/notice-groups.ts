import type { InstallationNotice, NoticeInput } from '../../activities/contract.ts';

/**
 * What several mails to one person have in common: the change of the calendar that moved the dates of many releases. They
 * become one mail. Undefined for what stands alone.
 */
export function groupOf(notice: NoticeInput | InstallationNotice): string | undefined {
  if (notice.kind !== 'rescheduled') return undefined;
  const calendar = notice.facts?.['calendar'];
  return calendar === undefined ? undefined : `${notice.to[0] ?? ''}/calendar/${calendar}`;
}

/** So long is waited for the others: releases are judged one after another. Seconds. */
export const gatherSeconds = 5;
