import type { Store } from '../../platform/database/open.ts';
import { isSameBuild } from '../../domain/release/artifact.ts';
import type { PlannedComponent } from '../../domain/release/plan.ts';
import { rollbackTargetOf } from '../../domain/gates/rollback-plan/target.ts';
import type { WayBack } from '../../domain/gates/rollback-plan/evaluate.ts';
import { migrationsOf } from '../../domain/gates/rollback-plan/migrations.ts';
import { isQuarantined } from '../../domain/gates/quarantine/evaluate.ts';
import { staysOf } from '../../domain/gates/soak/stays.ts';
import type { Config } from '../../platform/config.ts';
import { rehearsalsOf } from '../../platform/record/gates/rehearsals.ts';
import { standingQuarantines, type QuarantineRecord } from '../../platform/record/gates/quarantines.ts';
import {
  deploymentsSince,
  endedWell,
  firstSeen,
  verifiedSets,
} from '../../platform/record/gates/upstream.ts';
import type { StoredPolicy } from '../../platform/record/policies.ts';
import { rememberedPolicy } from '../../platform/record/remembered-policy.ts';
import { runsAt } from '../../platform/record/running.ts';
import type { Outgoing } from '../../platform/outgoing.ts';
import type { Activities, StandingInput } from '../contract.ts';
import { artifactIsThere } from './artifact-is-there.ts';

export interface StandingDeps {
  store: Pick<Store, 'db'>;
  config: Pick<Config, 'dataDir'>;
  outgoing: Outgoing;
}

/** What could not be told is asked again after this time. */
const againMs = 5 * 60_000;

/** The activity `readStanding`: looks up what the gates of a stage's way here and way back must be told. */
export function createReadStanding(deps: StandingDeps): Activities['readStanding'] {
  return async (input) => {
    const { db } = deps.store;
    const { promotion, soak, rollback } = input.settings;
    const verified = promotion && (await verifiedSets(db, promotion.from, input.components));
    const stood = soak && (await Promise.all(input.components.map((one) => soakFacts(deps, soak.from, one))));
    const ways = rollback && (await waysBack(deps, input));
    const isUnclear = ways?.some(
      ({ target, migrations }) => target?.isThere === 'unknown' || migrations.kind === 'unknown',
    );
    return {
      at: input.now,
      ...(verified ? { verified } : {}),
      ...(stood ? { soak: stood } : {}),
      ...(ways ? { ways } : {}),
      ...(isUnclear ? { nextLook: new Date(Date.parse(input.now) + againMs).toISOString() } : {}),
    };
  };
}

async function soakFacts({ store: { db } }: StandingDeps, from: string, component: PlannedComponent) {
  const { service, version } = component;
  const firstSeenAt = await firstSeen(db, component);
  return {
    service,
    version,
    stays: staysOf(component, await deploymentsSince(db, from, component)),
    ...(firstSeenAt === undefined ? {} : { firstSeenAt }),
  };
}

async function waysBack(deps: StandingDeps, input: StandingInput): Promise<WayBack[]> {
  const { db } = deps.store;
  const policy = await rememberedPolicy(db, input.policyDigest);
  const quarantines = await standingQuarantines(db);
  const ways: WayBack[] = [];
  for (const component of input.components)
    ways.push(await wayBack(deps, { ...input, component, policy, quarantines }));
  return ways;
}

async function wayBack(
  deps: StandingDeps,
  o: StandingInput & { component: PlannedComponent; policy: StoredPolicy; quarantines: QuarantineRecord[] },
): Promise<WayBack> {
  const { db } = deps.store;
  const { component, environment, policy, quarantines } = o;
  const { service, version } = component;
  const running = await runsAt(db, environment, service);
  // What runs is what an undo brings back; only where that is banned another one is looked for.
  const isFit = running && !quarantines.some((one) => isQuarantined(one, running));
  const target =
    running &&
    (isFit ? running : rollbackTargetOf(running, await endedWell(db, environment, service), quarantines));
  const rehearsal = (await rehearsalsOf(db, service, version)).find((one) => isSameBuild(one, component));
  return {
    service,
    version,
    isFirst: running === undefined,
    ...(target
      ? {
          target: {
            version: target.version,
            isThere: await artifactIsThere(deps, policy, { environment, build: target }),
          },
        }
      : {}),
    migrations: component.migrations ?? migrationsOf([], []),
    ...(rehearsal
      ? { rehearsal: { at: rehearsal.at, environment: rehearsal.environment, isPassed: rehearsal.isPassed } }
      : {}),
  };
}
