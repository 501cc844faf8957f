import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { readPolicy } from '../../platform/policy/read-policy.ts';
import { cliReference } from '../../scripts/reference/cli.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const pages = [
  ...['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md'],
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => join('docs', path)),
];

test('the reference of the command line says what the commands say', async () => {
  expect(read('docs/reference/cli.md')).toBe(await cliReference()); // else run: npx tsx scripts/export-cli.ts
});

test('every link between pages leads to a page, and every anchor to a heading', () => {
  const broken = pages.flatMap((page) =>
    linksOf(read(page))
      .filter((link) => !isThere(page, link))
      .map((link) => `${page}: ${link}`),
  );
  expect(broken).toEqual([]);
});

test('every command that a page shows exists, with the flags that it is shown with', () => {
  const reference = read('docs/reference/cli.md');
  const shown = pages.filter((page) => !page.includes('reference')).flatMap((page) => commandsIn(read(page)));
  expect(shown.length).toBeGreaterThan(30);
  expect(shown.filter((command) => !isKnown(command, reference))).toEqual([]);
});

test('every file that a page names in code exists', () => {
  const named = pages.flatMap((page) =>
    [
      ...read(page).matchAll(
        /`((?:activities|api|cli|docs|domain|examples|platform|scripts|test|worker|workflows)\/[\w./-]+\.\w+)`/g,
      ),
    ].map((match) => match[1] ?? ''),
  );
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

test.each([
  ...['checks', 'approvals', 'lock', 'window', 'freeze', 'reservation', 'train'],
  ...['sampling', 'soak', 'promotion', 'version', 'rollback-plan', 'risk', 'drift'],
  ...['quorum', 'escalation', 'away', 'reminders', 'waiver', 'postponed', 'tasks', 'quarantine'],
])('the example on the page of the gate %s is a policy that passes the check', (gate) => {
  const example = /```yaml\n([\s\S]+?)```/.exec(read(`docs/gates/${gate}.md`))?.[1] ?? '';
  expect(readPolicy(JSON.stringify(policyWith(parse(example) as Record<string, unknown>))).problems).toEqual(
    [],
  );
});

test('every example on the page of broken glass is a part of a policy that passes the check', () => {
  const [whole, part] = [...read('docs/guides/break-glass.md').matchAll(/```yaml\n([\s\S]+?)```/g)].map(
    ([, text]) => parse(text ?? '') as Record<string, unknown>,
  );
  const { pipelines } = whole as { pipelines: { web: Record<string, unknown>[] } };
  const sre = { id: 'kim', name: 'Kim', email: 'kim@acme.test', roles: ['sre', 'security'] };
  const stage = { ...pipelines.web[0], ...part, checks: [{ id: 'unit', kind: 'command', run: ['true'] }] };
  const policy = policyWith({ people: [sre], ...stage, approvals: [{ role: 'sre', not: ['author'] }] });
  expect(readPolicy(JSON.stringify(policy)).problems).toEqual([]);
  expect(stage).toMatchObject({ breakGlass: { roles: ['sre'] }, hotfix: { expires: '4h' } });
});

test('every example on the page of rollouts is a policy that passes the check', () => {
  const examples = [...read('docs/guides/rollout.md').matchAll(/```yaml\n([\s\S]+?)```/g)].map(
    ([, text]) => parse(text ?? '') as Record<string, unknown>,
  );
  expect(examples).toHaveLength(4);
  for (const example of examples)
    expect(readPolicy(JSON.stringify(policyWith(example))).problems).toEqual([]);
});

test('every deployer on the page of deployers is one that the check passes', () => {
  const blocks = [...read('docs/guides/deployers.md').matchAll(/```yaml\n(deploy:[\s\S]+?)```/g)];
  const deployers = blocks.map(([, text]) => parse(text ?? '') as { deploy: { kind: string } });
  expect(deployers.map(({ deploy }) => deploy.kind)).toEqual([
    'command',
    'http',
    'kubernetes',
    'github-actions',
  ]);
  for (const example of deployers)
    expect(readPolicy(JSON.stringify(policyWith(example))).problems).toEqual([]);
});

/** A small whole policy around an example, whose fields belong to the file or to its one stage. */
function policyWith({
  organisation,
  people,
  environments,
  windows,
  freezes,
  trains,
  services,
  pipelines,
  ...stage
}: Record<string, unknown>): Record<string, unknown> {
  const person = (id: string, role: string) => ({
    ...{ id, name: id, email: `${id}@acme.test` },
    ...{ team: `${role}-team`, roles: [role] },
  });
  const deploy = { kind: 'command', apply: ['./deploy.sh'], undo: ['./deploy.sh', '--undo'] };
  return {
    gantry: 1,
    organisation: organisation ?? { name: 'Acme' },
    people: people ?? [person('ana', 'qa'), person('sam', 'security'), person('ben', 'developer')],
    environments: environments ?? [{ id: 'staging' }, { id: 'production', production: true }],
    ...(windows ? { windows } : {}),
    ...(freezes ? { freezes } : {}),
    ...(trains ? { trains } : {}),
    services: services ?? [{ id: 'shop', source: { git: './shop', branch: 'main' }, pipeline: 'web' }],
    pipelines: pipelines ?? {
      web: [
        ...(environments ? [] : [{ environment: 'staging', deploy }]), // a train boards what has finished a stage
        { environment: 'production', deploy, ...stage },
      ],
    },
  };
}

const linksOf = (text: string): string[] =>
  [...text.matchAll(/\]\(([^)\s]+)\)|src="([^"]+)"/g)]
    .map((match) => match[1] ?? match[2] ?? '')
    .filter((link) => !/^https?:/.test(link));

function isThere(page: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : join(dirname(page), path);
  if (!existsSync(join(root, target))) return false;
  return anchor === undefined || anchorsOf(read(target)).includes(anchor);
}

/** As GitHub makes them of headings, and those that a page sets itself. */
const anchorsOf = (text: string): string[] => [
  ...[...text.matchAll(/^#+ (.+)$/gm)].map((match) =>
    (match[1] ?? '')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  ),
  ...[...text.matchAll(/id="([^"]+)"/g)].map((match) => match[1] ?? ''),
];

/** Lines of blocks and inline code that begin with the name of the program, without comments and what follows a pipe. */
const commandsIn = (text: string): string[] =>
  [...text.matchAll(/^(?:\$ |\s*- (?:run: )?)?(gantry [a-z][^\n#|>]*)|`(gantry [a-z][^`]*)`/gm)]
    .map((match) => (match[1] ?? match[2] ?? '').split(/ {2,}|, /)[0] ?? '')
    .map((command) => command.trim());

function isKnown(command: string, reference: string): boolean {
  const words = command.split(' ').filter((word) => !word.startsWith('-'));
  const headings = [4, 3, 2].map((count) => `\n## ${words.slice(0, count).join(' ')}\n`);
  const heading = headings.find((candidate) => reference.includes(candidate));
  if (heading === undefined) return false;
  const section = reference.slice(reference.indexOf(heading)).split('\n```\n')[0] ?? '';
  // One such as `gantry override` is a command of its own as well: it takes arguments.
  const takesArguments = /^Usage: .*\[command\] </m.test(section);
  const isGroup =
    !takesArguments && section.includes('\nCommands:\n') && heading.trim().split(' ').length <= words.length;
  if (isGroup) return false; // `gantry release something` that is no command of the group
  const globals = ['--json', '--quiet', '--url', '--token'];
  const flags = [...command.matchAll(/(?<=\s)--[a-z-]+/g)].map(([flag]) => flag);
  return flags.every((flag) => globals.includes(flag) || section.includes(flag));
}
