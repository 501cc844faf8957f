import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { FaultService } from './fault-policy.ts';

/** Reports and bugs as they lie with a version of the service. */
interface Brought {
  by: string;
  coveredOf100: number;
  findings: readonly (readonly ['error' | 'warning', string])[];
  bugs: readonly (readonly ['blocker' | 'major' | 'minor', string])[];
  files: Readonly<Record<string, string>>;
}

/** A service with a source, whose risk is a gate, and of which each source of facts exists. `bugs`: address that counts some more. */
export const riskyService = (id: string, bugs: string): FaultService => ({
  id,
  service: {
    source: { git: `./${id}` },
    risk: {
      tier: 1,
      bugs: [
        { kind: 'file', path: 'bugs.json' },
        { kind: 'json', url: bugs, pointers: { minor: '/open' } },
      ],
    },
  },
  stage: {
    // at every moment of every day, so that it does not hang on when the test runs
    risk: {
      workingHours: { days: ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'], from: '00:00', to: '23:59' },
    },
    approvals: [{ role: 'qa', atLeast: 1 }],
    approval: { expires: '72h', grace: '0s' },
    checks: [
      {
        ...{ id: 'unit', kind: 'command', run: ['true'] },
        report: { coverage: 'reports/lcov.info', sarif: 'reports/out.sarif' },
      },
    ],
    deploy: {
      ...{ kind: 'command', apply: ['./deployer.mjs', 'apply'], undo: ['./deployer.mjs', 'undo'] },
      status: ['./deployer.mjs', 'status'],
      steps: [
        { weight: 10, hold: '0s' },
        { weight: 100, hold: '0s' },
      ],
    },
  },
});

/** Commits a version of the service in the folder of the policy, as somebody, and tags it. */
export function commitVersion(dir: string, service: string, version: string, brought: Brought): void {
  const folder = join(dir, service);
  mkdirSync(folder, { recursive: true });
  const email = `${brought.by.toLowerCase()}@acme.test`;
  const env = {
    ...{ PATH: process.env['PATH'], HOME: dir },
    ...{ GIT_AUTHOR_NAME: brought.by, GIT_AUTHOR_EMAIL: email },
    ...{ GIT_COMMITTER_NAME: brought.by, GIT_COMMITTER_EMAIL: email },
  };
  const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, env, stdio: 'ignore' });
  git('init', '--quiet', '--initial-branch=main');
  const files = {
    ...brought.files,
    'reports/lcov.info': lcov(brought.coveredOf100),
    'reports/out.sarif': sarif(brought.findings),
    'bugs.json': JSON.stringify(
      brought.bugs.map(([severity, title], at) => ({ id: `B-${at + 1}`, severity, title, open: true })),
    ),
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  git('add', '--all');
  git('commit', '--quiet', '-m', `feat: ${version}`);
  git('tag', `v${version}`);
}

const lcov = (covered: number): string =>
  [
    'SF:src/cart.js',
    ...Array.from({ length: 100 }, (_, at) => `DA:${at + 1},${at < covered ? 1 : 0}`),
    'LF:100',
    `LH:${covered}`,
    'end_of_record',
    '',
  ].join('\n');

const sarif = (findings: Brought['findings']): string =>
  JSON.stringify({
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'scan' } },
        results: findings.map(([level, ruleId]) => ({
          ...{ level, ruleId, message: { text: ruleId } },
          locations: [{ physicalLocation: { artifactLocation: { uri: 'src/cart.js' } } }],
        })),
      },
    ],
  });
