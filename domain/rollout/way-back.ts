import { isQuarantined, type Quarantine } from '../gates/quarantine/evaluate.ts';
import { canGoBackTo } from '../gates/rollback-plan/migrations.ts';
import type { PlannedComponent } from '../release/plan.ts';

/**
 * Why components may not be taken back (semantics §7): what they would go back to is quarantined, or could not run on the
 * schema by now, or nobody knows whether it could. Undefined: they may; where nothing ran before, the undo takes the new
 * version away.
 * @param isAsked a person says so, who may know what Gantry does not; what is known to be shut is shut for people, too
 */
export function whyNoWayBack(
  components: readonly PlannedComponent[],
  quarantines: readonly Quarantine[],
  isAsked = false,
): string | undefined {
  for (const { service, mode, previousVersion, previousDigest, backTo, migrations } of components) {
    const digest = backTo ? backTo.digest : previousDigest;
    const version = backTo?.version ?? previousVersion;
    if (version === undefined) continue;
    const target = { service, version, ...(digest === undefined ? {} : { digest }) };
    if (quarantines.some((quarantine) => isQuarantined(quarantine, target)))
      return `${service} ${version}, which it would go back to, is quarantined.`;
    // what goes back, or is deployed once more, finds the schema as it is, and so did what it came after
    if (mode !== 'deploy') continue;
    if (migrations?.kind === 'unknown') {
      if (isAsked) continue;
      return `Nobody knows whether ${service} ${version} can run on the schema by now.`;
    }
    if (migrations && !canGoBackTo(migrations, version))
      return `${service} ${version} cannot run after an irreversible migration: roll forward.`;
  }
  return undefined;
}
