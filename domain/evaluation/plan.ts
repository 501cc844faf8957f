import type { Hash } from '../audit/chain.ts';
import type { VersionFacts } from '../gates/version/evaluate.ts';
import { effectiveStage } from '../policy/plan-stage.ts';
import type { Person, Policy, Stage } from '../policy/policy.schema.ts';
import { lanesOfService } from '../policy/service-rules.ts';
import { excludedPeople, type Contributor } from '../release/exclusions.ts';
import { goesBackToKnown } from '../release/goes-back.ts';
import { modeOf, type Mode } from '../release/mode.ts';
import type { PlannedComponent, StagePlan } from '../release/plan.ts';
import { subjectDigest, subjectOf } from '../release/subject.ts';
import { deployOrder } from '../rollout/order.ts';
import { migrationsAgainst } from './changed-files.ts';
import type { Facts } from './facts.schema.ts';
import { isBackBy } from './is-back.ts';
import { endedWellIn, quarantinesOf } from './way-facts.ts';

/** One component with what releasing it would be against what runs. */
export interface ComponentMode {
  service: string;
  version: string;
  mode: Mode;
}

/** The stage as a release with these facts would be planned through it. */
export function planOf(
  policy: Policy,
  settings: Stage,
  { service, facts, hash }: { service: string; facts: Facts; hash: Hash },
): { plan: StagePlan; modes: ComponentMode[] } {
  const released = facts.components ?? [{ service, version: 'any' }];
  const modes: ComponentMode[] = [];
  const isUrgent = facts.urgent !== undefined;
  const versions: VersionFacts[] = [];
  const components = released.map((given): PlannedComponent => {
    const { running, ...component } = given;
    const known = policy.services.find(({ id }) => id === component.service);
    const { branches } = component;
    const lanes = known && lanesOfService(known);
    if (lanes)
      versions.push({
        service: component.service,
        version: component.version,
        environment: settings.environment,
        isUrgent,
        lanes,
        ...(branches ? { branches } : {}),
      });
    const migrations = migrationsAgainst(known, given);
    const mode = modeOf(buildOf(component), running && buildOf(running));
    modes.push({ service: component.service, version: component.version, mode });
    const { digest, commit } = component;
    return {
      service: component.service,
      version: component.version,
      ...(digest === undefined ? {} : { digest }),
      ...(commit === undefined ? {} : { commit }),
      mode: mode === 'redeploy' || mode === 'rollback' ? mode : 'deploy',
      ...(running ? { previousVersion: running.version } : {}),
      ...(running?.digest === undefined ? {} : { previousDigest: running.digest }),
      dependsOn: known?.dependsOn ?? [],
      ...(migrations ? { migrations } : {}),
    };
  });
  const { risk, ...effective } = effectiveStage(policy, settings, {
    urgent: isUrgent,
    modes: components.map(({ mode }) => mode),
    goesBack:
      facts.intent === 'rollback' &&
      goesBackToKnown(components, {
        endedWell: endedWellIn(settings.environment, facts),
        adoptedNow: released.flatMap((one) => (one.running?.adopted ? [one.service] : [])),
        quarantines: quarantinesOf(facts).standing,
      }),
  });
  const unsigned = {
    ...effective,
    ...(versions.length > 0 ? { gates: { ...effective.gates, versions } } : {}),
    // the way back is never made harder by its risk
    ...(risk && !isBackBy(facts, settings.environment) ? { risk } : {}),
    components: deployOrder(components),
    excluded: excludedPeople(policy.people, {
      contributors: [
        ...facts.authors.map((text) => contributorOf(policy.people, text, 'author')),
        ...facts.committers.map((text) => contributorOf(policy.people, text, 'committer')),
      ],
      ...(facts.requester === undefined ? {} : { requester: facts.requester }),
      ...(facts.policyEditor === undefined ? {} : { policyEditor: facts.policyEditor }),
    }),
  };
  return {
    plan: { ...unsigned, subjectDigest: subjectDigest(subjectOf(unsigned, facts.commits), hash) },
    modes,
  };
}

const buildOf = ({ version, digest }: { version: string; digest?: string | undefined }) => ({
  version,
  ...(digest === undefined ? {} : { digest }),
});

/** `ana`, `Ana Lopez`, `ana@acme.test` or `Ana Lopez <ana@acme.test>`: as Git names people, or as the policy does. */
function contributorOf(people: readonly Person[], text: string, as: Contributor['as']): Contributor {
  const known = people.find(({ id }) => id === text);
  if (known) return { name: known.name, email: known.email, as };
  const written = /^(.*)<([^>]+)>\s*$/.exec(text);
  if (written) return { name: (written[1] ?? '').trim(), email: (written[2] ?? '').trim(), as };
  return { name: text, email: text, as };
}
