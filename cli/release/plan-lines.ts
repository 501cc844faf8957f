import { inOrder, milestoneWord } from '../../domain/release/milestones.ts';
import { namedIn, type NameOf } from '../../domain/release/names.ts';
import { startPlanOf } from '../../domain/release/start-plan.ts';
import type { ReleaseView } from '../answers.ts';
import type { Output } from '../output.ts';
import { plainText } from '../plain-text.ts';

/** What the server tells of a release's place in the calendar, beside its state. */
export interface PlanAnswer {
  reservations: { id: string; environment: string; start: string; end: string; state: string }[];
  awaits: { number: number; what: string; state: string; because: string; releaseId?: string }[];
}

/** When it is to start, what it has reserved and waits for, and its milestones: a line each; none where nothing is planned. */
export function planLines(view: ReleaseView & { plan?: PlanAnswer }, output: Output): string[] {
  return [
    ...startLines(view, output),
    ...(view.plan?.reservations ?? []).map(
      (one) =>
        `Reserved: ${one.environment} from ${output.time(one.start)} to ${output.time(one.end)}${one.state === 'queued' ? ', once it is free' : ''} (${one.id})`,
    ),
    ...(view.plan?.awaits ?? []).map(
      (one) =>
        `Waits for ${one.number}. ${one.what}: ${one.state}. ${plainText(one.because)}${one.releaseId === undefined ? '' : ` (${one.releaseId})`}`,
    ),
    ...inOrder(view.milestones ?? []).map((one) => milestoneLine(one, output, namedIn(view.names))),
  ];
}

function startLines(view: ReleaseView, output: Output): string[] {
  const start = startPlanOf(view);
  if (!start || (view.schedule === undefined && !start.expected)) return [];
  const { at, startBy, expected, environment } = start;
  const when =
    start.how === 'at'
      ? output.time(at)
      : start.how === 'nextSlot'
        ? 'in the next slot that fits'
        : 'as soon as it may';
  const late = startBy === undefined ? '' : `, at the latest before ${output.time(startBy)}`;
  return [
    `Start in ${environment}: ${when}${late}`,
    ...(expected
      ? [
          `Expected in ${environment}: ${output.time(expected.start)} – ${output.time(expected.end)}${expected.isEarliest ? ', at the earliest' : ''}`,
        ]
      : []),
  ];
}

function milestoneLine(
  milestone: NonNullable<ReleaseView['milestones']>[number],
  output: Output,
  nameOf: NameOf,
): string {
  const { kind, plannedAt, estimateAt, actualAt, owner } = milestone;
  const now =
    actualAt !== undefined
      ? `, reached ${output.time(actualAt)}`
      : estimateAt === plannedAt
        ? ''
        : `, now expected ${output.time(estimateAt)}`;
  return `Milestone ${milestoneWord(kind)}: planned ${output.time(plannedAt)}${now}${owner === undefined ? '' : `, owner ${nameOf(owner)}`}`;
}
