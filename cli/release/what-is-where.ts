import type { ReleaseView, RolloutView, StageView } from '../../domain/release/release.ts';
import { sinceAt, standsOrStood, type SaidSince } from '../../domain/rollout/left-then.ts';
import { runsWhere, stepName } from '../../domain/rollout/where.ts';
import { releasePath, type List, type TimelineEntry } from '../answers.ts';
import type { Client } from '../client.ts';

type Compensation = NonNullable<RolloutView['compensation']>;
export type Row = [string, string, string];

const undoWords: Record<Compensation['state'], string> = {
  pending: 'not undone yet',
  running: 'is being undone',
  compensated: 'undone',
  notNeeded: 'nothing to undo',
  failed: 'undo failed',
  needsPeople: 'undo waits for a person',
  doneByHand: 'undone by hand',
  left: 'left as it is',
};

/** Whether something went wrong on the way, so that people ask what is where rather than which gate is shut. */
export const wentWrong = (state: ReleaseView['state']): boolean =>
  ['rollingBack', 'stuck', 'aborted', 'failed', 'rolledBack'].includes(state);

/** What each component of a stage is on, the steps that did not work, and how far its undo came. */
export const rolloutRows = (
  { environment, rollout }: StageView,
  { isOver, said }: { isOver: boolean; said?: readonly SaidSince[] | undefined },
): Row[] =>
  rollout.flatMap((one) => [
    [environment, `deploy ${one.service}`, exposureOf(one)],
    [environment, `state ${one.service}`, standsOrStood(one, { environment, isOver, said })],
    ...(one.targets ? runsWhere(one).map(({ where, runs }): Row => [environment, where, runs]) : []),
    ...one.steps.flatMap((step, index): Row[] =>
      step.state === 'failed' || step.state === 'unknown'
        ? [[environment, `step ${index + 1} ${one.service}`, stepOutcome(step)]]
        : [],
    ),
    ...(one.compensation
      ? [
          [
            environment,
            `undo ${one.service}`,
            undoOf(one.compensation, {
              isOver,
              wasThen: sinceAt(said, { environment, service: one.service }) !== undefined,
            }),
          ] as Row,
        ]
      : []),
    ...(one.compensation?.command !== undefined && isWaiting(one.compensation)
      ? [[environment, `mend ${one.service}`, one.compensation.command] as Row]
      : []),
  ]);

const driftWords = { same: 'as recorded', drifted: 'differs', unknown: 'not known' } as const;

/** What ran there before the first step, and the runner that is waited for. */
export const placeRows = ({ environment, drift, missingRunner }: StageView): Row[] => [
  ...(missingRunner ? [[environment, `runner ${missingRunner.name}`, missingRunner.because] as Row] : []),
  ...(drift?.findings ?? []).map(({ service, kind, because }): Row => [
    environment,
    `ran before ${service}`,
    `${driftWords[kind]}: ${because}`,
  ]),
];

/** Why steps failed: the record's own sentences, for a release that is stuck has no ending that says it. */
export async function failedSteps(client: Client, id: string): Promise<TimelineEntry[]> {
  const failed: TimelineEntry[] = [];
  let cursor: string | undefined;
  do {
    const page = (await client.get(`${releasePath(id)}/events`, { cursor })) as List<TimelineEntry>;
    failed.push(...page.items.filter((entry) => entry.action === 'step.failed'));
    cursor = page.next;
  } while (cursor !== undefined);
  return failed;
}

/** The undo that would be run by hand is of use only as long as it has not worked. */
const isWaiting = ({ state }: Compensation): boolean => state === 'failed' || state === 'needsPeople';

const exposureOf = ({ exposure, version, previousVersion, targets }: RolloutView): string =>
  `${exposure} %${targets ? ' of targets' : ''} on ${version}${previousVersion === undefined ? '' : ` (before: ${previousVersion})`}`;

const stepOutcome = (step: RolloutView['steps'][number]): string =>
  `${stepName(step)}: ${step.state === 'failed' ? 'failed' : 'nobody knows whether it took effect'}`;

function undoOf(
  { state, attempts, because }: Compensation,
  { isOver, wasThen }: { isOver: boolean; wasThen: boolean },
): string {
  const isLeft = isOver && state === 'pending'; // nobody undoes it any more
  const leftWords = wasThen ? 'was left as it was' : undoWords.left;
  if (isLeft) return leftWords;
  const tries = attempts > 1 ? ` (${attempts} attempts)` : '';
  return `${state === 'left' ? leftWords : undoWords[state]}${tries}${because === '' ? '' : `: ${because}`}`;
}
