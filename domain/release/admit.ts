import { closest, distance } from 'fastest-levenshtein';
import { evaluateQuarantine, type Quarantine } from '../gates/quarantine/evaluate.ts';
import { isSafeArgument } from '../policy/argument.ts';
import type { Policy, Service } from '../policy/policy.schema.ts';
import type { ProblemCode } from '../problem-code.ts';
import { type Build, disagreement, modeOf } from './mode.ts';
import { nameAmong } from './names.ts';
import type { Component } from './release.ts';
import type { Intent } from './state.ts';
import { versionOfTag } from './tag-name.ts';
import { isInRange } from './version.ts';

/** What somebody wants released, and what is known at that moment. */
export interface Request {
  components: readonly Component[];
  intent: Intent;
  /** It is called a rollback, and goes back in its target by its versions or the record (`goesBackFor`); left out: its word is taken for it. */
  isBack?: boolean;
  /** Environment to go to at last; left out: the end of the pipeline. */
  to?: string;
  policy: Policy;
  /** What runs in the target environment ({@link targetOf}), by service. */
  runningAtTarget: Readonly<Record<string, Build | undefined>>;
  /** What runs in the environments that it passes before the target, in their order; left out: they are not asked for. */
  runningBefore?: readonly { environment: string; running: Readonly<Record<string, Build | undefined>> }[];
  /** Why it cannot wait: a fix of what is live may pass a stage that runs a newer version. */
  urgent?: string;
  /** Bans that stand; left out: whether something is banned is not asked. */
  quarantines?: readonly Quarantine[];
}

/** One reason against a request: its code, the place as a JSON pointer, and the facts that its sentence is made of. */
export interface Objection {
  code: ProblemCode;
  pointer: string;
  facts: Record<string, string>;
}

/** The environment whose state the intent is compared with; undefined while services or environment are unknown. */
export function targetOf({
  components,
  to,
  policy,
}: Pick<Request, 'components' | 'to' | 'policy'>): string | undefined {
  const service = policy.services.find((candidate) => candidate.id === components[0]?.service);
  const stages = service ? policy.pipelines[service.pipeline] : undefined;
  return to === undefined
    ? stages?.at(-1)?.environment
    : stages?.find((stage) => stage.environment === to)?.environment;
}

/** Whether a release may be started at all: every objection at once. Only the target must agree with the stated intent; what stages before it run must not be newer. */
export function admitRelease(request: Request): { ok: true } | { ok: false; problems: Objection[] } {
  const problems = [
    // First, for nothing passes a ban: who reads another remedy before it takes that way in vain.
    ...request.components.flatMap((component, index) => bans(request, component, `/components/${index}`)),
    ...request.components.flatMap((component, index) => componentProblems(request, component, index)),
    ...pipelineProblems(request),
    ...targetProblems(request),
  ];
  return problems.length === 0 ? { ok: true } : { ok: false, problems };
}

function componentProblems(request: Request, component: Component, index: number): Objection[] {
  const { policy, components } = request;
  const pointer = `/components/${index}`;
  const { service: id, version } = component;
  const service = policy.services.find((candidate) => candidate.id === id);
  const problems: Objection[] = [];
  if (!service)
    problems.push({
      code: 'SERVICE_UNKNOWN',
      pointer: `${pointer}/service`,
      facts: { service: id, ...nearest(id, policy.services) },
    });
  if (components.findIndex((other) => other.service === id) < index) {
    problems.push({ code: 'COMPONENT_DUPLICATE', pointer: `${pointer}/service`, facts: { service: id } });
  }
  const unsafe = whyUnsafe(version);
  if (unsafe !== undefined)
    return [
      ...problems,
      { code: 'VERSION_INVALID', pointer: `${pointer}/version`, facts: { version, detail: unsafe } },
    ];
  const meant = service && component.ref === undefined ? versionOfTag(service, version) : undefined;
  if (meant !== undefined)
    return [
      ...problems,
      { code: 'VERSION_IS_TAG', pointer: `${pointer}/version`, facts: { service: id, version, meant } },
    ];
  const rule = service && brokenRule(service, version);
  if (rule !== undefined)
    problems.push({
      code: 'VERSION_OUTSIDE_RULE',
      pointer: `${pointer}/version`,
      facts: { service: id, version, rule },
    });
  if (!service) return problems;
  return [
    ...problems,
    ...modeProblems(request, component, pointer),
    ...downgradesBefore(request, component, pointer),
  ];
}

/** Stages before the target that a newer version would have to leave. Not for what goes back or repeats, nor for what is urgent (docs/gates/lock.md). */
function downgradesBefore(request: Request, component: Component, pointer: string): Objection[] {
  const { intent, urgent, runningBefore = [], isBack = intent === 'rollback' } = request;
  if (intent === 'redeploy' || isBack || urgent !== undefined) return [];
  const { service, version } = component;
  return runningBefore.flatMap(({ environment, running: runs }) => {
    const running = runs[service];
    if (!running || modeOf(component, running) !== 'rollback') return [];
    return [
      {
        code: 'VERSION_DOWNGRADE' as const,
        pointer: `${pointer}/version`,
        facts: {
          ...{ service, version, environment, running: running.version },
          fix: waysPast(request, service, environment, runs),
        },
      },
    ];
  });
}

/** What may be done about a newer version in a stage before the target: only what would not be refused for another reason. */
function waysPast(
  request: Request,
  service: string,
  environment: string,
  running: Readonly<Record<string, Build | undefined>>,
): string {
  const { components, runningAtTarget, runningBefore = [] } = request;
  const newest = [runningAtTarget, ...runningBefore.map((stage) => stage.running)]
    .flatMap((runs) => runs[service] ?? [])
    .reduce((known, one) => (modeOf(known, one) === 'rollback' ? one : known));
  const isBanned = components.some((one) => bans(request, one, '').length > 0);
  const agrees = (runs: typeof running, intent: Intent): boolean =>
    !isBanned && components.every((one) => !disagreement(modeOf(one, runs[one.service]), intent));
  const proof = runningBefore.at(-1)?.environment;
  return [
    `Release a version above ${newest.version}.`,
    ...(agrees(runningAtTarget, 'deploy')
      ? [
          `If it was deployed well in ${proof ?? environment}, it may go on alone: \`--to ${targetOf(request) ?? 'ENVIRONMENT'} --alone\`. If it mends what is live: \`--urgent "…"\`.`,
        ]
      : []),
    ...(agrees(running, 'rollback')
      ? [`If you mean to go back in ${environment}: \`--to ${environment} --intent rollback\`.`]
      : []),
  ].join(' ');
}

/** A banned build waits at a gate that nobody opens; another name of one is found out when the release is planned. */
function bans({ quarantines = [], policy }: Request, component: Component, pointer: string): Objection[] {
  const verdict = evaluateQuarantine([component], quarantines, (id) => nameAmong(policy.people, id));
  if (verdict.kind !== 'denied') return [];
  const { service, version } = component;
  const facts = { gate: 'quarantine', service, version, detail: verdict.because, fix: verdict.remedy };
  return [{ code: 'DENIED_BY_GATE', pointer: `${pointer}/version`, facts }];
}

/** A slash would make two releases share a workflow id: `release/shop/1.4.0/2` is the second attempt of 1.4.0. */
function whyUnsafe(version: string): string | undefined {
  if (!isSafeArgument(version))
    return 'use letters, digits and . _ + @ : -, beginning with a letter or digit';
  return version.includes('/') ? 'it must not contain a slash' : undefined;
}

const brokenRule = (service: Service, version: string): string | undefined =>
  [service.versions, service.source?.versions].find(
    (range) => range !== undefined && !isInRange(version, range),
  );

function modeProblems(request: Request, component: Component, pointer: string): Objection[] {
  const environment = targetOf(request);
  if (environment === undefined) return [];
  const { service, version } = component;
  const running = request.runningAtTarget[service];
  const code = disagreement(modeOf(component, running), request.intent);
  if (!code) return [];
  const there = running
    ? `${service} ${running.version} runs in ${environment}`
    : `${service} does not run in ${environment} yet`;
  const facts: Record<string, string> = {
    service,
    version,
    environment,
    intent: request.intent,
    detail: there,
  };
  return [
    {
      code,
      pointer: code === 'INTENT_MISMATCH' ? '/intent' : `${pointer}/version`,
      facts: running ? { ...facts, running: running.version } : facts,
    },
  ];
}

function pipelineProblems({ components, policy }: Request): Objection[] {
  const services = components.flatMap(
    (component) => policy.services.find((service) => service.id === component.service) ?? [],
  );
  if (new Set(services.map((service) => service.pipeline)).size < 2) return [];
  const detail = services.map((service) => `${service.id} passes ${service.pipeline}`).join(', ');
  return [{ code: 'PIPELINE_MISMATCH', pointer: '/components', facts: { detail } }];
}

function targetProblems(request: Request): Objection[] {
  const { to, policy, components } = request;
  if (to === undefined) return [];
  if (!policy.environments.some((environment) => environment.id === to)) {
    return [
      {
        code: 'ENVIRONMENT_UNKNOWN',
        pointer: '/to',
        facts: { environment: to, ...nearest(to, policy.environments) },
      },
    ];
  }
  const first = policy.services.find((service) => service.id === components[0]?.service);
  if (!first || targetOf(request) !== undefined) return [];
  const detail = `pipeline ${first.pipeline} of ${first.id} does not go to ${to}`;
  return [{ code: 'PIPELINE_MISMATCH', pointer: '/to', facts: { environment: to, detail } }];
}

/** The known name that was probably meant; none where everything differs in more than half of it. */
export function nearest(name: string, known: readonly { id: string }[]): { suggestion?: string } {
  if (known.length === 0) return {};
  const suggestion = closest(
    name,
    known.map(({ id }) => id),
  );
  return distance(name, suggestion) <= Math.ceil(name.length / 2) ? { suggestion } : {};
}
