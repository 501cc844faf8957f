import { Command, Option } from 'commander';
import { namedIn } from '../domain/release/names.ts';
import type { Incident as PlainIncident } from '../domain/incidents/incident.ts';
import type { Names } from './answers.ts';
import { reasonFor, unaskedYes } from './confirm.ts';
import { exitCode, type ExitCode } from './exit-codes.ts';
import type { Output } from './output.ts';
import { plainText } from './plain-text.ts';
import { noteNext } from './next-step.ts';
import { usageProblem } from './problem.ts';
import { acting, type Cli } from './session.ts';

/** An incident, with the names of those whom it mentions. */
type Incident = PlainIncident & { names?: Names };

const blameOf = ({ attribution, service }: Incident): string =>
  attribution.version === undefined
    ? attribution.by === undefined
      ? 'nobody is suspected'
      : 'no release'
    : `${service} ${attribution.version}${attribution.state === 'confirmed' ? '' : ' (suggested)'}`;

const pathTo = (id: string, rest = ''): string => `/v1/incidents/${encodeURIComponent(id)}${rest}`;

function show(output: Output, incident: Incident): void {
  const { attribution } = incident;
  const nameOf = namedIn(incident.names);
  const rows: [string, string | undefined][] = [
    ['Incident', incident.id],
    ['What', plainText(incident.title)],
    ['Service', incident.service],
    ['Environment', incident.environment],
    ['Severity', incident.severity],
    ['State', incident.state],
    ['Began', output.time(incident.startedAt)],
    ['Opened', `${output.time(incident.openedAt)} by ${nameOf(incident.openedBy)}`],
    [
      'Closed',
      incident.closedAt === undefined
        ? undefined
        : `${output.time(incident.closedAt)} by ${nameOf(incident.closedBy ?? '')}: ${plainText(incident.outcome ?? '')}`,
    ],
    ['Caused by', `${blameOf(incident)}: ${plainText(attribution.because)}`],
    ['Release', attribution.releaseId],
    ['Link', incident.link],
  ];
  for (const [name, value] of rows) if (value !== undefined) output.line(`${name.padEnd(12)}${value}`);
}

/** Prints an incident after a change, and what is to be done with it. */
function answer(output: Output, incident: Incident, sentence: string): ExitCode {
  if (output.json) output.document(incident);
  else if (output.quiet) output.line(incident.id);
  else {
    output.line(sentence);
    if (incident.attribution.state === 'suggested') {
      output.line(`Suspected: ${blameOf(incident)}. ${plainText(incident.attribution.because)}`);
      noteNext(output, { command: `gantry incident confirm ${incident.id}` });
    }
  }
  return exitCode.done;
}

const openCommand = (cli: Cli): Command =>
  new Command('open')
    .summary('write down that something goes wrong for users')
    .description(
      'Write an incident down. The release that may have caused it is looked for, and its people are told.',
    )
    .argument('<service>', 'service that it is about')
    .argument('<title>', 'what goes wrong, in one line')
    .addOption(
      new Option('--severity <severity>', 'sev1 is the worst')
        .choices(['sev1', 'sev2', 'sev3'])
        .default('sev2'),
    )
    .option('--environment <environment>', 'where; left out: any that is production')
    .option('--at <time>', 'when it began: a local time or an instant; left out: now')
    .option('--link <address>', 'more about it, elsewhere')
    .addOption(unaskedYes())
    .addHelpText(
      'after',
      '\nExample:\n  gantry incident open shop "carts are empty for guests" --severity sev1',
    )
    .action(
      acting(cli, async ({ output, client, instant }, command) => {
        const options =
          command.opts<Record<'severity' | 'environment' | 'at' | 'link', string | undefined>>();
        const [service, title] = command.args;
        const incident = (await client.post('/v1/incidents', {
          service,
          title,
          severity: options.severity,
          ...(options.environment === undefined ? {} : { environment: options.environment }),
          ...(options.at === undefined ? {} : { startedAt: await instant(options.at) }),
          ...(options.link === undefined ? {} : { link: options.link }),
        })) as Incident;
        return answer(output, incident, `Incident ${incident.id} of ${incident.service} is open.`);
      }),
    );

const listCommand = (cli: Cli): Command =>
  new Command('list')
    .summary('incidents, those that began last on top')
    .description('List incidents, those that began last on top.')
    .option('--service <service>', 'only of this service')
    .option('--release <release>', 'only those that are laid at its door')
    .option('--open', 'only those that are open')
    .addHelpText('after', '\nExample:\n  gantry incident list --open')
    .action(
      acting(cli, async ({ output, client }, command) => {
        const options = command.opts<{ service?: string; release?: string; open?: boolean }>();
        const page = (await client.get('/v1/incidents', {
          service: options.service,
          release: options.release,
          ...(options.open === true ? { state: 'open' } : {}),
        })) as { items: Incident[] };
        if (output.json) output.document(page);
        else if (output.quiet) page.items.forEach(({ id }) => output.line(id));
        else if (page.items.length === 0) output.note('No incidents.');
        else
          output.table(
            ['INCIDENT', 'SERVICE', 'SEVERITY', 'STATE', 'BEGAN', 'CAUSED BY', 'WHAT'],
            page.items.map((one) => [
              one.id,
              one.service,
              one.severity,
              one.state,
              output.shortTime(one.startedAt),
              blameOf(one),
              plainText(one.title),
            ]),
          );
        return exitCode.done;
      }),
    );

const showCommand = (cli: Cli): Command =>
  new Command('show')
    .summary('one incident, with the release that may have caused it')
    .description('Show one incident: when it began, who is suspected and why.')
    .argument('<id>', 'id of the incident')
    .addHelpText('after', '\nExample:\n  gantry incident show inc_0190')
    .action(
      acting(cli, async ({ output, client }, command) => {
        const incident = (await client.get(pathTo(command.args[0] ?? ''))) as Incident;
        if (output.json) output.document(incident);
        else if (output.quiet) output.line(incident.id);
        else show(output, incident);
        return exitCode.done;
      }),
    );

const changeCommand = (cli: Cli): Command =>
  new Command('change')
    .summary('correct title, severity or beginning')
    .description(
      'Correct an incident. Another beginning may lay it at the door of another release, unless a person has said whose it is.',
    )
    .argument('<id>', 'id of the incident')
    .option('--title <text>', 'what goes wrong, in one line')
    .addOption(new Option('--severity <severity>', 'sev1 is the worst').choices(['sev1', 'sev2', 'sev3']))
    .option('--at <time>', 'when it began: a local time or an instant')
    .addOption(unaskedYes())
    .addHelpText('after', '\nExample:\n  gantry incident change inc_0190 --severity sev1')
    .action(
      acting(cli, async ({ output, client, instant }, command) => {
        const { title, severity, at } = command.opts<{ title?: string; severity?: string; at?: string }>();
        if (title === undefined && severity === undefined && at === undefined)
          throw usageProblem('Nothing is said of what to correct.', 'Give --title, --severity or --at.');
        const incident = (await client.patch(pathTo(command.args[0] ?? ''), {
          ...(title === undefined ? {} : { title }),
          ...(severity === undefined ? {} : { severity }),
          ...(at === undefined ? {} : { startedAt: await instant(at) }),
        })) as Incident;
        return answer(output, incident, `Incident ${incident.id} is corrected.`);
      }),
    );

const confirmCommand = (cli: Cli): Command =>
  new Command('confirm')
    .summary('say which release caused it')
    .description(
      'Say which release caused an incident: the one that is suggested, another one, or none. Only this counts.',
    )
    .argument('<id>', 'id of the incident')
    .option('--release <release>', 'another release than the one that is suggested')
    .option('--nobody', 'no release is to blame')
    .option('--reason <text>', 'how you know')
    .addOption(unaskedYes())
    .addHelpText('after', '\nExample:\n  gantry incident confirm inc_0190 --reason "the bisection says so"')
    .action(
      acting(cli, async ({ output, client }, command) => {
        const options = command.opts<{ release?: string; nobody?: boolean; reason?: string }>();
        const incident = (await client.post(pathTo(command.args[0] ?? '', '/attribution'), {
          ...(options.release === undefined ? {} : { release: options.release }),
          ...(options.nobody === true ? { nobody: true } : {}),
          ...(options.reason === undefined ? {} : { reason: options.reason }),
        })) as Incident;
        return answer(output, incident, `Caused by: ${blameOf(incident)}.`);
      }),
    );

const closeCommand = (cli: Cli): Command =>
  new Command('close')
    .summary('say what ended it')
    .description('Close an incident with what ended it.')
    .argument('<id>', 'id of the incident')
    .option('--outcome <text>', 'what ended it (required)')
    .addOption(unaskedYes())
    .addHelpText('after', '\nExample:\n  gantry incident close inc_0190 --outcome "shop 1.3.9 runs again"')
    .action(
      acting(cli, async (session, command) => {
        const { output, client } = session;
        const outcome = await reasonFor(session, command.opts<{ outcome?: string }>().outcome, '--outcome');
        const incident = (await client.post(pathTo(command.args[0] ?? '', '/close'), {
          outcome,
        })) as Incident;
        return answer(output, incident, `Incident ${incident.id} is closed.`);
      }),
    );

/** `gantry incident …` */
export const incidentCommand = (cli: Cli): Command =>
  new Command('incident')
    .description('What went wrong for users, and which release caused it.')
    .addHelpText('after', '\nExample:\n  gantry incident list --open')
    .addCommand(openCommand(cli))
    .addCommand(listCommand(cli))
    .addCommand(showCommand(cli))
    .addCommand(changeCommand(cli))
    .addCommand(confirmCommand(cli))
    .addCommand(closeCommand(cli));
