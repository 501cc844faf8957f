import {
  counted,
  entryChanges,
  fieldChanges,
  groupTeller,
  named,
  namesTeller,
  valueTeller,
  wordsTeller,
  type FieldTeller,
} from './changes.ts';
import { describeCalendar, describeCalendarChange } from './diff-calendar.ts';
import type { ApprovalRule, Policy, Stage } from './policy.schema.ts';

/**
 * What a new policy changes, in plain sentences: at least one for any change that gives it another digest, none where
 * both mean the same. They are recorded when a policy is applied, so they show no values of headers and bodies.
 */
export function describePolicyChange(before: Policy | undefined, after: Policy): string[] {
  if (!before) return [`first policy: ${describePolicy(after)}`];
  return [
    ...fieldChanges('organisation', before.organisation, after.organisation, {
      onCall: wordsTeller('on-call person', 'on-call people'),
    }),
    ...entryChanges(before.people, after.people, {
      within: '',
      what: 'person',
      plural: 'people',
      nameOf: ({ id }) => id,
      about: ({ roles }) => named(roles),
      change: (subject, old, now) =>
        fieldChanges(subject, old, now, {
          email: valueTeller('mail address'),
          roles: wordsTeller('role', 'roles'),
          aliases: wordsTeller('alias', 'aliases'),
          access: wordsTeller('access', 'accesses'),
        }),
    }),
    ...entryChanges(before.environments, after.environments, {
      within: '',
      what: 'environment',
      plural: 'environments',
      nameOf: ({ id }) => id,
      about: ({ production, exclusive }) =>
        named([...(production ? ['production'] : []), ...(exclusive ? ['exclusive'] : [])]),
      change: (subject, old, now) =>
        fieldChanges(subject, old, now, {
          labels: wordsTeller('label', 'labels'),
          queue: valueTeller('the queue'),
          reservations: valueTeller('what is reserved already'),
          rollback: valueTeller('the way back'),
          drift: valueTeller('what drift means'),
          runner: valueTeller('the runner'),
          ...toldAsRules,
        }),
    }),
    ...entryChanges(before.services, after.services, {
      within: '',
      what: 'service',
      plural: 'services',
      nameOf: ({ id }) => id,
      about: ({ pipeline }) => `pipeline ${pipeline}`,
      change: (subject, old, now) =>
        fieldChanges(subject, old, now, {
          dependsOn: wordsTeller('dependency', 'dependencies'),
          source: groupTeller({}, 'source'),
          labels: wordsTeller('label', 'labels'),
          locks: wordsTeller('lock', 'locks'),
          lanes: namesTeller('lane'),
          migrations: (subject) => [`${subject}: migrations are declared anew`],
          artifact: groupTeller({ headers: namesTeller('header') }, 'artifact'),
          risk: gateTeller('what makes it risky', namesTeller('risk setting')),
          ...toldAsRules,
        }),
    }),
    ...entryChanges(pipelinesOf(before), pipelinesOf(after), {
      within: '',
      what: 'pipeline',
      plural: 'pipelines',
      nameOf: ({ id }) => id,
      about: ({ stages }) => named(stages.map((stage) => stage.environment)),
      change: (subject, old, now) => stageChanges(subject, old.stages, now.stages),
    }),
    ...describeCalendarChange(before, after),
  ];
}

/** Windows and freezes are told as rules, wherever they stand ({@link describeCalendarChange}). */
const toldAsRules: Record<string, FieldTeller> = { windows: () => [], freezes: () => [] };

/** `3 people, 2 environments, 1 service and 1 pipeline`. */
export function describePolicy(policy: Policy): string {
  const parts = [
    counted(policy.people.length, 'person', 'people'),
    counted(policy.environments.length, 'environment', 'environments'),
    counted(policy.services.length, 'service', 'services'),
    counted(Object.keys(policy.pipelines).length, 'pipeline', 'pipelines'),
    ...describeCalendar(policy),
  ];
  // Never cut short, as lists of names are: each of them says something else.
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}`;
}

/** In the order of their names: a mapping has no order of its own. */
const pipelinesOf = (policy: Policy): { id: string; stages: Stage[] }[] =>
  Object.entries(policy.pipelines)
    .map(([id, stages]) => ({ id, stages }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));

function stageChanges(pipeline: string, before: readonly Stage[], after: readonly Stage[]): string[] {
  const stages = entryChanges(before, after, {
    within: pipeline,
    what: 'stage',
    plural: 'stages',
    nameOf: ({ environment }) => environment,
    change: () => [],
  });
  const inside = after.flatMap((stage) => {
    const old = before.find(({ environment }) => environment === stage.environment);
    return old ? insideStage(`${pipeline}, stage ${stage.environment}`, old, stage) : [];
  });
  return [...stages, ...inside];
}

const insideStage = (subject: string, before: Stage, after: Stage): string[] =>
  fieldChanges(subject, before, after, {
    checks: () => ofKinds(subject, 'check', 'checks', before.checks, after.checks),
    analysis: () => ofKinds(subject, 'metric', 'metrics', before.analysis, after.analysis),
    approvals: () => ruleChanges(subject, before.approvals, after.approvals),
    approval: groupTeller(
      {
        expires: valueTeller('the time to decide'),
        onExpiry: valueTeller('what silence means'),
        assurance: valueTeller('how sure one must be of who votes'),
        sameTeamAtMost: valueTeller('how many of one team may fill seats'),
        rejectQuorum: valueTeller('how many must reject'),
        clock: valueTeller('the clock that time is counted by'),
      },
      'approval',
    ),
    deploy: () => ofKind(`${subject}, deployer`, before.deploy, after.deploy),
    observe: groupTeller({}),
    gates: groupTeller(
      {
        promotion: groupTeller({}, 'promotion'),
        soak: groupTeller({}, 'soak'),
        waive: groupTeller({}, 'waivers'),
        rollback: valueTeller('the way back'),
      },
      'gates',
    ),
    risk: gateTeller('risk as a gate', groupTeller({}, 'risk')),
    autoRollback: valueTeller('automatic rollback'),
    drift: valueTeller('what drift means'),
  });

/** A group that means something even while it is empty: that it came or went is told beside what is in it. */
const gateTeller =
  (name: string, inside: FieldTeller): FieldTeller =>
  (subject, before, after) => [
    ...(before === undefined ? [`${subject}: ${name} added`] : []),
    ...(after === undefined ? [`${subject}: ${name} removed`] : inside(subject, before, after)),
  ];

interface Kinded {
  kind: string;
}

function ofKinds(
  within: string,
  what: string,
  plural: string,
  before: readonly (Kinded & { id: string })[],
  after: readonly (Kinded & { id: string })[],
): string[] {
  return entryChanges(before, after, {
    within,
    what,
    plural,
    nameOf: ({ id }) => id,
    about: ({ kind }) => kind,
    change: ofKind,
  });
}

/** Two kinds have nothing to compare; of one kind each field is told. */
function ofKind(subject: string, before: Kinded, after: Kinded): string[] {
  if (before.kind !== after.kind)
    return [`${subject} is now of kind ${after.kind} instead of ${before.kind}`];
  return fieldChanges(subject, before, after, effectTellers);
}

const request =
  (within: string): FieldTeller =>
  (subject, before, after) =>
    Array.isArray(before) || Array.isArray(after)
      ? valueTeller(within)(subject, before, after)
      : groupTeller(requestTellers, within)(subject, before, after);

const requestTellers: Record<string, FieldTeller> = {
  headers: namesTeller('header'),
  body: namesTeller('field of the body'),
  inputs: namesTeller('input'),
};

const effectTellers: Record<string, FieldTeller> = {
  environment: wordsTeller('variable', 'variables'),
  secrets: wordsTeller('secret', 'secrets'),
  headers: namesTeller('header'),
  auth: groupTeller({ basic: groupTeller({}, 'basic') }, 'authentication'),
  body: (subject) => [`${subject}: body changed`],
  report: groupTeller({}, 'report'),
  fail: groupTeller({}, 'fail'),
  expect: groupTeller({}, 'expect'),
  sample: groupTeller({}, 'sample'),
  probe: request('probe'),
  follow: groupTeller({ headers: namesTeller('header') }, 'follow'),
  apply: request('apply'),
  undo: request('undo'),
  rollout: groupTeller(
    {
      targets: wordsTeller('target', 'targets'),
      test: groupTeller({ headers: namesTeller('header') }, 'test'),
    },
    'rollout',
  ),
  status: request('status'),
  steps: valueTeller('rollout', (value) => steps(value as { weight: number; hold: string }[])),
};

const steps = (list: readonly { weight: number; hold: string }[]): string =>
  list
    .map(
      ({ weight, hold }) =>
        `${weight} %${hold === '0s' ? '' : hold === 'manual' ? ' until a person goes on' : ` for ${hold}`}`,
    )
    .join(', ');

function ruleChanges(
  within: string,
  before: readonly ApprovalRule[],
  after: readonly ApprovalRule[],
): string[] {
  return entryChanges(before, after, {
    within,
    what: 'approval rule',
    plural: 'approval rules',
    nameOf: (rule) => rule.role ?? named(rule.people ?? []),
    about: ({ atLeast }) => counted(atLeast, 'person', 'people'),
    change: (subject, old, now) =>
      fieldChanges(subject, old, now, {
        atLeast: () => [`${subject} now needs ${now.atLeast} instead of ${old.atLeast}`],
        people: wordsTeller('person', 'people'),
        not: wordsTeller('exclusion', 'exclusions'),
        assurance: valueTeller('how sure one must be of who votes'),
        backup: groupTeller({ people: wordsTeller('person', 'people') }, 'backup'),
      }),
  });
}
