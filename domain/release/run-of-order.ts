import { instantText } from '../instant-text.ts';

/** What a run of a release's workflow was started for. */
export interface OrderMark {
  releaseId: string;
  createdAt: string;
}

/** The run that the engine has under a workflow id. `order`: what it was started with; absent where that cannot be read. */
export type RunOfOrder = { kind: 'missing' } | { kind: 'running' | 'ended'; order?: OrderMark };

/**
 * Whether a run was started by this order: `unknown` where nobody can tell. An id may be given twice (`gantry release create --id`), so the
 * instant of the order counts, too.
 */
export function isRunOf(
  run: Exclude<RunOfOrder, { kind: 'missing' }>,
  { releaseId, createdAt }: OrderMark,
): boolean | 'unknown' {
  if (!run.order) return 'unknown';
  return run.order.releaseId === releaseId && Date.parse(run.order.createdAt) === Date.parse(createdAt);
}

/** What stands in the way of starting a release whose workflow id is taken by a run that is not its own. */
export const takenByAnother = (
  title: string,
  workflowId: string,
  run: Exclude<RunOfOrder, { kind: 'missing' }>,
): string => {
  const whose = run.order
    ? `of another release (${run.order.releaseId}, asked for at ${instantText(run.order.createdAt)})`
    : 'of which nobody can tell what it was started for';
  return `Temporal ${run.kind === 'running' ? 'runs a workflow' : 'has a workflow that has ended'} ${whose} as ${workflowId}, so ${title} is recorded and not started`;
};
