import { Command, Option } from 'commander';
import { exitCode } from './exit-codes.ts';
import { acting, type Cli } from './session.ts';

interface Ask {
  rule: string;
  atLeast: number;
  candidates: string[];
  names?: string[];
  away?: string[];
}

interface Simulation {
  title: string;
  at: string;
  /** Absent from an older server. */
  intentBecause?: string;
  stages: {
    environment: string;
    verdicts: { gate: string; kind: string; because: string; remedy?: string }[];
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
        const isDenied = answer.stages.some(
          (stage) => stage.expired !== undefined || stage.verdicts.some(({ kind }) => kind === 'denied'),
        );
        if (output.json) {
          output.document(answer);
          return isDenied ? exitCode.bad : exitCode.done;
        }
        if (at !== undefined) output.line(`${answer.title}, to start ${output.time(answer.at)}:`);
        if (answer.intentBecause !== undefined) output.line(answer.intentBecause);
        for (const stage of answer.stages) {
          const when = stage.predicted
            ? `${output.time(stage.predicted.start)} – ${output.time(stage.predicted.end)}`
            : 'at no time that is known';
          output.line(`${answer.title} → ${stage.environment}: ${when}`);
          for (const sentence of stage.beside ?? []) output.line(`  ${sentence}`);
          for (const row of stage.verdicts)
            output.line(
              `  ${row.gate}: ${row.kind === 'unknown' ? 'unknown. ' : ''}${row.because}${row.remedy === undefined ? '' : ` ${row.remedy}`}`,
            );
          if (stage.expired !== undefined) output.line(`  It would expire: ${stage.expired}.`);
          for (const ask of stage.approvals)
            output.line(
              `  asks ${ask.atLeast} of ${ask.rule}: ${askedOf(ask).join(', ') || 'nobody may decide then'}`,
            );
        }
        output.note('Nothing has changed.');
        return isDenied ? exitCode.bad : exitCode.done;
      }),
    );

const askedOf = ({ candidates, names = candidates, away = [] }: Ask): string[] =>
  candidates.map((person, index) => `${names[index] ?? person}${away.includes(person) ? ' (away)' : ''}`);
