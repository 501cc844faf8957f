import type { Service } from '../../domain/policy/policy.schema.ts';
import type { Contributor } from '../../domain/release/exclusions.ts';
import type { Change, Component, ReleaseOrder } from '../../domain/release/release.ts';
import type { Config } from '../../platform/config.ts';
import type { Store } from '../../platform/database/open.ts';
import { GantryError } from '../../platform/errors.ts';
import type { StoredPolicy } from '../../platform/record/policies.ts';
import { runsAt } from '../../platform/record/running.ts';
import { readChanges } from '../sources/changes.ts';
import { commitOfRunning } from '../sources/commit-of-running.ts';
import { resolveSource } from '../sources/resolve.ts';
import { commitsRolledBack } from './commits-rolled-back.ts';

/** What planning reads from. */
export interface PlanDeps {
  store: Pick<Store, 'db'>;
  config: Pick<Config, 'dataDir'>;
  /** Told early: of most releases somebody is asked soon after they are planned. */
  mailExpected?: () => void;
}

/** One component with what Git says about it. */
export interface Found {
  component: Component;
  service: Service;
  changes: Change[];
  contributors: Contributor[];
}

/** Resolves a component's version in its source, and reads what is new in it. @throws SERVICE_UNKNOWN, and what the source answers */
export async function lookAt(
  deps: PlanDeps,
  stored: StoredPolicy,
  order: ReleaseOrder,
  component: Component,
  target: string | undefined,
): Promise<Found> {
  const { db } = deps.store;
  const { dataDir } = deps.config;
  const service = stored.policy.services.find((candidate) => candidate.id === component.service);
  if (!service) throw new GantryError('SERVICE_UNKNOWN', { service: component.service });
  const { source } = service;
  if (!source) return { component, service, changes: [], contributors: [] };
  const { mirror, commit } = await resolveSource({ source, component, baseDir: stored.baseDir, dataDir });
  const running = target === undefined ? undefined : await runsAt(db, target, component.service);
  const from = running && (await commitOfRunning(mirror, running, source.tag));
  const { changes, people } = await readChanges({
    mirror,
    ...(from === undefined ? {} : { from }),
    to: commit,
    mode: order.intent,
    ...(target === undefined
      ? {}
      : { shippedBefore: await commitsRolledBack(db, target, component.service) }),
  });
  return { component: { ...component, commit }, service, changes, contributors: people };
}
