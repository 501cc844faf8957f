import type { Activities } from '../activities/contract.ts';
import { reads } from './proxies.ts';

/** Looks at the risk of a version without a release, and changes nothing. */
export async function riskPreview(
  input: Parameters<Activities['assessRisk']>[0],
): ReturnType<Activities['assessRisk']> {
  return reads.assessRisk(input);
}
