import { calendarEntries } from '../policy/calendar-rules.ts';
import type { CalendarInput } from '../policy/calendar.schema.ts';
import type { Policy, Stage } from '../policy/policy.schema.ts';
import type { PolicyPath } from '../policy/problem.ts';
import type { Facts } from './facts.schema.ts';
import { gateMisfits } from './known-in-gates.ts';
import { ids, unknown, wrongTime, type Misfit } from './misfit.ts';

/** The stage of a service's pipeline; else what is wrong with the two names. */
export function findStage(
  policy: Policy,
  { service, stage }: { service: string; stage: string },
): { found?: Stage; misfits: Misfit[] } {
  const known = policy.services.find(({ id }) => id === service);
  if (!known) return { misfits: unknown('service', ['service'], service, ids(policy.services)) };
  const stages = policy.pipelines[known.pipeline] ?? [];
  const found = stages.find(({ environment }) => environment === stage);
  if (found) return { found, misfits: [] };
  const environments = stages.map(({ environment }) => environment);
  return { misfits: unknown('stage', ['stage'], stage, environments) };
}

/** Every name in the facts that the policy does not know, and every instant that cannot be. */
export function findMisfits(policy: Policy, stage: Stage, facts: Facts): Misfit[] {
  const people = ids(policy.people);
  const services = ids(policy.services);
  const environments = ids(policy.environments);
  const freezes = calendarEntries<CalendarInput>(policy)
    .filter(({ kind }) => kind === 'freeze')
    .map(({ id }) => id);
  const person = (path: PolicyPath, id: string | undefined) =>
    id === undefined ? [] : unknown('person', path, id, people);
  return [
    ...(facts.components ?? []).flatMap(({ service }, index) =>
      unknown('service', ['components', index, 'service'], service, services),
    ),
    ...person(['requester'], facts.requester),
    ...person(['policyEditor'], facts.policyEditor),
    ...person(['owner'], facts.owner),
    ...facts.checks.flatMap(({ id }, index) =>
      unknown('check of this stage', ['checks', index, 'id'], id, ids(stage.checks)),
    ),
    ...facts.votes.flatMap((vote, index) => person(['votes', index, 'person'], vote.person)),
    ...facts.votes.flatMap(({ at }, index) => wrongTime(['votes', index, 'at'], at, facts)),
    ...wrongTime(['request', 'openedAt'], facts.request?.openedAt, { now: facts.now }),
    ...(facts.calendar?.overrides ?? []).flatMap(({ freeze, by }, index) => [
      ...unknown('freeze', ['calendar', 'overrides', index, 'freeze'], freeze, freezes),
      ...person(['calendar', 'overrides', index, 'by'], by),
    ]),
    ...facts.dependencies.flatMap(({ service, environment }, index) => [
      ...unknown('service', ['dependencies', index, 'service'], service, services),
      ...unknown('environment', ['dependencies', index, 'environment'], environment, environments),
    ]),
    ...facts.holds.flatMap(({ by }, index) => person(['holds', index, 'by'], by)),
    ...gateMisfits(policy, stage, facts),
  ];
}
