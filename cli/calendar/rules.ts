import { Command } from 'commander';
import { namedIn } from '../../domain/release/names.ts';
import { localOf } from '../../domain/calendar/resolve-local.ts';
import type { Names } from '../answers.ts';
import { isConfirmed, reasonFor, unaskedYes, yesOption } from '../confirm.ts';
import { changedRule, type RuleEntry } from './changed-rule.ts';
import { isFreezeMeant } from './freeze-meant.ts';
import { occurrenceLine, type OccurrenceAnswer, type PreviewAnswer } from './occurrences.ts';
import { exitCode, type ExitCode } from '../exit-codes.ts';
import { plainText } from '../plain-text.ts';
import type { Output } from '../output.ts';
import { listed } from '../listed.ts';
import { acting, type Cli, type Session } from '../session.ts';

/** A window or freeze as the API shows it, as far as it is printed. */
interface RuleAnswer extends RuleEntry {
  id: string;
  origin: 'policy' | 'api';
  revision: number;
  names?: Names;
  about: string;
  when: string;
  wrong?: string;
  next: OccurrenceAnswer[];
}

type Kind = 'window' | 'freeze';

const pathOf = (kind: Kind, id?: string): string =>
  `/v1/${kind}s${id === undefined ? '' : `/${encodeURIComponent(id)}`}`;

interface TimeOptions {
  id?: string;
  from?: string;
  to?: string;
  start?: string;
  rrule?: string;
  duration?: string;
  endLocal?: string;
  zone?: string;
  service?: string[];
  environment?: string[];
  label?: string[];
  owner?: string;
  reason?: string;
  except?: string[];
  inFlight?: string;
  yes?: boolean;
  preview?: boolean;
  withoutEnd?: boolean;
}

/** The flags that say when and where a rule holds, the same for both kinds. */
const timed = (command: Command, zoneLeftOut = 'yours, else the organisation’s'): Command =>
  command
    .option('--from <local>', 'a single time: its local start, such as 2026-11-26T00:00; +0m: now')
    .option('--to <local>', 'its local end, where it has one; +2h: two hours from now')
    .option('--start <local>', 'first local start of one that comes again')
    .option('--rrule <rule>', 'how it comes again, such as FREQ=WEEKLY;BYDAY=MO,TU')
    .option('--duration <duration>', 'how long, such as 7h or P1D')
    .option('--end-local <HH:MM>', 'instead of a duration: when it ends by the clock')
    .option('--zone <zone>', `zone of these times; left out: ${zoneLeftOut}`)
    .option('--service <service...>', 'only these services', listed)
    .option('--environment <environment...>', 'only these environments', listed)
    .option('--label <label...>', 'only what carries one of these labels', listed)
    .option('--owner <person>', 'who answers for it');

/** The flags that only freezes have. */
const withClasses = (command: Command): Command =>
  command
    .option('--except <class...>', 'kinds of release that pass: planned auto config hotfix rollback', listed)
    .option('--in-flight <what>', 'finish, pauseAtStep or abort');

function bodyOf(options: TimeOptions): Record<string, unknown> {
  const { id, from, to, start, rrule, duration, endLocal, zone, owner, reason, except, inFlight } = options;
  const { service: services = [], environment: environments = [], label: labels = [] } = options;
  const given = { id, from, to, start, rrule, duration, endLocal, zone, owner, reason, except, inFlight };
  return {
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    scope: { services, environments, labels },
  };
}

/** The same with what counts from now, such as `+2h`, as local times of the zone: a rule keeps no instants. @throws CliProblem USAGE */
async function withLocalTimes<O extends Pick<TimeOptions, 'from' | 'to' | 'start'>>(
  session: Session,
  options: O,
  zone: string,
): Promise<O> {
  const local = async (text: string | undefined): Promise<string | undefined> =>
    text !== undefined && /^[+-]/.test(text) ? localOf(Date.parse(await session.instant(text)), zone) : text;
  const [from, to, start] = [await local(options.from), await local(options.to), await local(options.start)];
  return {
    ...options,
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(start === undefined ? {} : { start }),
  };
}

const list = (cli: Cli, kind: Kind): Command =>
  new Command('list')
    .summary(`${kind}s in force`)
    .description(`List the ${kind}s in force with their next times.`)
    .addHelpText('after', `\nExample:\n  gantry ${kind} list`)
    .action(
      acting(cli, async ({ output, client }) => {
        const page = (await client.get(pathOf(kind))) as { items: RuleAnswer[] };
        if (output.json) output.document(page);
        else if (output.quiet) page.items.forEach(({ id }) => output.line(id));
        else if (page.items.length === 0)
          output.note(`No ${kind}s. Write them into gantry.yaml, or try: gantry ${kind} add --help`);
        else
          output.table(
            ['ID', 'FROM', 'ABOUT', 'WHEN', 'NEXT', 'WHY'],
            page.items.map((item) => [
              item.id,
              item.origin === 'policy' ? 'gantry.yaml' : 'here',
              item.about,
              item.when,
              item.wrong ?? (item.next[0] ? output.shortTime(item.next[0].start) : 'never again'),
              plainText(item.reason ?? ''),
            ]),
          );
        return exitCode.done;
      }),
    );

const show = (cli: Cli, kind: Kind): Command =>
  new Command('show')
    .summary(`one ${kind} with its next times`)
    .description(`Show one ${kind} and its next times, with what clock changes make of them.`)
    .argument('<id>', `name of the ${kind}`)
    .addHelpText('after', `\nExample:\n  gantry ${kind} show night`)
    .action(
      acting(cli, async ({ output, client }, command) => {
        const item = (await client.get(pathOf(kind, command.args[0]))) as RuleAnswer;
        if (output.json) output.document(item);
        else {
          output.line(
            `${kind} ${item.id}, revision ${item.revision}, from ${item.origin === 'policy' ? 'gantry.yaml' : 'here'}`,
          );
          output.line(`${item.about}: ${item.when}`);
          if (item.reason !== undefined) output.line(`Why: ${plainText(item.reason)}`);
          if (item.owner !== undefined) output.line(`Owner: ${namedIn(item.names)(item.owner)}`);
          item.next.forEach((one) => output.line(occurrenceLine(output, one)));
        }
        return exitCode.done;
      }),
    );

const add = (cli: Cli, kind: Kind): Command => {
  const command = timed(
    new Command('add')
      .summary(`make a ${kind}`)
      .description(
        kind === 'freeze'
          ? 'Keep releases out for some time. Those that wait are told at once.'
          : 'Let releases in at some times, and at no others.',
      )
      .argument('<id>', `name of the ${kind}`),
  )
    .option('--reason <text>', 'why, for everybody whom it stops (required)')
    .option('--preview', 'print its next ten times and save nothing');
  if (kind === 'freeze') withClasses(command);
  return (
    command
      // a window opens for those that it lets in, a freeze stops everybody
      .addOption(kind === 'freeze' ? yesOption() : unaskedYes())
      .addHelpText(
        'after',
        kind === 'freeze'
          ? '\nExample:\n  gantry freeze add black-friday --from 2026-11-26T00:00 --to 2026-12-01T00:00 --environment production --reason "the sale" --yes'
          : '\nExample:\n  gantry window add office --start 2026-01-05T09:00 --rrule "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH" --duration 7h --environment production --reason "somebody is there"',
      )
      .action(
        acting(cli, async (session, cmd) => {
          const { output, client } = session;
          const options = cmd.opts<TimeOptions>();
          if (options.preview) return preview(session, kind, { ...options, id: cmd.args[0] ?? '' });
          const reason = await reasonFor(
            session,
            options.reason,
            '--reason',
            kind === 'freeze' ? { yes: options.yes } : undefined,
          );
          const zone = await session.zone();
          const typed = await withLocalTimes(session, options, zone);
          const body = bodyOf({ ...typed, zone, id: cmd.args[0] ?? '', reason });
          if (kind === 'freeze' && !(await isFreezeMeant(session, body, { verb: 'Add', yes: options.yes })))
            return exitCode.bad;
          const made = (await client.post(pathOf(kind), body)) as RuleAnswer;
          if (output.json) output.document(made);
          else printMade(output, kind, made);
          return exitCode.done;
        }),
      )
  );
};

/** What holds from now on, and when; one that lies wholly in the past holds nothing. */
function printMade(output: Output, kind: Kind, made: RuleAnswer): void {
  if (output.quiet) {
    output.line(made.id);
    return;
  }
  const what = `${kind} ${made.id}`;
  const rule = `${made.about}, ${made.when}`;
  output.line(
    made.next.length > 0
      ? `${what} holds: ${rule}.`
      : `${what} is written down, but its time is over: ${rule}. It ${kind === 'freeze' ? 'shuts' : 'opens'} nothing.`,
  );
  made.next.forEach((one) => output.note(occurrenceLine(output, one)));
}

const change = (cli: Cli, kind: Kind): Command => {
  const command = timed(
    new Command('change')
      .summary(`change a ${kind}`)
      .description(
        `Change a ${kind} that was made here: what you do not name stays. Releases that it concerns look at their gates again.`,
      )
      .argument('<id>', `name of the ${kind}`),
    'the one that it has',
  )
    .option('--without-end', 'take the end of a single time away')
    .option('--reason <text>', 'why it is so now, for everybody whom it concerns (required)');
  if (kind === 'freeze') withClasses(command);
  return command
    .addOption(kind === 'freeze' ? yesOption() : unaskedYes())
    .addHelpText(
      'after',
      kind === 'freeze'
        ? '\nExample:\n  gantry freeze change black-friday --to 2026-12-03T00:00 --reason "it sells" --yes'
        : '\nExample:\n  gantry window change office --duration 9h --reason "somebody stays longer"',
    )
    .action(
      acting(cli, async (session, cmd) => {
        const { output, client } = session;
        const { service, environment, label, ...options } = cmd.opts<TimeOptions>();
        const id = cmd.args[0] ?? '';
        const before = (await client.get(pathOf(kind, id))) as RuleAnswer;
        const reason = await reasonFor(
          session,
          options.reason,
          '--reason',
          kind === 'freeze' ? { yes: options.yes } : undefined,
        );
        const zone = options.zone ?? before.zone ?? (await session.zone());
        const changed = changedRule(before, {
          ...(await withLocalTimes(session, options, zone)),
          reason,
          ...(service === undefined ? {} : { services: service }),
          ...(environment === undefined ? {} : { environments: environment }),
          ...(label === undefined ? {} : { labels: label }),
        });
        const body = { ...changed, id }; // a freeze says its name in the body; a window may leave it out
        if (kind === 'freeze' && !(await isFreezeMeant(session, body, { verb: 'Change', yes: options.yes })))
          return exitCode.bad;
        const ifMatch = `"${before.revision}"`;
        const made = (await client.put(pathOf(kind, id), body, { ifMatch })) as RuleAnswer;
        if (output.json) output.document(made);
        else printMade(output, kind, made);
        return exitCode.done;
      }),
    );
};

/** What would be made, and when it would hold; nothing is saved. */
async function preview(session: Session, kind: Kind, options: TimeOptions): Promise<ExitCode> {
  const { output, client } = session;
  const zone = await session.zone();
  const rule = bodyOf({ ...(await withLocalTimes(session, options, zone)), zone });
  const answer = (await client.post('/v1/calendar/preview', { [kind]: rule })) as PreviewAnswer;
  if (output.json) output.document(answer);
  else {
    const isOver = answer.occurrences.length === 0;
    output.line(
      `${kind} ${options.id ?? ''} would ${isOver ? 'never hold, for its time is over' : 'hold'}: ${answer.about}, ${answer.when}.`,
    );
    answer.occurrences.forEach((one) => output.line(occurrenceLine(output, one)));
    output.note('Nothing is saved. To save it, repeat the command without --preview and with --reason.');
  }
  return exitCode.done;
}

const remove = (cli: Cli, kind: Kind): Command => {
  const name = kind === 'freeze' ? 'lift' : 'remove';
  return new Command(name)
    .summary(kind === 'freeze' ? 'end a freeze now' : 'take a window away')
    .description(
      kind === 'freeze'
        ? 'End a freeze now. Nothing starts by that alone: every release that waits looks at its gates again.'
        : 'Take a window away. Where it was the last one, every time is open.',
    )
    .argument('<id>', `name of the ${kind}`)
    .option('--reason <text>', 'why (required)')
    .addOption(yesOption())
    .addHelpText('after', `\nExample:\n  gantry ${kind} ${name} night --reason "no longer needed" --yes`)
    .action(
      acting(cli, async (session, command) => {
        const { output, client } = session;
        const options = command.opts<TimeOptions>();
        const id = command.args[0] ?? '';
        const item = (await client.get(pathOf(kind, id))) as RuleAnswer;
        const reason = await reasonFor(session, options.reason, '--reason', { yes: options.yes });
        const isSure = await isConfirmed(session, {
          preview: [`${item.about}: ${item.when}`, 'Releases that wait for it look at their gates again.'],
          question: `${kind === 'freeze' ? 'Lift' : 'Remove'} ${kind} ${id}?`,
          yes: options.yes,
        });
        if (!isSure) return exitCode.bad;
        const gone = (await client.delete(pathOf(kind, id), { reason })) as { note?: string };
        if (output.json) output.document(gone);
        else {
          output.line(output.quiet ? id : `${kind} ${id} holds no more.`);
          if (gone.note !== undefined) output.note(gone.note);
        }
        return exitCode.done;
      }),
    );
};

/** `gantry freeze …` and `gantry window …` */
export const ruleCommand = (cli: Cli, kind: Kind): Command =>
  new Command(kind)
    .description(
      kind === 'freeze' ? 'Times in which nothing may be released.' : 'Times in which releases may start.',
    )
    .addHelpText('after', `\nExample:\n  gantry ${kind} list`)
    .addCommand(list(cli, kind))
    .addCommand(show(cli, kind))
    .addCommand(add(cli, kind))
    .addCommand(change(cli, kind))
    .addCommand(remove(cli, kind));
