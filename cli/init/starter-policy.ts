import { IdSchema, ZoneSchema } from '../../domain/policy/common.schema.ts';
import { PersonSchema } from '../../domain/policy/policy.schema.ts';
import type { Surroundings } from './look-around.ts';

/** The choices that a first policy rests on; also what the next steps speak of. */
export interface Starter {
  service: string;
  /** How versions are tagged, with `{version}`; and the newest version there is. */
  tag: string;
  newestVersion?: string;
  text: string;
}

const SEMVER_TAG = /^(.*?)(\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?)$/;

/** A commented gantry.yaml for one person, one service and two environments, made of what the folder told. */
export function starterPolicy(found: Surroundings, zone: string): Starter {
  const service = asId(found.name, 'service');
  const { tag, newest } = tagging(found.git?.tags ?? []);
  const text = [
    ...opening(found, zone),
    ...peopleSection(found),
    ...environmentsSection,
    ...serviceSection(found, service, tag),
    ...pipelineSection(found),
  ].join('\n');
  return { service, tag, ...(newest === undefined ? {} : { newestVersion: newest }), text: `${text}\n` };
}

function opening(found: Surroundings, zone: string): string[] {
  return [
    '# Who releases what, where to, and who must agree. Change it as you like, then run: gantry check',
    '# Every field is described in docs/reference/configuration.md; editors find them in gantry.schema.json.',
    'gantry: 1',
    '',
    'organisation:',
    `  name: ${quote(oneLine(found.name) || 'My organisation')}`,
    `  zone: ${ZoneSchema.safeParse(zone).success ? zone : 'UTC'}    # times without a zone of their own are in this one`,
    '',
  ];
}

function peopleSection({ person }: Surroundings): string[] {
  const name = oneLine(person.name ?? '').slice(0, 120);
  const isKnown = PersonSchema.shape.email.safeParse(person.email).success;
  return [
    'people:',
    `  - id: ${asId(name.split(' ')[0] ?? '', 'me')}`,
    `    name: ${quote(name || 'Your Name')}${name ? '' : '    # write your name here'}`,
    `    email: ${isKnown ? quote(person.email ?? '') : 'you@example.com    # write your own address: requests for approval go there'}`,
    '    roles: [qa]    # what approval rules ask for',
    '    access: [viewer, releaser, approver, operator, auditor, admin]    # what this person may do in Gantry itself',
    '',
  ];
}

const environmentsSection = [
  'environments:',
  '  - id: staging',
  '  - id: production',
  '    production: true    # stricter defaults: 5 minutes to change a vote, no votes by engine signals',
  '    exclusive: true    # one release at a time',
  '',
];

function serviceSection({ git }: Surroundings, service: string, tag: string): string[] {
  const source = git
    ? [
        '    source:    # change lists are read there, and checks run in a fresh checkout of the version',
        `      git: ${quote(git.folder)}${git.remote === undefined ? '' : `    # or its address: ${oneLine(git.remote)}`}`,
        ...(git.branch === undefined
          ? []
          : [`      branch: ${quote(git.branch)}    # only commits of this branch may be released`]),
        `      tag: ${quote(tag)}    # how a version is tagged`,
      ]
    : ['    # source: { git: ., branch: main }    # once the folder is a Git repository with a commit'];
  return ['services:', `  - id: ${service}`, ...source, '    pipeline: main', ''];
}

function pipelineSection(found: Surroundings): string[] {
  return [
    'pipelines:',
    '  main:',
    '    - environment: staging',
    ...checks(found),
    ...deployer(found),
    '',
    '    - environment: production',
    '      approvals:',
    '        # By default nobody may approve a release of their own: neither author, committer nor requester, nor who',
    '        # last edited this file. You are alone here, so `not: []` lets you. Remove it once there are two of you.',
    '        - { role: qa, atLeast: 1, not: [] }',
    ...deployer(found),
    '      # steps under `deploy` and metrics under `analysis` turn this into a canary; docs/reference/configuration.md',
  ];
}

function checks({ git, tests }: Surroundings): string[] {
  const example =
    '      # checks:\n      #   - { id: unit, kind: command, run: [make, test] }    # no shell; exit 0 passes';
  if (!git || !tests) return example.split('\n');
  const argv =
    tests.install === undefined ? tests.run.split(' ') : ['sh', '-c', `${tests.install} && ${tests.run}`];
  return [
    '      checks:',
    '        - id: unit',
    '          kind: command',
    `          run: [${argv.map(quote).join(', ')}]    # in a fresh checkout: nothing is installed there yet`,
  ];
}

function deployer({ hasDeployScript }: Surroundings): string[] {
  return [
    '      deploy:',
    '        kind: command',
    ...(hasDeployScript
      ? ['        # Your own deploy.sh was found: see that it understands these arguments.']
      : []),
    '        apply: [./deploy.sh, apply, "{{environment}}", "{{version}}"]',
    '        undo: [./deploy.sh, undo, "{{environment}}", "{{previousVersion}}"]    # "none" after a first deployment',
  ];
}

/** The way that most tags of the repository look; `v1.2.3` where there is none to learn from. */
function tagging(tags: readonly string[]): { tag: string; newest?: string } {
  const versions = tags.flatMap((tag) => {
    const match = SEMVER_TAG.exec(tag);
    return match ? [{ prefix: match[1] ?? '', version: match[2] ?? '' }] : [];
  });
  const count = (prefix: string): number => versions.filter((version) => version.prefix === prefix).length;
  const [first, ...rest] = versions;
  if (!first) return { tag: 'v{version}' };
  const usual = rest.reduce((best, next) => (count(next.prefix) > count(best.prefix) ? next : best), first);
  return { tag: `${usual.prefix}{version}`, newest: usual.version };
}

/** A name of the outside as an id: `@acme/Web Shop` → `acme-web-shop`. */
function asId(name: string, otherwise: string): string {
  const id = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+|-+$/g, '')
    .slice(0, 63);
  return IdSchema.safeParse(id).success ? id : otherwise;
}

/** JSON texts are YAML texts too, whatever is in them. */
const quote = (text: string): string => JSON.stringify(text);

const oneLine = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
