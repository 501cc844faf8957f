import { Command } from 'commander';
import { isConfirmed, yesOption } from './confirm.ts';
import { exitCode } from './exit-codes.ts';
import { plainText } from './plain-text.ts';
import { acting, type Cli } from './session.ts';

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
        ];
        if (!(await isConfirmed(session, { preview, question: 'Record it?', yes }))) return exitCode.bad;
        const adopted = await session.client.post('/v1/adoptions', {
          service,
          version,
          environment,
          ...pickFacts(facts),
        });
        const { note } = adopted as { note?: string };
        if (note !== undefined && !session.output.json) session.output.note(plainText(note));
        if (session.output.json) session.output.document(adopted);
        else if (!session.output.quiet)
          session.output.line(`${service} ${version} is recorded as running in ${environment}.`);
        return exitCode.done;
      }),
    );

const pickFacts = ({ digest, commit, reason }: Options): Options => ({
  ...(digest === undefined ? {} : { digest }),
  ...(commit === undefined ? {} : { commit }),
  ...(reason === undefined ? {} : { reason }),
});
