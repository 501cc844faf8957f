import type { KnownBuild } from '../release/goes-back.ts';
import { isQuarantined, liftBy, type Quarantine } from '../gates/quarantine/evaluate.ts';
import type { WayBack } from '../gates/rollback-plan/evaluate.ts';
import { migrationsOf } from '../gates/rollback-plan/migrations.ts';
import { rollbackTargetOf } from '../gates/rollback-plan/target.ts';
import type { VerifiedSet } from '../gates/promotion/evaluate.ts';
import type { SoakFacts } from '../gates/soak/evaluate.ts';
import { staysOf, type PastDeployment } from '../gates/soak/stays.ts';
import { isSameBuild, type Artifact } from '../release/artifact.ts';
import type { PlannedComponent, StagePlan } from '../release/plan.ts';
import type { Facts } from './facts.schema.ts';
import type { Refusal } from './refusal.ts';

/** Bans that stand at `now`, and words for lifting one that do not count. */
export function quarantinesOf({ quarantines, now }: Facts): { standing: Quarantine[]; refusals: Refusal[] } {
  const standing: Quarantine[] = [];
  const refusals: Refusal[] = [];
  quarantines.forEach((one, index) => {
    const { digest, service, version, by, reason, at = now } = one;
    let quarantine: Quarantine = {
      id: `q${index + 1}`,
      by,
      reason,
      at,
      lifts: [],
      ...(digest === undefined ? {} : { digest }),
      ...(service === undefined ? {} : { service }),
      ...(version === undefined ? {} : { version }),
    };
    const answers = one.lifts.map((lift, place) => {
      const answer = liftBy(quarantine, lift.by);
      if (answer.kind === 'refused')
        refusals.push({ fact: `quarantines.${index}.lifts.${place}`, because: `${answer.because}.` });
      else quarantine = { ...quarantine, lifts: [...quarantine.lifts, { ...lift, at: lift.at ?? now }] };
      return answer.kind;
    });
    if (!answers.includes('lifted')) standing.push(quarantine);
  });
  return { standing, refusals };
}

/** What was verified where, as promotion asks for it; undefined where nobody said. */
export const verifiedSetsOf = ({ deployments }: Facts): VerifiedSet[] | undefined =>
  deployments
    ?.filter(({ status }) => status === 'succeeded')
    .map(({ environment, endedAt, builds }) => ({
      environment,
      at: endedAt,
      builds: builds.map(artifactOf),
    }));

/** How long each component stood in an environment; undefined where nobody said. */
export function soakFactsOf(plan: StagePlan, from: string, facts: Facts): SoakFacts[] | undefined {
  const { deployments, components = [] } = facts;
  if (!deployments) return undefined;
  return plan.components.map((component): SoakFacts => {
    const { service, version } = component;
    const firstSeenAt = components.find((one) => one.service === service)?.firstSeenAt;
    const past = deployments
      .filter(({ environment }) => environment === from)
      .flatMap(({ builds, status, startedAt, endedAt }) =>
        builds
          .filter((build) => build.service === service)
          .map((build): PastDeployment => ({
            ...artifactOf(build),
            status,
            startedAt: startedAt ?? endedAt,
            ...(status === 'running' ? {} : { endedAt }),
          })),
      );
    return {
      service,
      version,
      stays: staysOf(component, past),
      ...(firstSeenAt === undefined ? {} : { firstSeenAt }),
    };
  });
}

/** The way back of each component, as the activity finds it in the record. */
export const waysBackOf = (plan: StagePlan, facts: Facts, quarantines: readonly Quarantine[]): WayBack[] =>
  plan.components.map((component) => wayBack(component, { plan, facts, quarantines }));

function wayBack(
  component: PlannedComponent,
  { plan, facts, quarantines }: { plan: StagePlan; facts: Facts; quarantines: readonly Quarantine[] },
): WayBack {
  const { service, version } = component;
  const running = runningOf(component);
  const isFit = running && !quarantines.some((one) => isQuarantined(one, running));
  const target =
    running && (isFit ? running : rollbackTargetOf(running, endedThere(plan, facts), quarantines));
  const rehearsal = [...facts.rehearsals]
    .sort((a, b) => Date.parse(b.at) - Date.parse(a.at))
    .find((one) => isSameBuild(artifactOf(one), component));
  const known =
    target && facts.artifacts.find((one) => one.service === service && one.version === target.version);
  return {
    service,
    version,
    isFirst: running === undefined,
    ...(target
      ? { target: { version: target.version, isThere: known ? (known.isThere ? 'yes' : 'no') : 'unknown' } }
      : {}),
    migrations: component.migrations ?? migrationsOf([], []),
    ...(rehearsal
      ? { rehearsal: { at: rehearsal.at, environment: rehearsal.environment, isPassed: rehearsal.passed } }
      : {}),
  };
}

function runningOf({ service, previousVersion, previousDigest }: PlannedComponent): Artifact | undefined {
  if (previousVersion === undefined) return undefined;
  return {
    service,
    version: previousVersion,
    ...(previousDigest === undefined ? {} : { digest: previousDigest }),
  };
}

const endedThere = ({ environment }: StagePlan, { deployments = [] }: Facts) =>
  deployments
    .filter((one) => one.environment === environment)
    .flatMap(({ builds, status, endedAt }) =>
      status === 'running' ? [] : builds.map((build) => ({ ...artifactOf(build), status, endedAt })),
    );

/** Builds whose deployment to an environment ended well. */
export const endedWellIn = (environment: string, { deployments = [] }: Facts): KnownBuild[] =>
  deployments
    .filter((one) => one.environment === environment && one.status === 'succeeded')
    .flatMap(({ builds, adopted }) =>
      builds.map((build) => ({ ...artifactOf(build), ...(adopted ? { adopted } : {}) })),
    );

export const artifactOf = ({
  service,
  version,
  digest,
  commit,
}: NonNullable<Facts['deployments']>[number]['builds'][number]): Artifact => ({
  service,
  version,
  ...(digest === undefined ? {} : { digest }),
  ...(commit === undefined ? {} : { commit }),
});
