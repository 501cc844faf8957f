import { milestoneKinds, type MilestoneKind, type MilestoneView } from './release.ts';

/** A date that moved: what was expected before, and what is now. Instants. */
export interface Slip {
  kind: MilestoneKind;
  owner?: string;
  before: string;
  after: string;
  /** The planned date is no longer met. */
  isMissed: boolean;
}

const words: Record<MilestoneKind, string> = {
  codeComplete: 'code complete',
  qaDone: 'QA done',
  goNoGo: 'go/no-go',
  live: 'live',
};

/** The milestone as people say it. */
export const milestoneWord = (kind: MilestoneKind): string => words[kind];

/** Milestones in the order in which they come, whatever order they were written in. */
export const inOrder = <M extends { kind: MilestoneKind }>(milestones: readonly M[]): M[] =>
  [...milestones].sort((a, b) => milestoneKinds.indexOf(a.kind) - milestoneKinds.indexOf(b.kind));

/**
 * Estimates along the chain. A milestone that was reached stands. For any other the planned date holds, unless something later
 * is known: the present, the estimate of what comes before it, or for `live` the end that the calendar predicts. So a slip is
 * passed on exactly as far as no slack takes it up, and a date never moves before its plan.
 */
export function estimated(
  milestones: readonly MilestoneView[],
  o: { now: string; predictedEnd?: string },
): MilestoneView[] {
  let before = '';
  return inOrder(milestones).map((milestone) => {
    const { kind, plannedAt, actualAt } = milestone;
    const known = [plannedAt, o.now, before, ...(kind === 'live' && o.predictedEnd ? [o.predictedEnd] : [])];
    const estimateAt = actualAt ?? latest(known.filter((instant) => instant !== ''));
    before = estimateAt;
    return { ...milestone, estimateAt };
  });
}

const latest = (instants: readonly string[]): string =>
  instants.reduce((last, next) => (Date.parse(next) > Date.parse(last) ? next : last));

/** Dates this little apart are no news. */
const leastNewsMs = 15 * 60_000;

/**
 * How far an estimate must move to be news, milliseconds: as much again as it is late already. A milestone that is overdue
 * slips with every tick of the clock, and people would be told of each.
 */
export const newsMs = ({ estimateAt, plannedAt }: Pick<MilestoneView, 'estimateAt' | 'plannedAt'>): number =>
  Math.max(leastNewsMs, Date.parse(estimateAt) - Date.parse(plannedAt));

/** What moved later, or back again, since `before`: what owners and dependants must be told. */
export function slips(before: readonly MilestoneView[], after: readonly MilestoneView[]): Slip[] {
  return inOrder(after).flatMap((milestone) => {
    const known = before.find(({ kind }) => kind === milestone.kind);
    if (!known || milestone.actualAt !== undefined) return [];
    const moved = Math.abs(Date.parse(milestone.estimateAt) - Date.parse(known.estimateAt));
    if (moved < newsMs(known)) return [];
    return [
      {
        kind: milestone.kind,
        ...(milestone.owner === undefined ? {} : { owner: milestone.owner }),
        before: known.estimateAt,
        after: milestone.estimateAt,
        isMissed: Date.parse(milestone.estimateAt) > Date.parse(milestone.plannedAt),
      },
    ];
  });
}
