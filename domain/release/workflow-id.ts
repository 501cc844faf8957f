import type { ReleaseOrder } from './release.ts';

/** `release/shop/1.4.0`, a later attempt `…/2`; several components: `release/<release id>`. */
export function releaseWorkflowId(order: Pick<ReleaseOrder, 'releaseId' | 'attempt' | 'components'>): string {
  const [only, ...others] = order.components;
  if (!only || others.length > 0) return `release/${order.releaseId}`;
  const base = `release/${only.service}/${only.version}`;
  return order.attempt > 1 ? `${base}/${order.attempt}` : base;
}
