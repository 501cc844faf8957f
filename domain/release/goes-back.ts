import { isSameBuild, type Artifact } from './artifact.ts';
import type { PlannedComponent } from './plan.ts';

/**
 * Whether all of it goes back to builds that ended well in the same place: only then nobody need agree once more (semantics §7,
 * "Freeze, approvals"). A lower version that never ran there is as unknown as any other.
 * @param endedWell builds whose deployment there succeeded
 */
export const goesBackToKnown = (
  components: readonly PlannedComponent[],
  endedWell: readonly Artifact[],
): boolean =>
  components.length > 0 &&
  components.every(
    (component) => component.mode === 'rollback' && endedWell.some((one) => isSameBuild(one, component)),
  );
