import { budgetOf } from '../domain/calendar/override-budget.ts';
import { passedAlready } from '../domain/calendar/override-told.ts';
import { instantText } from '../domain/instant-text.ts';
import { nameAmong } from '../domain/release/names.ts';
import type { Policy } from '../domain/policy/policy.schema.ts';
import { releaseTitle, type ReleaseView } from '../domain/release/release.ts';
import type { Db } from '../platform/database/open.ts';
import { GantryError } from '../platform/errors.ts';
import { mailDomain } from '../platform/mail-domain.ts';
import { giveOverride } from '../platform/record/calendar/give-override.ts';
import { budgetLeft } from '../platform/record/calendar/override-budget.ts';
import type { OverrideRecord } from '../platform/record/calendar/overrides.ts';
import { orderNotices } from '../platform/record/notices.ts';
import { personNames } from '../platform/record/person-names.ts';
import { currentPolicy } from '../platform/record/policies.ts';
import { calledAs, type Caller } from './auth/caller.ts';
import type { ApiDeps } from './deps.ts';
import { originOf } from './routes/calendar/rules.ts';

export const releaseManager = 'release-manager';

/** Whose budget an override of theirs is taken from. */
export const teamOf = ({ grant, person }: Caller): string =>
  budgetOf({ id: grant.person, team: person?.team });

/** What somebody lets a release pass; `expires` is an instant. */
interface WantedOverride {
  freeze: string;
  revision?: number | undefined;
  environment: string;
  reason: string;
  expires: string;
  /** It shall last beyond the one that stands. */
  longer?: boolean | undefined;
}

/**
 * Lets a release pass one freeze or closed window, and asks for a second person where the budget is spent. In one transaction with what
 * makes it be done once. Where it may pass already, the answer is what lets it, with a `note`. @throws NOT_FOUND, STALE, OVERRIDE_INVALID
 */
export async function letPass(
  trx: Db,
  { freeze, revision, environment, reason, expires, longer = false }: WantedOverride,
  o: { deps: ApiDeps; caller: Caller; now: Date; requestId: string; view: ReleaseView },
): Promise<OverrideRecord & { needsSecond: boolean; budget: object; note?: string }> {
  const { deps, caller, now, requestId, view } = o;
  const team = teamOf(caller);
  const budget = await budgetLeft(trx, { team, now: now.toISOString() });
  const { isAlreadyGiven, ...given } = await giveOverride(trx, {
    ...originOf(caller, now, requestId, reason),
    ...{ reason, freezeId: freeze, releaseId: view.id, environment, expiresAt: expires, team },
    ...(revision === undefined ? {} : { revision }),
    needsSecond: budget.needsSecond,
    isLonger: longer,
  });
  const needsSecond = given.state === 'unseconded';
  if (needsSecond) await askSecond(trx, given, { title: releaseTitle(view.components), deps });
  const answer = { ...given, needsSecond, budget: { team, ...budget } };
  if (!isAlreadyGiven) return answer;
  const nameOf = await personNames(trx);
  const told = { given: reason, isAsked: needsSecond, isLonger: longer, nameOf };
  return { ...answer, note: passedAlready(given, told) };
}

/** Tells who may agree to an override beyond the budget; once for each override. */
async function askSecond(
  trx: Db,
  given: OverrideRecord,
  { title, deps }: { title: string; deps: ApiDeps },
): Promise<void> {
  const people = (await currentPolicy(trx))?.policy.people ?? [];
  const managers = people.filter(({ roles }) => roles.includes(releaseManager));
  const mayAgree =
    managers.length > 0
      ? managers
      : people.filter(({ access }) => access.includes('operator') || access.includes('admin'));
  const notice = {
    occasion: `override/${given.id}/second`,
    kind: 'secondAsked' as const,
    releaseId: given.releaseId,
    to: mayAgree.map(({ id }) => id).filter((id) => id !== given.by),
    environment: given.environment,
    sentence: `${nameAmong(people, given.by)} asks that ${title} may pass freeze ${given.freezeId} in ${given.environment} until ${instantText(given.expiresAt)}: "${given.reason}". The budget is spent, so it takes the agreement of a second person, and you may give it: gantry override second ${given.id}`,
  };
  await orderNotices(trx, [notice], mailDomain(deps.config.mailFrom));
}

/** Why this person may not agree to an override beyond the budget: where the policy names no release manager, whoever may give overrides may. */
export function whyNotSecond(caller: Caller, policy: Policy | undefined): string | undefined {
  const isNamed = policy?.people.some(({ roles }) => roles.includes(releaseManager)) ?? false;
  const { access } = caller.grant;
  const suffices = isNamed
    ? (caller.person?.roles.includes(releaseManager) ?? false)
    : access.includes('operator') || access.includes('admin');
  if (suffices) return undefined;
  return `to agree to an override beyond the budget takes ${isNamed ? `the role ${releaseManager}` : 'the access operator'}`;
}

/** @throws NOT_ALLOWED */
export function requireSecond(caller: Caller, policy: Policy | undefined): void {
  const detail = whyNotSecond(caller, policy);
  if (detail !== undefined) throw new GantryError('NOT_ALLOWED', { person: calledAs(caller), detail });
}
