import type { ApprovalRule, Person } from './policy.schema.ts';
import { ApprovalRuleSchema } from './policy.schema.ts';
import { CheckSchema, type Check } from './check.schema.ts';
import { DeployerSchema, type Deployer } from './deployer.schema.ts';
import { MetricSchema, type Metric } from './metric.schema.ts';
import { StageRiskSchema, type StageRiskSettings } from './risk.schema.ts';
import { readDraftCalendar, type DraftCalendar } from './draft-calendar.ts';
import { asRecord, field, items, list, named, strings, text, type Located } from './draft-fields.ts';
import type { PolicyPath } from './problem.ts';

export type { Located } from './draft-fields.ts';

export interface DraftPerson extends Pick<Person, 'roles' | 'aliases'> {
  id?: string;
  email?: string;
  path: PolicyPath;
}

export interface DraftService {
  id?: string;
  owner?: string;
  pipeline?: string;
  dependsOn: Located<string>[];
  versions: Located<string>[];
  tag?: Located<string>;
  path: PolicyPath;
}

export interface DraftStage {
  environment?: string;
  checkIds: Located<string>[];
  checks: Located<Check>[];
  rules: Located<ApprovalRule>[];
  deploy?: Located<Deployer>;
  metricIds: Located<string>[];
  metrics: Located<Metric>[];
  risk?: Located<StageRiskSettings>;
  path: PolicyPath;
}

/**
 * As much of a policy as can be read although other parts of it are wrong: the rules between parts look at this, so
 * that one typing mistake does not hide the others. Names are taken as they stand, parts with a shape only when they
 * parse.
 */
export interface PolicyDraft {
  people: DraftPerson[];
  onCall: Located<string>[];
  environments: { id?: string; path: PolicyPath }[];
  services: DraftService[];
  pipelines: { id: string; path: PolicyPath; stages: DraftStage[] }[];
  calendar: DraftCalendar;
}

/** Reads what can be read; never fails, whatever the value is. */
export function readDraft(value: unknown): PolicyDraft {
  return {
    people: items(value, ['people']).map(readPerson),
    onCall: strings(field(value, 'organisation'), ['organisation'], 'onCall'),
    environments: items(value, ['environments']).map(({ value: environment, path }) => ({
      ...named('id', environment),
      path,
    })),
    services: items(value, ['services']).map(readService),
    pipelines: Object.entries(asRecord(field(value, 'pipelines'))).map(([id, stages]) => ({
      id,
      path: ['pipelines', id],
      stages: list(stages, ['pipelines', id]).map(readStage),
    })),
    calendar: readDraftCalendar(value),
  };
}

function readPerson({ value, path }: Located<unknown>): DraftPerson {
  return {
    ...named('id', value),
    ...named('email', value),
    roles: strings(value, path, 'roles').map((role) => role.value),
    aliases: strings(value, path, 'aliases').map((alias) => alias.value),
    path,
  };
}

function readService({ value, path }: Located<unknown>): DraftService {
  const source = field(value, 'source');
  return {
    ...named('id', value),
    ...named('owner', value),
    ...named('pipeline', value),
    dependsOn: strings(value, path, 'dependsOn'),
    versions: [...text(value, path, 'versions'), ...text(source, [...path, 'source'], 'versions')],
    ...text(source, [...path, 'source'], 'tag').reduce((_, tag) => ({ tag }), {}),
    path,
  };
}

function readStage({ value, path }: Located<unknown>): DraftStage {
  const deploy = DeployerSchema.safeParse(field(value, 'deploy'));
  const checks = list(field(value, 'checks'), [...path, 'checks']);
  const metrics = list(field(value, 'analysis'), [...path, 'analysis']);
  const rules = list(field(value, 'approvals'), [...path, 'approvals']);
  const risk = StageRiskSchema.safeParse(field(value, 'risk'));
  return {
    ...named('environment', value),
    checkIds: checks.flatMap((check) => text(check.value, check.path, 'id')),
    checks: parsed(checks, CheckSchema),
    rules: parsed(rules, ApprovalRuleSchema),
    ...(deploy.success ? { deploy: { value: deploy.data, path: [...path, 'deploy'] } } : {}),
    metricIds: metrics.flatMap((metric) => text(metric.value, metric.path, 'id')),
    metrics: parsed(metrics, MetricSchema),
    ...(risk.success ? { risk: { value: risk.data, path: [...path, 'risk'] } } : {}),
    path,
  };
}

function parsed<T>(
  parts: Located<unknown>[],
  schema: { safeParse: (value: unknown) => { success: true; data: T } | { success: false } },
): Located<T>[] {
  return parts.flatMap(({ value, path }) => {
    const result = schema.safeParse(value);
    return result.success ? [{ value: result.data, path }] : [];
  });
}
