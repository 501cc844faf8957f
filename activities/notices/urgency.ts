import type { NoticeKind } from '../contract.ts';

/** Whether a mail goes at once or in a moment. */
export type MailUrgency = 'now' | 'soon';

/** Mails that tell people what they did or what others decided; every other one asks somebody to act, or warns. */
const tellOnly: readonly NoticeKind[] = ['confirmation', 'decided', 'released', 'ended'];

/** When mail of these kinds goes: as soon as the most urgent of them. */
export const urgencyOf = (kinds: readonly NoticeKind[]): MailUrgency =>
  kinds.every((kind) => tellOnly.includes(kind)) ? 'soon' : 'now';
