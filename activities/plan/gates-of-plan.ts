import { commitOfRunning } from '../sources/commit-of-running.ts';
import type { VersionFacts } from '../../domain/gates/version/evaluate.ts';
import { migrationsOf, type Migrations } from '../../domain/gates/rollback-plan/migrations.ts';
import { rollbackTargetOf } from '../../domain/gates/rollback-plan/target.ts';
import { isQuarantined } from '../../domain/gates/quarantine/evaluate.ts';
import { lanesOfService, migrationRulesOf } from '../../domain/policy/service-rules.ts';
import type { Service } from '../../domain/policy/policy.schema.ts';
import type { Artifact } from '../../domain/release/artifact.ts';
import type { PlannedComponent } from '../../domain/release/plan.ts';
import type { Component } from '../../domain/release/release.ts';
import { detectedMigrations } from '../../domain/gates/rollback-plan/detected.ts';
import { readMigrations } from '../facts/read-migrations.ts';
import type { GateSettings } from '../../domain/gates/settings.ts';
import type { Db } from '../../platform/database/open.ts';
import { openMirror } from '../../platform/git.ts';
import type { FileChange, Mirror } from '../../platform/git/mirror.ts';
import type { QuarantineRecord } from '../../platform/record/gates/quarantines.ts';
import { endedWell } from '../../platform/record/gates/upstream.ts';
import type { RunningRow } from '../../platform/record/running.ts';

interface Place {
  service: Service;
  component: Component;
  baseDir: string;
  dataDir: string;
}

/** The way here and the way back of one component, as far as planning knows them. */
export interface Way {
  lanes?: VersionFacts;
  planned: Pick<PlannedComponent, 'migrations' | 'backTo'>;
}

export async function wayOf(
  db: Db,
  place: Place,
  o: {
    environment: string;
    isUrgent: boolean;
    running: RunningRow | undefined;
    quarantines: readonly QuarantineRecord[];
  },
): Promise<Way> {
  const lanes = await lanesOf(place, o);
  const migrations = await migrationsAgainst(place, o.running);
  return {
    ...(lanes ? { lanes } : {}),
    planned: {
      ...(migrations ? { migrations } : {}),
      ...(await otherWayBack(db, o.environment, o.running, o.quarantines)),
    },
  };
}

/** What a stage asks for, with the lanes of its components; nothing where it asks for nothing and none has lanes. */
export function gatesWithLanes(
  gates: GateSettings | undefined,
  ways: readonly Way[],
): { gates?: GateSettings } {
  const versions = ways.flatMap(({ lanes }) => lanes ?? []);
  if (versions.length > 0) return { gates: { ...gates, versions } };
  return gates ? { gates } : {};
}

/** Lanes of a service with the branches of this commit; undefined where it has no lanes. */
export async function lanesOf(
  place: Place,
  { environment, isUrgent }: { environment: string; isUrgent: boolean },
): Promise<VersionFacts | undefined> {
  const { service, component } = place;
  const lanes = lanesOfService(service);
  if (!lanes) return undefined;
  const branches = await branchesOf(place);
  return {
    service: service.id,
    version: component.version,
    environment,
    isUrgent,
    ...(branches ? { branches } : {}),
    lanes,
  };
}

async function branchesOf({ service, component, baseDir, dataDir }: Place): Promise<string[] | undefined> {
  if (!service.source || component.commit === undefined) return undefined;
  return openMirror({ git: service.source.git, baseDir, dataDir }).branchesWith(component.commit);
}

/** Migrations that a component brings against what runs there, declared or detected; undefined where its service declares none and nothing can be compared. */
export async function migrationsAgainst(
  place: Place,
  running: { version: string; commit?: string } | undefined,
): Promise<Migrations | undefined> {
  const { service, component, baseDir, dataDir } = place;
  const rules = migrationRulesOf(service);
  if (!rules) return detectedAgainst(place, running);
  if (!running) return migrationsOf(rules, []); // nothing runs there, so there is no old code to think of
  const { source } = service;
  if (!source || component.commit === undefined) return migrationsOf(rules, undefined);
  const mirror = openMirror({ git: source.git, baseDir, dataDir });
  const changed = await changedSince(mirror, source.tag, running, component.commit);
  return migrationsOf(
    rules,
    changed?.map(({ path }) => path),
  );
}

/** By the files that look like migrations, where both commits are known: a service that declares none is not shut by what nobody can compare. */
async function detectedAgainst(
  { service: { source, risk }, component, baseDir, dataDir }: Place,
  running: { version: string; commit?: string } | undefined,
): Promise<Migrations | undefined> {
  if (!running || !source || component.commit === undefined) return undefined;
  const mirror = openMirror({ git: source.git, baseDir, dataDir });
  const changed = await changedSince(mirror, source.tag, running, component.commit);
  if (!changed) return undefined;
  const found = await readMigrations(mirror, component.commit, changed, risk?.paths?.migrations);
  return found.length === 0 ? undefined : detectedMigrations(found);
}

async function changedSince(
  mirror: Mirror,
  tag: string,
  running: { version: string; commit?: string },
  to: string,
): Promise<FileChange[] | undefined> {
  const from = await commitOfRunning(mirror, running, tag);
  return from === undefined || (await mirror.resolveCommit(from)) === undefined
    ? undefined
    : mirror.changedFiles(from, to);
}

/** What an undo goes back to instead of what runs there, because that is quarantined (semantics §7, "Target", B7). */
export async function otherWayBack(
  db: Db,
  environment: string,
  running: Artifact | undefined,
  quarantines: readonly QuarantineRecord[],
): Promise<Pick<PlannedComponent, 'backTo'>> {
  if (!running || !quarantines.some((one) => isQuarantined(one, running))) return {};
  const target = rollbackTargetOf(running, await endedWell(db, environment, running.service), quarantines);
  if (!target) return {};
  const { version, digest } = target;
  return { backTo: { version, ...(digest === undefined ? {} : { digest }) } };
}
