import { Command, Option } from 'commander';
import { exitCode } from './exit-codes.ts';
import type { Output } from './output.ts';
import { acting, type Cli } from './session.ts';
import { verdictWords } from './verdict-words.ts';

interface Ask {
  rule: string;
  atLeast: number;
  candidates: string[];
  names?: string[];
  away?: string[];
}

interface Row {
  gate: string;
  kind: keyof typeof verdictWords;
  because: string;
  remedy?: string;
}

interface Simulation {
  title: string;
  at: string;
  /** Absent from an older server. */
  intentBecause?: string;
  stages: {
    environment: string;
    verdicts: Row[];
    predicted?: { start: string; end: string };
    approvals: Ask[];
    expired?: string;
    /** Absent from an older server. */
    beside?: string[];
  }[];
}

interface Options {
  at?: string;
  startBy?: string;
  zone?: string;
  to?: string;
  urgent?: string;
  alone?: boolean;
  intent?: string;
}

export const simulateCommand = (cli: Cli): Command =>
  new Command('simulate')
    .summary('what would happen to a release; changes nothing')
    .description(
      'Say what each gate would say to a release at a time, or that only a release can tell; when it would start and end, and who would be asked. Changes nothing.',
    )
    .argument('<service>', 'such as shop')
    .argument('<version>', 'such as 1.4.0')
    .option('--at <time>', 'start at this time: 2026-12-01T17:00, or +2d; left out: now')
    .option('--start-by <time>', 'start before this time')
    .option('--zone <zone>', 'zone of times; left out: yours, else the organisation’s')
    .option('--to <environment>', 'stop after this environment')
    .option('--alone', 'to that environment only, past no stage before it')
    .option('--urgent <why>', 'as a hotfix')
    .addOption(
      new Option('--intent <intent>', 'what is meant; left out: deploy, or guessed with --alone').choices([
        'deploy',
        'redeploy',
        'rollback',
      ]),
    )
    .addHelpText(
      'after',
      '\nExample:\n  gantry simulate shop 1.4.0 --at 2026-12-20T11:00 --zone Europe/Berlin',
    )
    .action(
      acting(cli, async ({ output, client, instant: read }, command) => {
        const options = command.opts<Options>();
        const [service, version] = command.args;
        const at = options.at === undefined ? undefined : await read(options.at);
        const startBy = options.startBy === undefined ? undefined : await read(options.startBy);
        const answer = (await client.post('/v1/simulations', {
          service,
          version,
          ...(at === undefined ? {} : { at }),
          ...(startBy === undefined ? {} : { startBy }),
          ...(options.to === undefined ? {} : { to: options.to }),
          ...(options.alone === true ? { alone: true } : {}),
          ...(options.urgent === undefined ? {} : { urgent: options.urgent }),
          ...(options.intent === undefined ? {} : { intent: options.intent }),
        })) as Simulation;
        if (output.json) output.document(answer);
        else if (output.quiet) output.line(outcomeOf(answer));
        else print(output, answer, at);
        return isDenied(answer) ? exitCode.bad : exitCode.done;
      }),
    );

/** Objections to the order itself stand with every stage, and are told once. */
const isOfOrder = ({ gate }: Row): boolean => gate === 'admission';

const isDenied = ({ stages }: Simulation): boolean =>
  stages.some(
    ({ expired, verdicts }) => expired !== undefined || verdicts.some(({ kind }) => kind === 'denied'),
  );

/** All of it in one sentence. */
function outcomeOf(answer: Simulation): string {
  const { title, stages } = answer;
  const rows = stages.flatMap(({ verdicts }) => verdicts);
  if (rows.some((row) => isOfOrder(row) && row.kind === 'denied'))
    return `An order of ${title} would be refused now.`;
  const shut = stages.find((stage) => isDenied({ ...answer, stages: [stage] }));
  if (shut) return `${title} would be taken, and stopped before ${shut.environment}.`;
  return `${title} would be taken, and nothing that is known denies it.`;
}

function print(output: Output, answer: Simulation, at: string | undefined): void {
  if (at !== undefined) output.line(`${answer.title}, to start ${output.time(answer.at)}:`);
  if (answer.intentBecause !== undefined) output.line(answer.intentBecause);
  const objections = answer.stages[0]?.verdicts.filter(isOfOrder) ?? [];
  if (objections.length > 0) printRows(output, objections);
  for (const stage of answer.stages) {
    output.line();
    printStage(output, answer.title, stage);
  }
  output.line();
  output.line(outcomeOf(answer));
  output.note('Nothing has changed.');
}

function printStage(output: Output, title: string, stage: Simulation['stages'][number]): void {
  const when = stage.predicted
    ? `${output.time(stage.predicted.start)} – ${output.time(stage.predicted.end)}`
    : 'at no time that is known';
  output.line(`${title} → ${stage.environment}: ${when}`);
  for (const sentence of stage.beside ?? []) output.line(`  ${sentence}`);
  const rows = stage.verdicts.filter((row) => !isOfOrder(row));
  if (rows.length > 0) printRows(output, rows);
  if (stage.expired !== undefined) output.line(`  It would expire: ${stage.expired}.`);
  for (const ask of stage.approvals)
    output.line(
      `  asks ${ask.atLeast} of ${ask.rule}: ${askedOf(ask).join(', ') || 'nobody may decide then'}`,
    );
}

const printRows = (output: Output, rows: readonly Row[]): void =>
  output.table(
    ['', 'GATE', 'WHY'],
    rows.map(({ kind, gate, because, remedy }) => [
      verdictWords[kind],
      gate,
      remedy === undefined ? because : `${because} ${remedy}`,
    ]),
  );

const askedOf = ({ candidates, names = candidates, away = [] }: Ask): string[] =>
  candidates.map((person, index) => `${names[index] ?? person}${away.includes(person) ? ' (away)' : ''}`);
