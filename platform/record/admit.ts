import { dateObjections, type Dates } from '../../domain/release/admit-dates.ts';
import { admitRelease, targetOf, type Objection } from '../../domain/release/admit.ts';
import type { Policy } from '../../domain/policy/policy.schema.ts';
import type { Component } from '../../domain/release/release.ts';
import type { Intent } from '../../domain/release/state.ts';
import type { Db } from '../database/open.ts';
import { GantryError } from '../errors.ts';
import { currentPolicy } from './policies.ts';
import { runsAt, type RunningRow } from './running.ts';

/** Lets a release be started only where every rule agrees. @throws the first objection's code, with all objections in `errors` */
export async function admit(
  db: Db,
  policy: Policy,
  wanted: { components: Component[]; intent: Intent; to?: string } & Dates,
  now: string,
): Promise<void> {
  const { components, intent, to } = wanted;
  const request = { components, intent, policy, ...(to === undefined ? {} : { to }) };
  const target = targetOf(request);
  const runningAtTarget: Record<string, RunningRow | undefined> = {};
  for (const { service } of components)
    runningAtTarget[service] = target === undefined ? undefined : await runsAt(db, target, service);
  const admission = admitRelease({ ...request, runningAtTarget });
  const dated = dateObjections(wanted, { policy, now });
  const problems = [...(admission.ok ? [] : admission.problems), ...dated];
  if (problems.length > 0) throw refusal(problems);
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
