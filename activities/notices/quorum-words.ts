import type { StagePlan } from '../../domain/release/plan.ts';
import type { ApprovalView } from '../../domain/release/release.ts';
import { showClock } from '../../platform/instants.ts';

/** `1 of 2 given (Ana Lopez, 10:02 CET)`. */
export function quorumInWords(
  plan: StagePlan,
  approval: ApprovalView | undefined,
  zone: string,
  nameOf: (id: string) => string,
): string {
  const needed = plan.rules.reduce((sum, rule) => sum + rule.atLeast, 0);
  const filled = approval?.seats.reduce((sum, seat) => sum + seat.filled, 0) ?? 0;
  const given = (approval?.votes ?? [])
    .filter((vote) => vote.choice === 'approve')
    .map((vote) => `${nameOf(vote.person)}, ${showClock(vote.at, zone)}`);
  return `${filled} of ${needed} given${given.length > 0 ? ` (${given.join('; ')})` : ''}`;
}
