import { CancellationScope } from '@temporalio/workflow';

/**
 * Runs all side by side. The first that `isFatal` cancels the others and waits for them, so that nothing still runs behind
 * the answer (Promise.all would go on while siblings work).
 */
export async function allOrCancel<T>(
  jobs: readonly (() => Promise<T>)[],
  isFatal: (result: T) => boolean,
): Promise<PromiseSettledResult<T>[]> {
  return CancellationScope.cancellable(async () => {
    const scope = CancellationScope.current();
    return Promise.allSettled(
      jobs.map(async (job) => {
        try {
          const result = await job();
          if (isFatal(result)) scope.cancel();
          return result;
        } catch (error) {
          scope.cancel();
          throw error;
        }
      }),
    );
  });
}
