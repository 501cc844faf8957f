import { inReleaseOrder } from '../../domain/release/in-release-order.ts';
import { releaseTitle } from '../../domain/release/release.ts';
import type { OpenedLink } from './opened-link.ts';

/** `shop 1.4.0 → production`: what a mailed link is about. */
export const titleOf = ({ request, release }: Pick<OpenedLink, 'request' | 'release'>): string =>
  `${releaseTitle(inReleaseOrder(release, request.plan.components))} → ${request.stage}`;
