import { whyNotWaivable, whyNotWaivedAgain } from '../../../domain/gates/waiver/evaluate.ts';
import { granterIn } from '../../../domain/gates/waiver/granter.ts';
import { whyNotRevocable } from '../../../domain/gates/waiver/revoke.ts';
import { isInForce } from '../../../domain/gates/checks/evaluate.ts';
import { mayBreak } from '../../../domain/release/break-glass.ts';
import { standingIn } from '../../../domain/release/person-standing.ts';
import { longestDelay, ruling, whyNotLiftable, type Standing } from '../../../domain/release/postpone.ts';
import { currentStage, type CheckView, type ReleaseView } from '../../../domain/release/release.ts';
import { isUndoing, whyShut } from '../../../domain/release/why-shut.ts';
import { html, type SafeHtml } from '../../../platform/html.ts';
import type { PeoplePlan } from '../../../platform/record/people-plans.ts';
import { may, type Action, type ActionObject } from '../../auth/access.ts';
import type { Caller } from '../../auth/caller.ts';

/** Who reads the page of a release, and what says which of its forms would be taken from them. */
export interface Reader {
  caller: Caller;
  view: ReleaseView;
  /** By environment; a stage whose plan is not known is judged by the release alone, once a form comes. */
  plans: ReadonlyMap<string, PeoplePlan>;
  now: Date;
  nameOf: (person: string) => string;
}

/** What the table of access must know of a release. */
export const objectOf = (view: ReleaseView): ActionObject => ({
  services: view.components.map((one) => one.service),
  requestedBy: view.requestedBy.person ?? view.requestedBy.id,
});

/** Why the table of access, or the lack of a session, refuses a form; undefined where neither does. */
export function whyNotByAccess(caller: Caller, action: Action, object: ActionObject): string | undefined {
  const permission = may(caller.grant, action, object);
  if (!permission.allowed)
    return `You may not: ${permission.needs.length === 0 ? permission.because : `it needs ${permission.needs.join(' or ')}`}.`;
  return caller.session ? undefined : 'Sign in with a browser to use forms.';
}

/** Why the release takes no command at all, but for help with a failed undo. */
export const whyShutNow = ({ view, now }: Reader): string | undefined =>
  whyShut(view, { now: now.toISOString(), isStopping: isUndoing(view) })?.because;

/** A form that would be refused: its button, and the one sentence why. */
export const refusedForm = (label: string, because: string): SafeHtml =>
  html`<div><button disabled>${label}</button> <span class="quiet">${because}</span></div>`;

/** Several that would be refused: each reason once, behind the buttons that it shuts. */
export const refusedForms = (shut: readonly { label: string; because: string }[]): SafeHtml[] =>
  [...new Set(shut.map(({ because }) => because))].map((reason) => {
    const labels = shut.filter(({ because }) => because === reason).map(({ label }) => label);
    return html`<div>
      ${labels.map((label) => html`<button disabled>${label}</button> `)}<span class="quiet">${reason}</span>
    </div>`;
  });

export const personOf = ({ caller }: Pick<Reader, 'caller'>): string =>
  caller.actor.person ?? caller.actor.id;

/** What the reader is to the release; undefined where its plan is not known. */
export function standingOf(reader: Reader): Standing | undefined {
  const { view, plans } = reader;
  const stage = plans.get(view.stage ?? '');
  return stage && standingIn(personOf(reader), { stage, owner: view.owner });
}

export function whyNotBreak(reader: Reader): string | undefined {
  const { view, plans, now } = reader;
  const stage = plans.get(view.stage ?? '');
  if (!stage) return undefined;
  const answer = mayBreak(personOf(reader), {
    rule: stage.breakGlass,
    candidates: stage.candidates,
    glass: currentStage(view)?.glass,
    now: now.toISOString(),
  });
  return answer.ok ? undefined : answer.because;
}

export function whyNotPostpone(reader: Reader): string | undefined {
  const standing = standingOf(reader);
  if (!standing) return undefined;
  const earlier = reader.view.postponements ?? [];
  const answer = longestDelay(standing, { now: reader.now.toISOString(), earlier });
  return answer.ok ? undefined : answer.because;
}

export function whyNotLift(reader: Reader): string | undefined {
  const latest = ruling(reader.view.postponements, reader.now.toISOString());
  if (!latest) return 'Nobody has postponed it.';
  const standing = standingOf(reader);
  return standing && whyNotLiftable(standing, latest, reader.nameOf);
}

/** A reason and an end that no rule minds: what is asked here is whether this person and this check are minded. */
const anyReason = 'for ten characters';

/** Failed checks of the stage that it is in, each with why the reader may not waive it. */
export function waivableBy(reader: Reader): { check: CheckView; because: string | undefined }[] {
  const { view, plans, now, nameOf } = reader;
  const stage = currentStage(view);
  const plan = plans.get(view.stage ?? '');
  const by = personOf(reader);
  const at = now.toISOString();
  if (stage?.state !== 'gating') return [];
  return stage.checks
    .filter(({ outcome }) => ['failed', 'error', 'inconclusive'].includes(outcome))
    .map((check) => {
      const kind = plan?.checks.find(({ id }) => id === check.id)?.kind;
      const order = {
        ...granterIn(plan, by),
        ...(kind === undefined ? {} : { kind }),
        ...{ check: check.id, outcome: check.outcome, reason: anyReason, at },
        expiresAt: new Date(now.getTime() + 3_600_000).toISOString(),
      };
      const waived = check.waiver && isInForce(check.waiver, at) ? [check.waiver] : [];
      const because = plan && (whyNotWaivable(order) ?? whyNotWaivedAgain(waived, by, nameOf));
      return { check, because };
    });
}

/** Waivers that are in force in any stage, each with why the reader may not take it back. */
export function revocableBy(
  reader: Reader,
): { check: CheckView; environment: string; because: string | undefined }[] {
  const { view, plans, now } = reader;
  const by = personOf(reader);
  return view.stages.flatMap(({ environment, checks }) =>
    checks
      .filter(({ waiver }) => isInForce(waiver, now.toISOString()))
      .map((check) => {
        const plan = plans.get(environment);
        const order = { check: check.id, environment, isWaived: true, reason: anyReason };
        return { check, environment, because: plan && whyNotRevocable({ ...granterIn(plan, by), ...order }) };
      }),
  );
}

/** The first refusal where all are refused; `nothing` where there is nothing. */
export const whyNone = (
  things: readonly { because: string | undefined }[],
  nothing: string,
): string | undefined =>
  things.some(({ because }) => because === undefined) ? undefined : (things[0]?.because ?? nothing);
