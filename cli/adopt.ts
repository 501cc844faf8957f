import { Command } from 'commander';
import { partInWords } from '../domain/rollout/live-in-part.ts';
import { listEnvironments } from './answers.ts';
import { isConfirmed, yesOption } from './confirm.ts';
import { exitCode } from './exit-codes.ts';
import { plainText } from './plain-text.ts';
import { acting, type Cli, type Session } from './session.ts';

interface Options {
  digest?: string;
  commit?: string;
  reason?: string;
  yes?: boolean;
}

export const adoptCommand = (cli: Cli): Command =>
  new Command('adopt')
    .description(
      'Record which version runs already, so that change list, downgrade rule and rollback target are right.',
    )
    .argument('<service>')
    .argument('<version>')
    .argument('<environment>')
    .option('--digest <digest>', 'artifact digest of what runs')
    .option('--commit <commit>', 'commit of what runs')
    .option('--reason <text>', 'how you know, for the audit log')
    .addOption(yesOption())
    .addHelpText('after', '\nExample:\n  gantry adopt shop 1.3.0 production --yes')
    .action(
      acting(cli, async (session, command) => {
        const [service = '', version = '', environment = ''] = command.args;
        const { yes, ...facts } = command.opts<Options>();
        const preview = [
          `${service} ${version} is recorded as running in ${environment}. Nothing is deployed.`,
          // read only where somebody is to see it: what is taken off is in the answer, too
          ...(yes === true ? [] : await replaced(session, { service, version, environment })),
        ];
        if (!(await isConfirmed(session, { preview, question: 'Record it?', yes }))) return exitCode.bad;
        const adopted = await session.client.post('/v1/adoptions', {
          service,
          version,
          environment,
          ...pickFacts(facts),
        });
        const { note, changed, takenOff } = adopted as {
          note?: string;
          changed?: false;
          takenOff?: string[];
        };
        const off = (takenOff ?? []).map((words) => `Taken off the record: ${words}.`);
        const said = [...(note === undefined || changed === false ? [] : [note]), ...off];
        if (!session.output.json) said.forEach((line) => session.output.note(plainText(line)));
        if (session.output.json) session.output.document(adopted);
        else if (!session.output.quiet)
          session.output.line(
            changed === false && note !== undefined
              ? plainText(note)
              : `${service} ${version} is recorded as running in ${environment}.`,
          );
        return exitCode.done;
      }),
    );

/** What stands on the record there, and would no more. */
async function replaced(
  { client, output }: Session,
  { service, version, environment }: { service: string; version: string; environment: string },
): Promise<string[]> {
  const { items } = await listEnvironments(client);
  const place = items.find(({ id }) => id === environment);
  const runs = place?.running.find((one) => one.service === service);
  const left = (place?.inPart ?? []).filter((part) => part.service === service && part.ended === true);
  return [
    ...(runs
      ? [
          runs.version === version
            ? `That version stands there on the record already, since ${output.time(runs.since)}.`
            : `It takes the place of ${service} ${runs.version}, on the record since ${output.time(runs.since)}.`,
        ]
      : []),
    ...left.map((part) => `This is taken off the record: ${partInWords(part)}.`),
  ].map(plainText);
}

const pickFacts = ({ digest, commit, reason }: Options): Options => ({
  ...(digest === undefined ? {} : { digest }),
  ...(commit === undefined ? {} : { commit }),
  ...(reason === undefined ? {} : { reason }),
});
