import { withoutStop } from '../full-stop.ts';
import { listOf } from '../list-of.ts';
import { currentStage, type ReleaseView, type RolloutView } from '../release/release.ts';

type Beside = readonly Pick<RolloutView, 'service' | 'compensation'>[];

/** Services whose undo was tried and failed: what they depend on goes back only after them. */
export const failedAmong = (rollout: Beside): string[] =>
  rollout.filter(({ compensation }) => compensation?.state === 'failed').map(({ service }) => service);

/**
 * What became of an undo that waits for a person: tried and failed, or not tried because that of a dependant failed. Undefined of all others.
 * @param rollout all components of the same stage
 */
export function undoTold({ compensation }: Beside[number], rollout: Beside): string | undefined {
  if (compensation?.isRefused) return `its undo ${compensation.because}`;
  if (compensation?.state === 'failed')
    return `its undo was tried ${times(compensation.attempts)} and failed: ${compensation.because}`;
  if (compensation?.state !== 'needsPeople') return undefined;
  const failed = failedAmong(rollout);
  const why = failed.length > 0 ? `, and that of ${listOf(failed, 'and')} failed` : '';
  return `its undo was ${compensation.attempts === 0 ? 'not tried' : 'not tried again'}: what depends on it goes back first${why}`;
}

const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);

/**
 * The end of a sentence on a release that is stuck: which undos failed, and which were not tried for that. It says of no undo that was not
 * tried that it failed.
 */
export function failedUndosTold(view: Pick<ReleaseView, 'stages' | 'stage'>): string | undefined {
  const { stage } = view;
  const rollout = currentStage(view)?.rollout ?? [];
  const those = (state: 'failed' | 'needsPeople'): RolloutView[] =>
    rollout.filter(({ compensation }) => compensation?.state === state);
  const named = (some: readonly RolloutView[]): string =>
    listOf(
      some.map(({ service, version }) => `${service} ${version}`),
      'and',
    );
  const [failed, waiting] = [those('failed'), those('needsPeople')];
  if (failed.length === 0) return undefined;
  const tried = failed.filter(({ compensation }) => !compensation?.isRefused);
  const shut = failed.filter(({ compensation }) => compensation?.isRefused);
  const parts = [
    ...(tried.length > 0 ? [`the undo of ${named(tried)} in ${stage} failed`] : []),
    ...shut.map(
      (one) => `the undo of ${named([one])} in ${stage} ${withoutStop(one.compensation?.because ?? '')}`,
    ),
    ...(waiting.length > 0 ? [`that of ${named(waiting)} was not tried and waits for it`] : []),
  ];
  return parts.join('; ');
}
