import { Worker } from '@temporalio/worker';

/**
 * Workers of one test file after another, that share the thread in which workflows run: a fresh one loads all workflow code anew, which
 * costs more than most tests. Each workflow has its own globals there, as in a worker of the product; all of them are gone from
 * the thread when their worker ends.
 */
export class PathWorker extends Worker {
  private static thread: ReturnType<typeof Worker.createWorkflowCreator> | undefined;

  protected static override async createWorkflowCreator(
    ...made: Parameters<typeof Worker.createWorkflowCreator>
  ): ReturnType<typeof Worker.createWorkflowCreator> {
    PathWorker.thread ??= super.createWorkflowCreator(...made);
    const thread = await PathWorker.thread;
    return {
      createWorkflow: async (options) => thread.createWorkflow(options),
      destroy: async () => undefined, // the next worker goes on with it
    };
  }

  /** To be called once no worker runs any more. */
  static async endThread(): Promise<void> {
    const thread = await PathWorker.thread;
    PathWorker.thread = undefined;
    await thread?.destroy();
  }
}
