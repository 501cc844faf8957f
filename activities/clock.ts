/**
 * The later of the workflow's time and this machine's. The workflow's stands still from when a call is scheduled, however long
 * it waits to be made; this machine's knows nothing of time that is skipped in tests. Instant.
 */
export const laterNow = (workflowNow: string, clock: () => number = Date.now): string =>
  new Date(Math.max(Date.parse(workflowNow), clock())).toISOString();
