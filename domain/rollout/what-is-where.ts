import { currentStage, type ReleaseView, type RolloutView } from '../release/release.ts';
import { failedAmong } from './undo-told.ts';
import { runsWhere } from './where.ts';

/** One component where a release is stuck, for programs. */
export interface WhatIsWhere {
  service: string;
  environment: string;
  version: string;
  previousVersion?: string;
  /** Percent that the new version had when that was last known. */
  exposure: number;
  /** What runs now, in words; one that nobody knows says so. */
  runs: string;
  /** State of its undo; `needsPeople`: not tried, for others have to go back first. */
  undo: NonNullable<RolloutView['compensation']>['state'];
  /** How often its undo was tried. */
  attempts: number;
  because: string;
  /** Services whose undo failed, where this one waits for that. */
  waitsFor?: string[];
  /** What would do it by hand. */
  command?: string;
}

/** Each component that was touched where a release is stuck: what it is on, what became of its undo, and what would mend it. */
export function whatIsWhere(view: Pick<ReleaseView, 'stages' | 'stage'>): WhatIsWhere[] {
  const { stage } = view;
  const here = currentStage(view)?.rollout ?? [];
  return here.flatMap((one) => {
    const { service, version, previousVersion, exposure, compensation } = one;
    if (!compensation || stage === undefined) return [];
    const { state, attempts, because, command } = compensation;
    return [
      {
        service,
        environment: stage,
        version,
        ...(previousVersion === undefined ? {} : { previousVersion }),
        exposure,
        runs: runsWhere(one)
          .map(({ where, runs }) => (one.targets ? `${where}: ${runs}` : runs))
          .join('; '),
        undo: state,
        attempts,
        because,
        ...(state === 'needsPeople' ? { waitsFor: failedAmong(here) } : {}),
        ...(command === undefined ? {} : { command }),
      },
    ];
  });
}
