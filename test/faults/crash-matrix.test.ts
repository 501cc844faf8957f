import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { startCrashGround, type CrashGround } from '../support/crash/ground.ts';
import { cellsOf, playAll, sampleOf } from '../support/crash/matrix.ts';
import { crashReport, runOf, wrongOnes, type Run } from '../support/crash/report.ts';
import { victims } from '../support/crash/victims.ts';
import { seeded, testSeed } from '../support/seeded.ts';

// All places at which a release of two components can be killed come from its history: some hundred, times all that can die. Here
// a few of them are drawn; `npm run test:chaos:crashes` plays all and writes docs/reference/crash-matrix.md.
const report = process.env['GANTRY_CRASH_REPORT'];

let ground: CrashGround | undefined;

afterEach(async () => {
  await ground?.stop();
  ground = undefined;
}, 60_000);

if (report === undefined)
  test(`wherever it is killed, going forward or back, a release ends as undisturbed, with each effect once (GANTRY_TEST_SEED=${testSeed})`, async () => {
    ground = await startCrashGround(15);
    const rounds = sampleOf(ground, ['worker', 'api', 'temporal', 'database'], seeded(testSeed));
    const killed = [];
    for (const round of rounds) killed.push(...(await ground.kill(round)));
    const places = killed.map(
      ({ cell: { direction, boundary, victim }, isMet, seconds }) =>
        `${victim} ${direction} ${boundary.name} ${boundary.place}: ${isMet ? `${seconds} s` : 'not met'}`,
    );
    process.stdout.write(`${places.join('\n')}\n`);
    expect(places.filter((line) => line.endsWith('not met'))).toEqual([]);
    expect(wrongOnes(await ground.judge(killed))).toEqual([]);
  }, 400_000);
else playWhole(report);

/** Each victim's results are kept as soon as they are there: a run that is ended early leaves what it has found. */
function playWhole(folder: string): void {
  const wanted = process.env['GANTRY_CRASH_VICTIMS']?.split(',') ?? victims;

  test.each(victims.filter((victim) => wanted.includes(victim)))(
    'killed at any place, a release ends as undisturbed, with each effect once: %s',
    async (victim) => {
      const startedAt = performance.now();
      ground = await startCrashGround(250); // some for places that a release may pass without coming to them
      const say = (sentence: string): boolean => process.stdout.write(`${sentence}\n`);
      const judged = await playAll(ground, cellsOf(ground, victim), say);
      const minutes = Math.round((performance.now() - startedAt) / 60_000);
      keep(folder, runOf(judged, { victim, at: new Date().toISOString(), machine: machine(), minutes }));
      expect(wrongOnes(judged)).toEqual([]);
    },
    3_600_000,
  );
}

/** In place of the last run of the same victim. */
function keep(folder: string, run: Run): void {
  const file = join(folder, 'crash-matrix.json');
  const known = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Run[]) : [];
  const runs = victims.flatMap((victim) =>
    victim === run.victim ? [run] : known.filter((one) => one.victim === victim),
  );
  writeFileSync(file, `${JSON.stringify(runs)}\n`);
  writeFileSync(join(folder, 'crash-matrix.md'), crashReport(runs));
}

const machine = (): string => `${cpus().length} cores, Node ${process.versions.node}`;
