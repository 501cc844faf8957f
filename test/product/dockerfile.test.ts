import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';

describe('Dockerfile', () => {
  const instructions = readFileSync(new URL('../../Dockerfile', import.meta.url), 'utf8')
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .flatMap((line) => {
      const match = /^([A-Z]+)\s+(.*)$/.exec(line.trim());
      return match ? [{ word: match[1] ?? '', rest: match[2] ?? '' }] : [];
    });
  const all = (word: string): string[] =>
    instructions.filter((instruction) => instruction.word === word).map(({ rest }) => rest);
  const lastStage = instructions.slice(instructions.findLastIndex(({ word }) => word === 'FROM'));

  test('builds in one stage and runs in another, both on glibc', () => {
    expect(all('FROM').length).toBeGreaterThan(1);
    for (const from of all('FROM')) expect(from).toMatch(/^node:\d+-bookworm-slim\b/);
  });

  test('does not run as root', () => {
    const user = lastStage.findLast(({ word }) => word === 'USER')?.rest;
    expect(user).toBeDefined();
    expect(['root', '0', '0:0']).not.toContain(user);
  });

  test('fetches nothing but locked packages and signed ones of the distribution', () => {
    expect(all('ADD')).toEqual([]);
    expect(all('RUN').filter((run) => /\b(?:curl|wget)\b|npm (?:i|install)\b/.test(run))).toEqual([]);
    expect(all('RUN').some((run) => run.startsWith('npm ci --ignore-scripts'))).toBe(true);
  });

  test('says how its health is seen, and copies the stage that was built', () => {
    expect(lastStage.map(({ word }) => word)).toContain('HEALTHCHECK');
    expect(all('COPY').filter((copy) => copy.startsWith('--from=build')).length).toBeGreaterThan(0);
  });
});
