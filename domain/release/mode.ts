import type { Intent } from './state.ts';
import { compareVersions } from './version.ts';

/** A version as it stands somewhere: by name and, where known, by the digest of its artifact. */
export interface Build {
  version: string;
  digest?: string;
}

/**
 * What releasing a build would be against what runs there. `reused`: the same version names another artifact.
 * `unordered`: another version, of which nobody can tell whether it is newer.
 */
export type Mode = Intent | 'reused' | 'unordered';

/** Compares a build with what runs there now (semantics §7, "Mode"; §3, "No downgrade"). */
export function modeOf(asked: Build, running: Build | undefined): Mode {
  if (!running) return 'deploy';
  const order = compareVersions(asked.version, running.version);
  if (order === undefined) return 'unordered';
  if (order > 0) return 'deploy';
  if (order < 0) return 'rollback';
  return isSameArtifact(asked, running) ? 'redeploy' : 'reused';
}

/** What a build is planned as in a stage: where nobody can tell, it is new there, and passes nothing that lets ways back pass. */
export function plannedMode(asked: Build, running: Build | undefined): Intent {
  const mode = modeOf(asked, running);
  return mode === 'redeploy' || mode === 'rollback' ? mode : 'deploy';
}

/** Why a mode is not what was asked for, as a problem code; nothing where it agrees with the intent. */
export function disagreement(
  mode: Mode,
  intent: Intent,
): 'VERSION_REUSED' | 'VERSION_DOWNGRADE' | 'VERSION_RUNS_ALREADY' | 'INTENT_MISMATCH' | undefined {
  if (mode === 'reused') return 'VERSION_REUSED';
  if (mode === intent) return undefined;
  if (mode === 'unordered') return intent === 'redeploy' ? 'INTENT_MISMATCH' : undefined;
  if (mode === 'redeploy') return 'VERSION_RUNS_ALREADY';
  return mode === 'rollback' && intent === 'deploy' ? 'VERSION_DOWNGRADE' : 'INTENT_MISMATCH';
}

/** Where a digest is missing, only the very same name stands for the same artifact. */
function isSameArtifact(asked: Build, running: Build): boolean {
  if (asked.digest !== undefined && running.digest !== undefined) return asked.digest === running.digest;
  return asked.version === running.version;
}
