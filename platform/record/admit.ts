import { heedsReviews, reviewInWords, reviewRemedy } from '../../domain/gates/review/evaluate.ts';
import { dateObjections, type Dates } from '../../domain/release/admit-dates.ts';
import { admitRelease, targetOf, type Objection } from '../../domain/release/admit.ts';
import { stagesAhead } from '../../domain/release/first-view.ts';
import type { Policy } from '../../domain/policy/policy.schema.ts';
import type { Component } from '../../domain/release/release.ts';
import type { Intent } from '../../domain/release/state.ts';
import { liveInPart, partInWords } from '../../domain/rollout/live-in-part.ts';
import type { Db } from '../database/open.ts';
import { GantryError } from '../errors.ts';
import { whyNotAloneIn } from './alone.ts';
import { standingQuarantines } from './gates/quarantines.ts';
import { currentPolicy } from './policies.ts';
import { leftInPlace } from './left-in-place.ts';
import { goesBackThere } from './goes-back-there.ts';
import { overdueReviews } from './reviews.ts';
import { runningIn, whatRuns, whereRun } from './running.ts';

/** What somebody wants released, as far as it is judged at the door. */
type Wanted = Dates & {
  /** The caller's own id for it. */
  id?: string;
  components: Component[];
  intent: Intent;
  to?: string;
  only?: true;
  urgent?: string;
  /** It rides with a train, which carries what was ready before its cut-off. */
  train?: object;
};

/** What the record says of a release that is let in. */
export interface Admitted {
  /** The release that put there all that this one goes back from in its last environment; absent where that were several, or none, and where it goes back nowhere. */
  goesBackFrom?: { releaseId: string; target: string };
}

/**
 * Lets a release be started only where every rule agrees that asks for nothing but the record: what hangs on Git is seen when it is planned.
 * @throws the first objection's code, with all objections in `errors`
 */
export async function admit(db: Db, policy: Policy, wanted: Wanted, now: string): Promise<Admitted> {
  const { components, intent, to, urgent } = wanted;
  const request = {
    ...{ components, intent, policy },
    ...(to === undefined ? {} : { to }),
    ...(urgent === undefined ? {} : { urgent }),
  };
  const target = targetOf(request);
  const everywhere = await whereRun(
    db,
    components.map(({ service }) => service),
  );
  const runningAtTarget = runningIn(target, everywhere);
  const isBeforeHeeded = target !== undefined && wanted.train === undefined;
  const runningBefore = (isBeforeHeeded ? stagesAhead(wanted, policy) : [])
    .filter((environment) => environment !== target)
    .map((environment) => ({ environment, running: runningIn(environment, everywhere) }));
  const quarantines = await standingQuarantines(db, components);
  const isBack = await goesBackThere(db, wanted, { target, running: runningAtTarget });
  const admission = admitRelease({ ...request, isBack, runningAtTarget, runningBefore, quarantines });
  const dated = dateObjections(wanted, { policy, now });
  const objections = admission.ok ? [] : admission.problems;
  const alone =
    wanted.only && objections.length === 0 ? await aloneObjections(db, policy, { ...wanted, isBack }) : [];
  const reviews = await reviewObjections(db, wanted, isBack);
  const problems = [...(await withLeft(db, objections)), ...alone, ...reviews, ...dated];
  if (problems.length > 0) throw refusal(problems);
  const [goesBackFrom, ...others] = isBack
    ? new Set(components.map(({ service }) => runningAtTarget[service]?.releaseId))
    : [];
  return goesBackFrom === undefined || target === undefined || others.length > 0
    ? {}
    : { goesBackFrom: { releaseId: goesBackFrom, target } };
}

/** Broken glass that nobody reviewed in time shuts the service for all that is planned. */
async function reviewObjections(db: Db, wanted: Wanted, isBack: boolean): Promise<Objection[]> {
  if (!heedsReviews({ urgent: wanted.urgent, isBack })) return [];
  const except = wanted.id ?? '';
  const services = wanted.components.map(({ service }) => service);
  const owed = await overdueReviews(db, { services, except });
  return services.flatMap((service, index): Objection[] => {
    const review = owed.find((one) => one.services.includes(service));
    if (!review) return [];
    const facts = { detail: reviewInWords(review), fix: reviewRemedy(review) };
    return [{ code: 'REVIEW_OVERDUE', pointer: `/components/${index}/service`, facts }];
  });
}

/** Stages are left out only where the record proves that nothing is skipped. */
async function aloneObjections(
  db: Db,
  policy: Policy,
  { isBack, ...wanted }: Pick<Wanted, 'components' | 'intent' | 'to'> & { isBack: boolean },
): Promise<Objection[]> {
  const facts = await whyNotAloneIn(db, policy, wanted, { isResolved: false, isBack });
  return facts ? [{ code: 'ALONE_REFUSED', pointer: '/alone', facts }] : [];
}

/** A version that runs already may not have all of its place: what an ended release has left beside it is named, and the way to clear it. */
async function withLeft(db: Db, objections: readonly Objection[]): Promise<Objection[]> {
  if (!objections.some(({ code }) => code === 'VERSION_RUNS_ALREADY')) return [...objections];
  const facts = { open: [], left: await leftInPlace(db), running: await whatRuns(db) };
  return objections.map((objection) => {
    const { service, environment = '' } = objection.facts;
    if (objection.code !== 'VERSION_RUNS_ALREADY') return objection;
    const parts = liveInPart(environment, facts).filter((part) => part.service === service);
    if (parts.length === 0) return objection;
    const left = parts.map(partInWords).join('; ');
    const fix = parts.find(({ remedy }) => remedy !== undefined)?.remedy;
    return {
      ...objection,
      facts: {
        ...objection.facts,
        beside: left,
        ...(fix === undefined ? {} : { fix }),
      },
    };
  });
}

/** Lets dates of a release be changed only to such as an order may have. @throws POLICY_NONE and as {@link admit} */
export async function admitDates(db: Db, dates: Dates, now: string): Promise<void> {
  const policy = await currentPolicy(db);
  if (!policy) throw new GantryError('POLICY_NONE');
  const problems = dateObjections(dates, { policy: policy.policy, now });
  if (problems.length > 0) throw refusal(problems);
}

function refusal(objections: readonly Objection[]): GantryError {
  const problems = objections.map((one) => ({
    ...new GantryError(one.code, one.facts).problem,
    pointer: one.pointer,
  }));
  const errors = problems.map(({ pointer, code, detail, remedy }) => ({ pointer, code, detail, remedy }));
  const [first] = objections;
  if (!first) throw new Error('a release was refused without an objection');
  return new GantryError(first.code, first.facts, { errors });
}
