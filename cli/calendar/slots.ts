import { Command } from 'commander';
import { formatDuration } from '../../domain/policy/duration.ts';
import { exitCode } from '../exit-codes.ts';
import { noteNext } from '../next-step.ts';
import { acting, type Cli } from '../session.ts';

interface Slot {
  start: string;
  end: string;
}

interface SlotsAnswer {
  environment: string;
  need: { medianMs: number; p90Ms: number; samples: number };
  slots: Slot[];
  missed: { start: string; end?: string; because: string }[];
}

interface Options {
  environment?: string;
  from?: string;
  zone?: string;
  count?: string;
}

export const slotsCommand = (cli: Cli): Command =>
  new Command('slots')
    .summary('the next times at which a release fits')
    .description('Print the next times at which a release fits, and why the openings before them do not do.')
    .argument('<service>', 'such as shop')
    .argument('[version]', 'such as 1.4.0')
    .option('--environment <environment>', 'left out: the last of its pipeline')
    .option('--from <time>', 'from this time on: 2026-12-01T17:00, or +2d')
    .option('--zone <zone>', 'zone of times; left out: yours, else the organisation’s')
    .option('--count <number>', 'how many, at most 20')
    .addHelpText('after', '\nExample:\n  gantry calendar slots shop 1.4.0')
    .action(
      acting(cli, async ({ io, output, client, instant }, command) => {
        const options = command.opts<Options>();
        const [service = '', version] = command.args;
        const from = options.from === undefined ? undefined : await instant(options.from);
        const answer = (await client.get('/v1/slots', {
          service,
          version,
          environment: options.environment,
          from,
          count: options.count,
        })) as SlotsAnswer;
        if (output.json) {
          output.document(answer);
          return exitCode.done;
        }
        const { need } = answer;
        output.note(
          `${service} needs ${formatDuration(need.p90Ms)} in ${answer.environment} (${need.samples > 0 ? `p90 of ${need.samples} deployments` : 'estimated, too little history'}).`,
        );
        for (const one of answer.missed) output.note(`Not ${output.time(one.start)}: ${one.because}`);
        // What is open already begins now: by the time that it is read, its start has passed.
        const asked = io.now().getTime();
        const isNow = ({ start, end }: Slot): boolean =>
          Date.parse(start) <= asked && Date.parse(end) > asked;
        for (const slot of answer.slots)
          output.line(
            `${isNow(slot) && output.forPeople ? 'now' : output.time(slot.start)} – ${output.time(slot.end)}`,
          );
        const [first] = answer.slots;
        if (!first) output.note('No slot is known in the next 400 days.');
        else if (version !== undefined)
          noteNext(output, {
            command: `gantry release create ${service} ${version}${isNow(first) ? '' : ` --at ${first.start}`}`,
          });
        return first ? exitCode.done : exitCode.bad;
      }),
    );
