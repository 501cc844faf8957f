import { defaultWaiverRole } from '../gates/settings.ts';
import { whyNotWaivable } from '../gates/waiver/evaluate.ts';
import { whyNotRevocable } from '../gates/waiver/revoke.ts';
import { isInForce } from '../gates/checks/evaluate.ts';
import { buildName } from '../release/artifact.ts';
import type { StagePlan } from '../release/plan.ts';
import type { CheckView } from '../release/release.ts';
import type { Facts } from './facts.schema.ts';
import type { Refusal } from './refusal.ts';
import type { Void } from './request.ts';

type WaiverFact = Facts['waivers'][number];

/**
 * Checks with the waivers that their people might give and that nobody has taken back by `now`. Each that is given and each that
 * is taken back voids what was approved before it.
 */
export function waived(
  plan: StagePlan,
  checks: readonly CheckView[],
  { waivers, now }: Facts,
): { checks: CheckView[]; refusals: Refusal[]; voids: Void[] } {
  const refusals: Refusal[] = [];
  const voids: Void[] = [];
  const views = checks.map((check) => ({ ...check }));
  waivers.forEach((waiver, index) => {
    const { check, service, by, reason, at = now, expiresAt, revoked } = waiver;
    const meant = views.filter(
      (one) => one.id === check && (service === undefined || one.service === service),
    );
    const kind = plan.checks.find(({ id }) => id === check)?.kind;
    const why = (outcome: string) =>
      whyNotWaivable({
        ...granter(plan, by),
        ...(kind === undefined ? {} : { kind }),
        ...{ check, outcome, reason, at, expiresAt },
      });
    const fit = meant.filter(({ outcome }) => why(outcome) === undefined);
    const [first] = meant;
    if (fit.length === 0) {
      const because = first ? why(first.outcome) : undefined;
      refusals.push({ fact: `waivers.${index}`, because: because ?? `There is no check ${check} of it.` });
      return;
    }
    voids.push({ at, because: `check ${check} was waived.` });
    for (const one of fit) one.waiver = { ...waiverOf(plan, one), by, reason, at, expiresAt };
    if (!revoked) return;
    const whyNot = whyNotTakenBack(plan, waiver, fit, now);
    if (whyNot !== undefined) {
      refusals.push({ fact: `waivers.${index}.revoked`, because: whyNot });
      return;
    }
    voids.push({ at: revoked.at, because: `the waiver of check ${check} was taken back.` });
    for (const one of fit) delete one.waiver;
  });
  return { checks: views, refusals, voids };
}

/** Why nobody would have been allowed to take it back; undefined where it was. */
function whyNotTakenBack(
  plan: StagePlan,
  { check, at, revoked }: WaiverFact,
  waivedChecks: readonly CheckView[],
  now: string,
): string | undefined {
  if (!revoked) return undefined;
  const isGiven = Date.parse(at ?? now) <= Date.parse(revoked.at);
  return whyNotRevocable({
    ...granter(plan, revoked.by),
    ...{ check, environment: plan.environment, reason: revoked.reason },
    isWaived: isGiven && waivedChecks.some(({ waiver }) => isInForce(waiver, revoked.at)),
  });
}

/** What a person is to the waivers of a stage. */
function granter(plan: StagePlan, by: string) {
  const roles = plan.candidates.find(({ id }) => id === by)?.roles;
  const excluded = plan.excluded.find(({ person }) => person === by)?.because;
  return {
    by,
    role: plan.gates?.waiverRole ?? defaultWaiverRole,
    ...(roles ? { roles } : {}),
    ...(excluded === undefined ? {} : { excluded }),
  };
}

const waiverOf = ({ environment, components }: StagePlan, { id, service }: CheckView) => ({
  id: `waiver of ${id}`,
  check: id,
  service,
  environment,
  build: buildName(components.find((one) => one.service === service) ?? { service, version: '' }),
});
