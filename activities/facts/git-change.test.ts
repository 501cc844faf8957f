import { expect, test } from '@jest/globals';
import type { FileChange } from '../../platform/git/mirror.ts';
import { changeFacts } from './git-change.ts';
import type { RiskQuestion } from './question.ts';

const files: Record<string, string> = {
  'db/migrations/7.sql': 'create table carts (id int);',
  'db/migrations/7.down.sql': 'drop table carts;',
};

/** A change that adds these files, of a service whose policy says this of its paths. */
const asked = (paths?: { migrations: string[] }): RiskQuestion =>
  ({
    service: { id: 'shop', ...(paths ? { risk: { paths } } : {}) },
    policy: { people: [] },
    running: { version: '1.3.0' },
    source: {
      from: 'c0ffee',
      to: 'decade',
      mirror: {
        changedFiles: async (): Promise<FileChange[]> =>
          Object.keys(files).map((path) => ({ path, how: 'added', lines: 1 })) as FileChange[],
        changesByFile: async () => new Map(),
        readFile: async (_: string, path: string) => files[path],
        readCommits: async () => [],
        authorsUpTo: async () => [],
      },
    },
  }) as unknown as RiskQuestion;

test('the undo script beside a migration adds nothing to the risk', async () => {
  await expect(changeFacts(asked())).resolves.toMatchObject({
    migration: { kind: 'measured', measure: { worst: 'additive', files: 1 } },
  });
});

test('where a policy names the files, they are taken as it names them', async () => {
  await expect(changeFacts(asked({ migrations: ['db/**'] }))).resolves.toMatchObject({
    migration: { kind: 'measured', measure: { worst: 'irreversible', files: 2 } },
  });
});
