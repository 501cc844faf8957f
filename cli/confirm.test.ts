import { expect, test } from '@jest/globals';
import type { Command } from 'commander';
import { readdir, readFile } from 'node:fs/promises';
import { cliAgainstStub } from '../test/support/cli-against-stub.ts';
import { aRelease } from '../test/support/release-view.ts';
import { processIo } from './io.ts';
import { exitCode } from './exit-codes.ts';
import { wholeProgram } from './run.ts';

const { against } = cliAgainstStub();

/** Commands that read, judge, start something here, or write a new file: nothing of a server changes by them. */
const changingNothing = new Set([
  ...['up', 'api', 'worker', 'init', 'check', 'doctor', 'status', 'simulate', 'risk', 'analyze', 'call'],
  ...['backup', 'restore', 'completion', 'version', 'watch show'],
  ...['release list', 'release show', 'release why', 'release dossier', 'release follow'],
  ...['review list', 'approvals list', 'away list', 'override list', 'train list', 'train show'],
  ...['window list', 'window show', 'freeze list', 'freeze show', 'reservation list', 'feed list'],
  ...['calendar agenda', 'calendar slots', 'calendar evaluate', 'quarantine list', 'promotion list'],
  ...['incident list', 'incident show', 'policy show', 'policy diff', 'policy test'],
  ...['audit export', 'audit verify', 'token list'],
]);

/** Commands that change something and ask nobody: harmless, urgent, or asked for word for word. */
const neverAsking = new Set([
  ...['release create', 'release retry', 'release waive', 'release reschedule', 'release task'],
  ...['release milestones', 'release continue', 'release extend', 'release proceed', 'release pause'],
  ...['release drop-dependency', 'review done', 'approvals remind', 'away add', 'sign-in', 'token create'],
  ...['window add', 'window change', 'reservation add', 'promotion lift'],
  ...['feed create', 'feed revoke', 'quarantine add', 'quarantine lift'],
  ...['incident open', 'incident change', 'incident confirm', 'incident close'],
]);

/** Every command that does something, under its words: `release pause`. */
const leavesOf = (command: Command, words: readonly string[] = []): [string, Command][] => [
  ...(command.commands.length === 0 ? [[words.join(' '), command] as [string, Command]] : []),
  ...command.commands.flatMap((child) => leavesOf(child, [...words, child.name()])),
];

const shortName = (words: string): string =>
  words.replace(/^calendar (?=(window|freeze|override|reservation|train|feed) )/, '');

test('every command that changes something takes --yes, with whether it asks at all, and no other does', async () => {
  const program = await wholeProgram({ io: processIo(), exitCode: exitCode.done });
  const leaves = leavesOf(program);
  // It acts itself and has commands below it.
  const override = program.commands.find((command) => command.name() === 'override');
  if (override) leaves.push(['override', override]);
  const wrong = leaves.flatMap(([words, command]) => {
    const yes = command.options.find(({ long }) => long === '--yes');
    const isWanted = !changingNothing.has(shortName(words));
    if (isWanted !== (yes !== undefined)) return [`${words}: ${isWanted ? 'takes no --yes' : 'takes --yes'}`];
    const isUnasked = yes?.description === 'for scripts; this command never asks';
    if (yes && !isUnasked && yes.description !== 'do not ask') return [`${words}: ${yes.description}`];
    return isUnasked === neverAsking.has(shortName(words)) ? [] : [`${words}: asks or does not`];
  });
  expect(wrong).toEqual([]);
  expect(leaves.length).toBeGreaterThan(changingNothing.size);
});

test('every command that refuses without a reason says so in its help', async () => {
  const here = new URL('.', import.meta.url);
  const files = (await readdir(here, { recursive: true })).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && file !== 'confirm.ts',
  );
  const texts = await Promise.all(files.map((file) => readFile(new URL(file, here), 'utf8')));
  const silent = files.filter((_, index) => {
    const text = texts[index] ?? '';
    const demanded = [...text.matchAll(/reasonFor\(/g)].length;
    return (
      demanded > [...text.matchAll(/option\('--(reason|comment|outcome) <text>', '[^']*\brequired\b/g)].length
    );
  });
  expect(silent).toEqual([]);
});

test.each([
  [[], 'Repeat it with --reason "…" and --yes.'],
  [['--yes'], 'Repeat it with --reason "…".'],
  [['--reason', 'looks good'], 'Repeat it with --yes.'],
])(
  'whoever lacks the reason or the confirmation is told of all that is missing: %j',
  async (flags, remedy) => {
    const { code, err } = await against({ 'GET /v1/releases/rel_1': { body: aRelease() } }, [
      ...['release', 'advance', 'rel_1'],
      ...flags,
    ]);
    expect([code, err]).toEqual([2, expect.stringContaining(remedy)]);
  },
);
