/**
 * One thing that happens while a request waits (semantics §9, "Escalation ladder"): at `half` and `last` (10 % of the time left)
 * people are reminded, at `backup` (25 %) the backup groups are asked, at `manager` (10 %) managers are told who is silent.
 */
export interface Nudge {
  /** RFC 3339; outside the quiet hours of those whom it reaches. */
  at: string;
  step: 'half' | 'backup' | 'last' | 'manager';
  to: string[];
  /** With `manager`: those whose silence they are told of. */
  about?: string[];
}

/** Which of the planned things are to happen by now, and which are still to come; both in their order. */
export function dueNudges(nudges: readonly Nudge[], now: string): { due: Nudge[]; ahead: Nudge[] } {
  const isDue = ({ at }: Nudge) => Date.parse(at) <= Date.parse(now);
  return { due: nudges.filter(isDue), ahead: nudges.filter((nudge) => !isDue(nudge)) };
}
