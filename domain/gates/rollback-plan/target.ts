import { isQuarantined, type Quarantine } from '../quarantine/evaluate.ts';
import { isSameBuild, type Artifact } from '../../release/artifact.ts';

/** One deployment that ended, as far as going back to it is concerned. */
export interface EndedDeployment extends Artifact {
  status: 'succeeded' | 'failed' | 'rolledBack' | 'left';
  endedAt: string;
  /** Nobody released it: a team has said that it runs there. */
  adopted?: true;
}

/**
 * What a rollback of `build` goes back to (semantics §7, "Target"): the newest deployment there that ended well and is of
 * another build, which nobody has quarantined. Not simply the previous one. Undefined where there is none.
 */
export function rollbackTargetOf<D extends EndedDeployment>(
  build: Artifact,
  deployments: readonly D[],
  quarantines: readonly Quarantine[],
): D | undefined {
  return deployments
    .filter((one) => one.service === build.service && one.status === 'succeeded' && !isSameBuild(one, build))
    .filter((one) => !quarantines.some((quarantine) => isQuarantined(quarantine, one)))
    .sort((a, b) => Date.parse(b.endedAt) - Date.parse(a.endedAt))[0];
}
