import type { GateVerdict } from '../verdict.ts';

/** What these go by was looked up with the plan of the release, and is looked up again only with a new one. */
const ofThePlan: readonly string[] = ['version', 'promotion', 'soak', 'rollback plan'];

/**
 * Whether a release goes on by itself once a gate that denies it allows it, and what to do where it does not: the same in mail and on the command
 * line.
 * @param id of the release, for the command that plans it anew
 */
export function afterDenial({ gate }: Pick<GateVerdict, 'gate'>, id: string): string {
  const planAgain = `\`gantry release amend ${id} --policy --reason "…"\``;
  return ofThePlan.includes(gate)
    ? `It does not go on by itself, for this gate goes by what was looked up when the release was planned. When that is mended: ${planAgain} plans it again where gantry.yaml was changed for it; else abort it and order it anew.`
    : `This gate is looked at again by itself: it goes on as soon as the gate allows it. A change of gantry.yaml it follows after ${planAgain}.`;
}
