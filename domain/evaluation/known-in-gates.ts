import type { Policy, Stage } from '../policy/policy.schema.ts';
import type { PolicyPath } from '../policy/problem.ts';
import type { Facts } from './facts.schema.ts';
import { ids, unknown, wrongTime, type Misfit } from './misfit.ts';

/** Names and instants in the facts of the way here, the way back, and of what people have decided that cannot be. */
export function gateMisfits(policy: Policy, stage: Stage, facts: Facts): Misfit[] {
  const people = ids(policy.people);
  const services = ids(policy.services);
  const environments = ids(policy.environments);
  const owners = [...people, ...policy.people.flatMap(({ team }) => team ?? [])];
  const checks = ids(stage.checks);
  const person = (path: PolicyPath, id: string | undefined) => of('person', path, id, people);
  const service = (path: PolicyPath, id: string | undefined) => of('service', path, id, services);
  const environment = (path: PolicyPath, id: string | undefined) => of('environment', path, id, environments);
  const been = (path: PolicyPath, at: string | undefined) => wrongTime(path, at, { now: facts.now });
  const samples = facts.samples?.taken ?? [];
  return [
    ...been(['samples', 'openedAt'], facts.samples?.openedAt),
    ...samples.flatMap((sample, index) =>
      Object.keys(sample).flatMap((id) =>
        unknown('sampled check of this stage', ['samples', 'taken', index, id], id, sampledOf(stage)),
      ),
    ),
    ...(facts.deployments ?? []).flatMap((one, index) => [
      ...environment(['deployments', index, 'environment'], one.environment),
      ...been(['deployments', index, 'endedAt'], one.endedAt),
      ...one.builds.flatMap((build, place) =>
        service(['deployments', index, 'builds', place, 'service'], build.service),
      ),
    ]),
    ...facts.artifacts.flatMap((one, index) => service(['artifacts', index, 'service'], one.service)),
    ...facts.rehearsals.flatMap((one, index) => [
      ...service(['rehearsals', index, 'service'], one.service),
      ...environment(['rehearsals', index, 'environment'], one.environment),
      ...been(['rehearsals', index, 'at'], one.at),
    ]),
    ...facts.quarantines.flatMap((one, index) => [
      ...nameless(['quarantines', index], one),
      ...service(['quarantines', index, 'service'], one.service),
      ...person(['quarantines', index, 'by'], one.by),
      ...been(['quarantines', index, 'at'], one.at),
      ...one.lifts.flatMap(({ by }, place) => person(['quarantines', index, 'lifts', place, 'by'], by)),
    ]),
    ...facts.waivers.flatMap((one, index) => [
      ...unknown('check of this stage', ['waivers', index, 'check'], one.check, checks),
      ...service(['waivers', index, 'service'], one.service),
      ...person(['waivers', index, 'by'], one.by),
      ...been(['waivers', index, 'at'], one.at),
      ...person(['waivers', index, 'revoked', 'by'], one.revoked?.by),
      ...been(['waivers', index, 'revoked', 'at'], one.revoked?.at),
    ]),
    ...facts.absences.flatMap((one, index) => [
      ...person(['absences', index, 'person'], one.person),
      ...person(['absences', index, 'delegate'], one.delegate),
    ]),
    ...facts.tasks.flatMap((one, index) => [
      ...of('person or team', ['tasks', index, 'owner'], one.owner, owners),
      ...person(['tasks', index, 'acceptedBy'], one.acceptedBy),
      ...environment(['tasks', index, 'before'], one.before),
    ]),
    ...facts.postponements.flatMap((one, index) => [
      ...person(['postponements', index, 'by'], one.by),
      ...been(['postponements', index, 'at'], one.at),
      ...person(['postponements', index, 'lifted', 'by'], one.lifted?.by),
    ]),
    ...facts.breakGlass.flatMap((one, index) => [
      ...person(['breakGlass', index, 'by'], one.by),
      ...been(['breakGlass', index, 'at'], one.at),
    ]),
    ...facts.reviews.flatMap((one, index) => service(['reviews', index, 'service'], one.service)),
  ];
}

const of = (what: string, path: PolicyPath, id: string | undefined, known: readonly string[]): Misfit[] =>
  id === undefined ? [] : unknown(what, path, id, known);

const sampledOf = ({ checks }: Stage): string[] =>
  checks.flatMap((check) => (check.kind !== 'rehearsal' && check.sample ? [check.id] : []));

/** A ban that means no build would be a ban on nothing. */
function nameless(path: PolicyPath, one: Facts['quarantines'][number]): Misfit[] {
  if (one.digest !== undefined || (one.service !== undefined && one.version !== undefined)) return [];
  return [
    {
      path: [...path],
      detail: 'This quarantine names no build.',
      remedy: 'Write its `digest`, or its `service` and `version`.',
    },
  ];
}
