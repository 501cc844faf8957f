import type { ReleaseOrder } from '../../domain/release/release.ts';

/** Why a release is planned anew. */
export interface Replan {
  /** What has changed, for those whose votes are void: `another version came to run in production`. */
  because: string;
  /** Where the subject is the same after all, what was approved stays. */
  keepsSame?: true;
  /** The order before it was amended: it holds again where the amended one leads through other stages. */
  before?: ReleaseOrder;
}
