import type { CheckInput } from '../../activities/contract.ts';
import type { PerformedOperation, RunnerDesk, RunnerMet } from '../../activities/contract-runner.ts';
import type { CheckResultRow } from '../../platform/record/results.ts';

/** Runners around the world of a test: whether one is there, and what was written down of its work. */
export class WorldRunners {
  met: Partial<RunnerMet> = {};
  readonly operations: { operationId: string; performed: PerformedOperation }[] = [];
  readonly checks: CheckResultRow[] = [];
  /** What the runners were asked for, as it stands beside what they brought. */
  readonly asked: (CheckInput | undefined)[] = [];

  get activities(): Omit<RunnerDesk, 'probeComponent'> {
    return {
      meetRunner: async ({ runner }) => ({
        isThere: true,
        because: `Runner ${runner} is there.`,
        ...this.met,
      }),
      recordOperation: async ({ input, performed }) => {
        this.operations.push({ operationId: input.operationId, performed });
        return { outcome: performed.outcome, because: performed.because, resultId: input.operationId };
      },
      recordCheck: async (made, asked) => {
        this.checks.push(made);
        this.asked.push(asked);
        return {
          outcome: made.outcome as 'passed',
          summary: made.summary,
          resultId: made.id,
          startedAt: made.startedAt,
          endedAt: made.endedAt,
        };
      },
    };
  }
}
