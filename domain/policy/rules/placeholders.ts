import type { Deployer } from '../deployer.schema.ts';
import { hasRule } from '../../analysis/evidence.ts';
import type { PrometheusMetric } from '../metric.schema.ts';
import type { DraftStage, Located, PolicyDraft } from '../draft.ts';
import { placeholderNames, unknownPlaceholders, type PlaceholderPlace } from '../placeholders.ts';
import { nearest, type PolicyMistake, type PolicyPath } from '../problem.ts';

/** `{{…}}` must name something that is known where it stands; filled in too late it would stop a release half way. */
export function findUnknownPlaceholders(draft: PolicyDraft): PolicyMistake[] {
  return draft.pipelines.flatMap(({ stages }) =>
    stages.flatMap((stage) =>
      templatesOf(stage).flatMap(({ place, template }) =>
        unknownPlaceholders(template.value, place).map((name) => mistake(name, place, [...template.path])),
      ),
    ),
  );
}

interface Template {
  place: PlaceholderPlace;
  template: Located<string>;
}

function templatesOf(stage: DraftStage): Template[] {
  return [
    ...stage.checks.flatMap(templatesOfCheck),
    ...stage.metrics.flatMap(({ value: metric, path }) =>
      texts(
        hasRule(metric) ? 'metricRule' : 'metric',
        {
          url: metric.url,
          ...(metric.kind === 'prometheus' ? queriesOf(metric) : {}),
          traffic: metric.traffic,
          headers: metric.headers,
        },
        path,
      ),
    ),
    ...(stage.deploy ? templatesOfDeploy(stage.deploy) : []),
  ];
}

const templatesOfCheck = ({ value: check, path }: DraftStage['checks'][number]): Template[] =>
  check.kind === 'command'
    ? texts('check', { run: check.run, report: check.report }, path)
    : check.kind === 'rehearsal'
      ? texts('check', { probe: check.probe }, path)
      : texts('check', { url: check.url, headers: check.headers, body: check.body }, path);

const queriesOf = ({ query, burnRate, compare, compareErrors }: PrometheusMetric) => ({
  query,
  burnRate: burnRate && { bad: burnRate.bad, total: burnRate.total },
  compare: compare && { candidate: compare.candidate, against: compare.against },
  compareErrors: compareErrors && { candidate: compareErrors.candidate, against: compareErrors.against },
});

function templatesOfDeploy({ value: deploy, path }: NonNullable<DraftStage['deploy']>): Template[] {
  const { rollout } = deploy;
  const test = rollout?.kind === 'blueGreen' ? rollout.test : undefined;
  return [
    ...(test ? templatesOfCheck({ value: test, path: [...path, 'rollout', 'test'] }) : []),
    ...templatesOfKind(deploy, path),
  ];
}

function templatesOfKind(deploy: Deployer, path: PolicyPath): Template[] {
  if (deploy.kind === 'command') {
    return texts(
      'deploy',
      { apply: deploy.apply, undo: deploy.undo, status: deploy.status, probe: deploy.probe },
      path,
    );
  }
  if (deploy.kind === 'kubernetes') {
    const { deployment, namespace, container, image } = deploy;
    return texts('deploy', { deployment, namespace, container, image }, path);
  }
  if (deploy.kind === 'github-actions') {
    const { apply, undo, probe } = deploy;
    return texts('deploy', { apply, undo, probe: { url: probe?.url, headers: probe?.headers } }, path);
  }
  const { status, probe } = deploy;
  const asked = { status, probe: { url: probe?.url, headers: probe?.headers } };
  return [
    ...texts('deploy', { apply: deploy.apply, undo: deploy.undo, ...asked }, path),
    ...texts('follow', { follow: { url: deploy.follow.url, headers: deploy.follow.headers } }, path),
  ];
}

/** Every text in a value, however deep, with its place. */
function texts(place: PlaceholderPlace, value: unknown, path: readonly (string | number)[]): Template[] {
  if (typeof value === 'string') return [{ place, template: { value, path } }];
  if (Array.isArray(value))
    return value.flatMap((item: unknown, index) => texts(place, item, [...path, index]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => texts(place, item, [...path, key]));
}

function mistake(name: string, place: PlaceholderPlace, path: (string | number)[]): PolicyMistake {
  const names: readonly string[] = placeholderNames[place];
  const near = nearest(name, names);
  return {
    path,
    code: 'POLICY_PLACEHOLDER_UNKNOWN',
    detail: `{{${name}}} is not known here.`,
    remedy:
      near === undefined
        ? `Write one of: ${names.map((known) => `{{${known}}}`).join(' ')}.`
        : `Did you mean \`{{${near}}}\`?`,
  };
}
