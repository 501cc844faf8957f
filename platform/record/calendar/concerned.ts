import { sql } from 'kysely';
import type { CalendarScope } from '../../../domain/calendar/model.ts';
import { inScope } from '../../../domain/calendar/open.ts';
import type { Policy } from '../../../domain/policy/policy.schema.ts';
import type { Component } from '../../../domain/release/release.ts';
import type { Db } from '../../database/open.ts';
import { currentPolicy } from '../stored-policies.ts';
import type { Waiting } from './wakes.ts';

/** Labels that services and environments carry, by id, as the policy in force says. */
export interface Labels {
  services: ReadonlyMap<string, readonly string[]>;
  environments: ReadonlyMap<string, readonly string[]>;
}

/** An open release with what it has still to do; `environments` is absent while it is not planned: it may go anywhere. */
export interface OpenRelease extends Waiting {
  releaseId: string;
  services: string[];
  components: Pick<Component, 'service' | 'version'>[];
  environments?: string[];
}

const openReleases = (db: Db) =>
  db
    .selectFrom('releases')
    .select(['id', 'workflow_id', 'services', 'versions'])
    .select(
      sql<
        string[]
      >`jsonb_path_query_array(view, '$.stages[*] ? (@.state != "finished" && @.state != "ended").environment')`.as(
        'environments',
      ),
    )
    .select(sql<boolean>`jsonb_array_length(view->'stages') > 0`.as('planned'))
    .where('ended_at', 'is', null);

/** All open releases with the stages that are not behind them, oldest first. */
export async function openReleasesByStage(db: Db): Promise<OpenRelease[]> {
  const rows = await openReleases(db).orderBy('created_at').execute();
  return rows.map(openRelease);
}

/** The same of one release; undefined where it has ended, or is not known. */
export async function openReleaseById(db: Db, id: string): Promise<OpenRelease | undefined> {
  const row = await openReleases(db).where('id', '=', id).executeTakeFirst();
  return row && openRelease(row);
}

const openRelease = (row: {
  id: string;
  workflow_id: string;
  services: string[];
  versions: string[];
  environments: string[];
  planned: boolean;
}): OpenRelease => ({
  releaseId: row.id,
  workflowId: row.workflow_id,
  services: row.services,
  components: row.services.map((service, index) => ({ service, version: row.versions[index] ?? '' })),
  ...(row.planned ? { environments: row.environments } : {}),
});

export const labelsOf = (policy: Policy | undefined): Labels => ({
  services: labelled(policy?.services),
  environments: labelled(policy?.environments),
});

const labelled = (
  parts: readonly { id: string; labels?: string[] | undefined }[] = [],
): Map<string, string[]> => new Map(parts.map(({ id, labels = [] }) => [id, labels]));

export const currentLabels = async (db: Db): Promise<Labels> => labelsOf((await currentPolicy(db))?.policy);

/** Whether a rule of this scope can matter to what the release has still to do, wherever that is while it is not planned. */
export function isConcerned(scope: CalendarScope, release: OpenRelease, labels: Labels): boolean {
  const services = release.services.map((service) => ({
    service,
    labels: labels.services.get(service) ?? [],
  }));
  const anywhere = (): string[] => [...labels.environments.keys(), ...scope.environments, 'elsewhere'];
  return (release.environments ?? anywhere()).some((environment) =>
    inScope(scope, { environment, environmentLabels: labels.environments.get(environment) ?? [], services }),
  );
}

/** Who is to hear of a change to a rule of these scopes: before and after it, so that who gets out of its reach hears, too. */
export const concernedBy = (
  scopes: readonly CalendarScope[],
  open: readonly OpenRelease[],
  labels: Labels,
): OpenRelease[] => open.filter((release) => scopes.some((scope) => isConcerned(scope, release, labels)));
