import type { ApprovalRule, Person } from './policy.schema.ts';
import { ApprovalRuleSchema } from './policy.schema.ts';
import { CheckSchema, type Check } from './check.schema.ts';
import { DeployerSchema, type Deployer } from './deployer.schema.ts';
import {
  LanesSchema,
  MigrationSchema,
  StageGatesSchema,
  type Lanes,
  type StageGates,
} from './gates.schema.ts';
import { MetricSchema, type Metric } from './metric.schema.ts';
import { StageRiskSchema, type StageRiskSettings } from './risk.schema.ts';
import { readDraftCalendar, type DraftCalendar } from './draft-calendar.ts';
import { asRecord, field, items, list, named, strings, text, type Located } from './draft-fields.ts';
import type { PolicyPath } from './problem.ts';

export type { Located } from './draft-fields.ts';

export interface DraftPerson extends Pick<Person, 'roles' | 'aliases'> {
  id?: string;
  email?: string;
  team?: string;
  manager?: Located<string>;
  path: PolicyPath;
}

export interface DraftService {
  id?: string;
  owner?: string;
  pipeline?: string;
  dependsOn: Located<string>[];
  versions: Located<string>[];
  tag?: Located<string>;
  hasSource: boolean;
  lanes?: Located<Lanes>;
  migrations: Located<{ kind: string; paths?: string[] | undefined; compatible?: string | undefined }>[];
  path: PolicyPath;
}

export interface DraftStage {
  environment?: string;
  checkIds: Located<string>[];
  checks: Located<Check>[];
  rules: Located<ApprovalRule>[];
  /** What holds in the place of rules and checks for what cannot wait. */
  hotfix: { rules: Located<ApprovalRule>[]; checks: Located<string>[] };
  /** Rules for going back; not those of the stage. */
  rollbackRules: Located<ApprovalRule>[];
  glass?: Located<{ roles: Located<string>[]; atLeast: number }>;
  /** Terms of the approval that hang on the people there are. */
  terms: { escalates: boolean; sameTeamAtMost?: number; rejectQuorum?: number };
  deploy?: Located<Deployer>;
  metricIds: Located<string>[];
  metrics: Located<Metric>[];
  /** Whether there is any metric that the version itself is judged by. */
  hasMetrics: boolean;
  /** Names of the fields that `observe` has. */
  observe: string[];
  gates?: Located<StageGates>;
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
  environments: { id?: string; isProduction: boolean; path: PolicyPath }[];
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
      isProduction: field(environment, 'production') === true,
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
    ...named('team', value),
    ...text(value, path, 'manager').reduce((_, manager) => ({ manager }), {}),
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
    hasSource: source !== undefined,
    ...parsedField(value, path, 'lanes', LanesSchema),
    migrations: parsed(list(field(value, 'migrations'), [...path, 'migrations']), MigrationSchema),
    path,
  };
}

function readStage({ value, path }: Located<unknown>): DraftStage {
  const deploy = DeployerSchema.safeParse(field(value, 'deploy'));
  const checks = list(field(value, 'checks'), [...path, 'checks']);
  const analysis = list(field(value, 'analysis'), [...path, 'analysis']);
  const observe = field(value, 'observe');
  const metrics = [...analysis, ...list(field(observe, 'onlyWhen'), [...path, 'observe', 'onlyWhen'])];
  const rules = list(field(value, 'approvals'), [...path, 'approvals']);
  const risk = StageRiskSchema.safeParse(field(value, 'risk'));
  return {
    ...named('environment', value),
    checkIds: checks.flatMap((check) => text(check.value, check.path, 'id')),
    checks: parsed(checks, CheckSchema),
    rules: parsed(rules, ApprovalRuleSchema),
    hotfix: readHotfix(field(value, 'hotfix'), [...path, 'hotfix']),
    rollbackRules: parsed(
      list(field(value, 'rollbackApprovals'), [...path, 'rollbackApprovals']),
      ApprovalRuleSchema,
    ),
    ...readGlass(field(value, 'breakGlass'), [...path, 'breakGlass']),
    terms: readTerms(field(value, 'approval')),
    ...(deploy.success ? { deploy: { value: deploy.data, path: [...path, 'deploy'] } } : {}),
    metricIds: metrics.flatMap((metric) => text(metric.value, metric.path, 'id')),
    metrics: parsed(metrics, MetricSchema),
    hasMetrics: analysis.length > 0,
    observe: Object.keys(asRecord(observe)),
    ...parsedField(value, path, 'gates', StageGatesSchema),
    ...(risk.success ? { risk: { value: risk.data, path: [...path, 'risk'] } } : {}),
    path,
  };
}

const readHotfix = (value: unknown, path: PolicyPath): DraftStage['hotfix'] => ({
  rules: parsed(list(field(value, 'approvals'), [...path, 'approvals']), ApprovalRuleSchema),
  checks: strings(value, path, 'checks'),
});

function readGlass(value: unknown, path: PolicyPath): Pick<DraftStage, 'glass'> {
  const atLeast = field(value, 'atLeast');
  if (value === undefined) return {};
  const roles = strings(value, path, 'roles');
  return { glass: { value: { roles, atLeast: typeof atLeast === 'number' ? atLeast : 1 }, path } };
}

function readTerms(approval: unknown): DraftStage['terms'] {
  const whole = (name: string) => {
    const value = field(approval, name);
    return typeof value === 'number' && Number.isInteger(value) && value > 0 ? { [name]: value } : {};
  };
  return {
    escalates: field(approval, 'onExpiry') === 'escalate',
    ...whole('sameTeamAtMost'),
    ...whole('rejectQuorum'),
  };
}

interface Parser<T> {
  safeParse: (value: unknown) => { success: true; data: T } | { success: false };
}

/** One field that has a shape, where it is there and has it. */
function parsedField<K extends string, T>(
  value: unknown,
  path: PolicyPath,
  name: K,
  schema: Parser<T>,
): Partial<Record<K, Located<T>>> {
  const result = schema.safeParse(field(value, name));
  return result.success
    ? ({ [name]: { value: result.data, path: [...path, name] } } as unknown as Partial<Record<K, Located<T>>>)
    : {};
}

function parsed<T>(parts: Located<unknown>[], schema: Parser<T>): Located<T>[] {
  return parts.flatMap(({ value, path }) => {
    const result = schema.safeParse(value);
    return result.success ? [{ value: result.data, path }] : [];
  });
}
