import { withStop } from '../domain/full-stop.ts';
import { isInForce } from '../domain/gates/checks/evaluate.ts';
import type { Waiver } from '../domain/gates/waiver/evaluate.ts';
import { granterIn } from '../domain/gates/waiver/granter.ts';
import { isPastGates, whyNotRevocable } from '../domain/gates/waiver/revoke.ts';
import type { CheckView, StageView } from '../domain/release/release.ts';
import { assertOpen, whoOf } from './commands.ts';
import type { RevokeWaiverInput } from './contract-waivers.ts';
import { refusal } from './failures.ts';
import type { ReleaseRun } from './run.ts';
import { voidApproval } from './void-approval.ts';

/** Refuses where nothing is waived, and whoever could not have given the waiver (semantics §3, "Waiver"). */
export function assertRevocable(run: ReleaseRun, input: RevokeWaiverInput): void {
  assertOpen(run);
  const by = whoOf(input.by);
  const environment = input.environment ?? run.view.stage ?? 'this stage';
  const stage = run.plan.stages.find((one) => one.environment === environment);
  const why = whyNotRevocable({
    check: input.check,
    environment,
    isWaived: waivedChecks(run, input).length > 0,
    ...granterIn(stage, by),
    reason: input.reason,
  });
  if (why !== undefined) throw refusal('WAIVER_REVOCATION_REFUSED', why);
}

/**
 * Ends waivers before their time. A stage that is still before its gates is judged without them at once, and whoever agreed did so
 * to another thing; a stage that has passed its gates stays passed, which the answer says.
 */
export function revokeWaiver(run: ReleaseRun, input: RevokeWaiverInput): string | { note: string } {
  const view = stageMeant(run, input);
  const checks = waivedChecks(run, input);
  if (!view) return { note: '' };
  const isPassed = isPastGates(view) || run.beyondDoor.has(view.environment);
  const consequence = isPassed
    ? `${view.environment} had passed its gates before, so what has started there goes on.`
    : `The gates of ${view.environment} are asked anew.`;
  for (const check of checks) {
    const { waiver } = check;
    if (!waiver) continue;
    delete check.waiver;
    run.tell(
      'waiver.revoked',
      `check ${check.id}`,
      `${run.nameOf(whoOf(input.by))} took back the waiver of check ${check.id} of ${check.service} for ${view.environment}, which ${run.nameOf(waiver.by)} gave: ${input.reason.trim()}. ${consequence}`,
      {
        actor: input.by,
        reason: input.reason,
        facts: { waiver: waiver.id, by: whoOf(input.by), givenBy: waiver.by, build: waiver.build, isPassed },
      },
    );
    tellGiver(run, input, { check, waiver, isPassed });
  }
  const said = `The waiver of check ${input.check} is taken back. ${consequence}`;
  const because = `the waiver of check ${input.check} was taken back`;
  run.reopened.set(view.environment, { because, isWaiverLost: true }); // should the gates be asked again, nothing agreed to it counts
  if (isPassed) return { note: said };
  const stage = run.plan.stages.find(({ environment }) => environment === view.environment);
  if (stage) voidApproval(run, stage, because);
  return said;
}

/** Whoever had taken the check on themselves must know that it holds no more, but where they did it themselves. */
function tellGiver(
  run: ReleaseRun,
  { by, reason }: RevokeWaiverInput,
  { check, waiver, isPassed }: { check: CheckView; waiver: Waiver; isPassed: boolean },
): void {
  if (waiver.by === whoOf(by)) return;
  run.notify({
    occasion: `waiver/${waiver.id}/takenBack`,
    kind: 'waiverTakenBack',
    to: [waiver.by],
    environment: waiver.environment,
    sentence: `${run.nameOf(whoOf(by))} took back your waiver of check ${check.id} of ${check.service} for ${waiver.environment}: ${withStop(reason.trim())}`,
    facts: { check: check.id, isPassed: String(isPassed) },
  });
}

const stageMeant = (run: ReleaseRun, { environment }: RevokeWaiverInput): StageView | undefined =>
  run.view.stages.find((one) => one.environment === (environment ?? run.view.stage));

const waivedChecks = (run: ReleaseRun, input: RevokeWaiverInput): CheckView[] =>
  (stageMeant(run, input)?.checks ?? []).filter(
    (one) =>
      one.id === input.check &&
      (input.service === undefined || one.service === input.service) &&
      // also while the check runs again: else it would let the next failure pass
      isInForce(one.waiver, run.now),
  );
