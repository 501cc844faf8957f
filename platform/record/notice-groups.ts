import type { InstallationNotice, NoticeInput } from '../../activities/contract.ts';

/** Names of the facts that say what a mail of this kind comes from, such as one change of the calendar that moved many dates. */
const causes: Partial<Record<string, string>> = {
  rescheduled: 'calendar',
  stalled: 'look',
  blocked: 'cause',
};

/** What several mails to one person come from: they become one mail. Undefined for what stands alone. */
export function causeOf(
  notice: NoticeInput | InstallationNotice,
): { fact: string; value: string } | undefined {
  const fact = causes[notice.kind];
  const value = fact === undefined || !('releaseId' in notice) ? undefined : notice.facts?.[fact];
  return fact === undefined || value === undefined ? undefined : { fact, value };
}

/** The same for all mails that become one; undefined for what stands alone. */
export function groupOf(notice: NoticeInput | InstallationNotice): string | undefined {
  const cause = causeOf(notice);
  return cause && `${notice.to[0] ?? ''}/${notice.kind}/${cause.value}`;
}

/** So long is waited for the others: releases are judged one after another. Seconds. */
export const gatherSeconds = 5;
