import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import type { ReleasePlan } from '../domain/release/plan.ts';
import type { ReleaseView } from '../domain/release/release.ts';
import { searchAttributes } from './contract.ts';

const riskKey = defineSearchAttributeKey(searchAttributes.risk, SearchAttributeType.KEYWORD);

/**
 * The band of the stage that the release is in, to go with what is written to the index anyhow: it is not worth an event of its
 * own. A stage whose risk nobody assesses takes away what the one before has left.
 */
export function riskIndexed({ indexesRisk }: ReleasePlan, { stages, stage }: ReleaseView) {
  if (indexesRisk !== true || stages.every(({ risk }) => risk === undefined)) return [];
  const band = stages.find(({ environment }) => environment === stage)?.risk?.band;
  return [{ key: riskKey, value: band ?? null }];
}
