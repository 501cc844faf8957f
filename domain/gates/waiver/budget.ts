/** Waivers that a team may give in {@link budgetDays} days before it stands out (semantics §1.5, "Override budget"). */
const budgetSize = 5;
const budgetDays = 30;
const day = 86_400_000;

export interface WaiverBudget {
  /** Given in the last 30 days, whatever became of them. */
  spent: number;
  size: number;
  left: number;
  isOver: boolean;
  because: string;
}

/** The instant from which waivers count at `now`. */
export const waiversCountSince = (now: string): string =>
  new Date(Date.parse(now) - budgetDays * day).toISOString();

/** What is left of a team's budget. It is shown and counts as risk; who waives is a release manager as it is. */
export function waiverBudget(team: string, givenAt: readonly string[], now: string): WaiverBudget {
  const since = Date.parse(waiversCountSince(now));
  const spent = givenAt.filter((at) => Date.parse(at) > since && Date.parse(at) <= Date.parse(now)).length;
  const over = spent > budgetSize ? ', more than it may without standing out' : '';
  return {
    spent,
    size: budgetSize,
    left: Math.max(0, budgetSize - spent),
    isOver: spent > budgetSize,
    because: `${team} gave ${spent} of ${budgetSize} waivers in ${budgetDays} days${over}.`,
  };
}
