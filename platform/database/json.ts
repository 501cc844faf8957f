/** Shapes of the JSON columns that no domain type describes. */
export interface EnvironmentLockWaiter {
  owner: string;
  releaseId: string;
  title: string;
  keys: string[];
  classRank: number;
  requestedAt: string;
}

export interface EnvironmentLockHolder {
  owner: string;
  releaseId: string;
  title: string;
  keys: string[];
  fence: number;
  since: string;
}
