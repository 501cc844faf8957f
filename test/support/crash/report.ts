import { places, type Boundary } from './boundaries.ts';
import { directions, type Direction } from './play.ts';
import type { Cell, Judged } from './round.ts';
import { victims, type Victim } from './victims.ts';

const headings: Record<Victim, string> = {
  worker: 'Worker',
  machine: 'Worker with its programs',
  api: 'API',
  temporal: 'Temporal',
  database: 'Database',
};
const headed: Record<Direction, string> = {
  forward: 'Forward: all end `succeeded`',
  back: 'Back after a step that fails: all end `rolledBack`',
  judged: 'Back by what is measured: all end `rolledBack`',
};

/** What is kept of a cell, in `docs/reference/crash-matrix.json`: all that the page is made of. */
export interface Result {
  cell: Cell;
  isMet: boolean;
  seconds: number;
  wrong: string[];
}

/** Cells of one victim, with when and where they were played. `at` is RFC 3339. */
export interface Run {
  victim: Victim;
  at: string;
  machine: string;
  minutes: number;
  results: Result[];
}

export const runOf = (judged: readonly Judged[], on: Omit<Run, 'results'>): Run => ({
  ...on,
  results: judged.map(({ cell, isMet, seconds, wrong }) => ({ cell, isMet, seconds, wrong })),
});

/** The page `docs/reference/crash-matrix.md`, from the last run of each victim. */
export function crashReport(runs: readonly Run[]): string {
  const judged = runs.flatMap(({ results }) => results);
  const wrong = judged.filter((one) => one.wrong.length > 0);
  const unmet = judged.filter(({ isMet }) => !isMet);
  return [
    '# Crash matrix',
    '',
    'A release of two components, the second of which needs the first, each in three steps after a check, with one approval, a look at what',
    'runs before the first step, a measurement after each step and another while they soak. It is run once undisturbed in each direction:',
    '*forward* all the way, *back* because the last step of the second component fails, and *back* because of what is measured after it.',
    'From the histories of these come all places at which it can be killed. Then a release is brought to each of them, and `kill -9` ends the',
    'worker, the worker with the programs that it runs (as when its machine dies), the API, the Temporal server, or all of PostgreSQL,',
    'which is started again. On the ways back only the places from the failure on are listed: until then it is the way forward.',
    '',
    'A cell is good where the release ends in its state and leaves what the undisturbed one left: the effects in the ledger of its deployer,',
    'each once and in the same order; what runs; the rows of its deployments; each measurement once; every entry of its timeline once; each',
    'mail once; the environment given back; the workflow completed. After each kill `gantry audit verify` finds the log valid.',
    '',
    '```sh',
    'npm run test:chaos:crashes                                 # all of it; writes this page',
    'GANTRY_CRASH_VICTIMS=api npm run test:chaos:crashes        # of some victims, with commas; the others stay as they were',
    '```',
    '',
    '`npm test` plays one place in each direction for four victims, drawn anew in each run (`GANTRY_TEST_SEED` repeats one).',
    '',
    '| Killed | Played | Cells | Met at their place | Not as undisturbed | Slowest end after it was back |',
    '| --- | --- | --- | --- | --- | --- |',
    ...runs.map(runLine),
    `| all | | ${judged.length} | ${judged.length - unmet.length} | ${wrong.length} | |`,
    '',
    `Played on ${[...new Set(runs.map(({ machine }) => machine))].join('; ')}, beside other work.`,
    '',
    'A cell tells the seconds from the moment at which what was killed was back to the end of the release. Several releases met each kill, so',
    'they waited for each other. What a killed worker held is given to another one after 20 seconds without a heartbeat. `·` cannot be: a',
    'program runs nowhere but in the worker. `–`: whether rows are written there is left to chance, and there were none.',
    '',
    ...placeWords,
    '',
    ...directions.flatMap((direction) =>
      tableOf(
        judged.filter(({ cell }) => cell.direction === direction),
        direction,
      ),
    ),
    ...(wrong.length === 0 ? [] : ['## What went wrong', '', ...wrong.map(inWords), '']),
  ].join('\n');
}

const placeWords = [
  '| Place | |',
  '| --- | --- |',
  '| scheduled | the engine has the activity, and no worker has taken it |',
  '| started | a worker has taken it, and nothing of it has happened |',
  '| running | its program runs, and has had no effect |',
  '| effect | its program has had its effect, and has not ended |',
  '| done | all of it has happened, and the engine has not been told |',
  '',
  'A local activity (`record` and others that write or read rows) is scheduled and begun by one worker in one task, so the history has no',
  'state between the two.',
];

const keyOf = ({ workflow, name, place }: Boundary): string => `${workflow} ${name} ${place}`;

function tableOf(judged: readonly Result[], direction: Direction): string[] {
  const rows = new Map<string, { boundary: Boundary; of: Partial<Record<Victim, Result>> }>();
  for (const one of judged) {
    const { boundary, victim } = one.cell;
    const row = rows.get(keyOf(boundary)) ?? { boundary, of: {} };
    row.of[victim] = one;
    rows.set(keyOf(boundary), row);
  }
  return [
    `## ${headed[direction]}`,
    '',
    `| Activity | Place | ${victims.map((victim) => headings[victim]).join(' | ')} |`,
    `| --- | --- |${' --- |'.repeat(victims.length)}`,
    ...[...rows.values()]
      .sort(asTheyCome(judged))
      .map(
        ({ boundary, of }) =>
          `| ${activityWords(boundary)} | ${boundary.place} | ${victims.map((victim) => cellWords(of[victim], boundary, victim)).join(' | ')} |`,
      ),
    '',
  ];
}

/** Activities as they were met, each with its places in their order: those that nobody takes were met in rounds of their own. */
function asTheyCome(
  judged: readonly Result[],
): (a: { boundary: Boundary }, b: { boundary: Boundary }) => number {
  const activities = [...new Set(judged.map(({ cell: { boundary } }) => activityWords(boundary)))];
  const rank = ({ boundary }: { boundary: Boundary }): number =>
    activities.indexOf(activityWords(boundary)) * places.length + places.indexOf(boundary.place);
  return (a, b) => rank(a) - rank(b);
}

/** `applyStep 4: shop 10 %`, `analyse 3: base, soak`, `record 2 after applyStep 6`. */
function activityWords({ workflow, name, about }: Boundary): string {
  const of = workflow === 'environment' ? ' (of the environment)' : '';
  const rows = /^record-after-(\w+?)(?:-(\d+))?-(\d+)$/.exec(name);
  if (rows) return `record ${rows[3]} after ${rows[1]}${rows[2] === undefined ? '' : ` ${rows[2]}`}${of}`;
  const [type, number] = name.split('-');
  return `${type} ${number}${about === undefined ? '' : `: ${about}`}${of}`;
}

function cellWords(one: Result | undefined, { place }: Boundary, victim: Victim): string {
  const isPossible = victim !== 'machine' || place === 'running' || place === 'effect';
  if (!one) return isPossible ? '–' : '·';
  if (one.wrong.length > 0) return '**no**';
  return one.isMet ? `${one.seconds.toFixed(1)}` : '–';
}

function runLine({ victim, at, minutes, results }: Run): string {
  const count = (is: (one: Result) => boolean): number => results.filter(is).length;
  const slowest = Math.max(0, ...results.map(({ seconds }) => seconds)).toFixed(1);
  return `| ${headings[victim]} | ${at.slice(0, 10)}, ${minutes} minutes | ${results.length} | ${count(({ isMet }) => isMet)} | ${count(({ wrong }) => wrong.length > 0)} | ${slowest} s |`;
}

const inWords = ({ cell: { direction, boundary, victim }, wrong }: Result): string =>
  `- ${direction}, ${activityWords(boundary)}, ${boundary.place}, ${headings[victim]}: ${wrong.join('; ')}`;

/** One line for each that went wrong; for the message of a test. */
export const wrongOnes = (judged: readonly Result[]): string[] =>
  judged.filter(({ wrong }) => wrong.length > 0).map(inWords);
