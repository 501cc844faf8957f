import { Command } from 'commander';
import { namedIn, type NameOf } from '../domain/release/names.ts';
import { partInWords } from '../domain/rollout/live-in-part.ts';
import { listEnvironments, type EnvironmentAnswer, type LineStopAnswer } from './answers.ts';
import { exitCode } from './exit-codes.ts';
import type { Output } from './output.ts';
import { plainText } from './plain-text.ts';
import { lackingOf, type Lacking } from './readiness.ts';
import { acting, type Cli } from './session.ts';

export const statusCommand = (cli: Cli): Command =>
  new Command('status')
    .description('Show what runs where and since when, who holds each environment and who waits for it.')
    .addHelpText('after', '\nExample:\n  gantry status\n  gantry status --json')
    .action(
      acting(cli, async ({ output, client }) => {
        const [page, lacking] = await Promise.all([listEnvironments(client), lackingOf(client)]);
        if (!output.json) lacking.forEach((one) => output.note(lackingLine(one)));
        if (!output.json) (page.lineStops ?? []).forEach((stop) => output.note(stopLine(stop, output)));
        if (output.json) output.document({ ...page, ...(lacking.length > 0 ? { lacking } : {}) });
        else if (page.items.length === 0)
          output.note('No environments yet. Write them into gantry.yaml: gantry init');
        else
          output.table(
            ['ENVIRONMENT', 'WHAT', 'SINCE', 'DETAIL'],
            page.items.flatMap((item) => rows(item, output, namedIn(page.names))),
          );
        if (!output.json) remediesOf(page.items).forEach((one) => output.note(one));
        return exitCode.done;
      }),
    );

/** How each place is given back, of which an ended release has left a part; once, whatever else is there. */
const remediesOf = (items: readonly EnvironmentAnswer[]): string[] => [
  ...new Set(items.flatMap(({ inPart = [] }) => inPart.flatMap(({ remedy }) => remedy ?? []))),
];

const lackingLine = ({ part, detail, remedy }: Lacking): string =>
  `${plainText(part)}: ${plainText(detail)}${remedy === undefined ? '' : ` ${plainText(remedy)}`}`;

const stopLine = ({ id, about, by, byName = by, reason, since }: LineStopAnswer, output: Output): string =>
  `The line is stopped for ${about} since ${output.time(since)}, by ${plainText(byName)}${reason === undefined ? '' : `: ${reason}`}. To go on: gantry freeze lift ${id} --reason "…"`;

function rows(environment: EnvironmentAnswer, output: Output, nameOf: NameOf): string[][] {
  const running = environment.running.map((row) => [
    environment.id,
    `${row.service} ${row.version}`,
    output.shortTime(row.since),
    row.quarantine
      ? `quarantined by ${nameOf(row.quarantine.by)}: ${plainText(row.quarantine.reason)}`
      : row.how === 'adopted'
        ? 'adopted'
        : (row.releaseId ?? 'released'),
  ]);
  const inPart = (environment.inPart ?? []).map((one) => [
    environment.id,
    partInWords(one),
    '',
    one.releaseId ?? '',
  ]);
  const holders = environment.holders.map((holder) => [
    environment.id,
    `held by ${holder.title}`,
    output.shortTime(holder.since),
    holder.releaseId ?? '',
  ]);
  const queue = environment.queue.map((waiting, index) => [
    environment.id,
    `${index + 1}. in the queue: ${waiting.title}`,
    output.shortTime(waiting.requestedAt),
    waiting.releaseId ?? '',
  ]);
  const all = [...running, ...inPart, ...holders, ...queue];
  const nothing = [[environment.id, 'nothing yet', '', 'record what runs there: gantry adopt']];
  return [...(all.length > 0 ? all : nothing), ...runnerRows(environment, output)];
}

/** Whether the runner of an environment is there, and when it asked for work last. */
function runnerRows({ id, runner }: EnvironmentAnswer, output: Output): string[][] {
  if (!runner) return [];
  const { name, isThere, seenAt } = runner;
  const seen = seenAt === undefined ? '' : output.shortTime(seenAt);
  const detail =
    isThere === true
      ? 'there, and asking for work'
      : isThere === false
        ? `not there: start it inside its network: gantry worker --runner ${name}`
        : 'nobody can tell whether it is there: Temporal does not answer';
  return [[id, `runner ${name}`, seen, detail]];
}
