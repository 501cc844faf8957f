/** Ways of a release's workflow that differ in their commands (docs/adr/0011), beside the first, which has no number. */
export type WorkflowVersion = 2 | 3 | 4 | 5 | 6;

const versions: readonly WorkflowVersion[] = [2, 3, 4, 5, 6];

/** The newest one that this code knows, as a worker and as whoever creates a release. */
export const newestWorkflowVersion: WorkflowVersion = 6;

/**
 * The way that a new release goes: the newest that all workers know. While an upgrade is under way, an old worker may be handed
 * any release, and one that goes a way which it does not know would stand still.
 * @param known what each worker says; null where it is of before workers said so, and so knows version 2
 */
export function commonWorkflowVersion(known: readonly (number | null)[]): WorkflowVersion {
  const common = Math.min(newestWorkflowVersion, ...known.map((version) => version ?? 2));
  return versions.findLast((version) => version <= common) ?? 2;
}
