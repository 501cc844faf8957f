import { Command } from 'commander';
import { exitCode } from './exit-codes.ts';
import { ownVersion } from './own-version.ts';
import { asCliProblem } from './problem.ts';
import { acting, type Cli, type Session } from './session.ts';

interface ServerVersion {
  version?: string;
  schema?: string;
}

export const versionCommand = (cli: Cli): Command =>
  new Command('version')
    .description('Print the versions of this program, Node and the server, if one answers.')
    .addHelpText('after', '\nExample:\n  gantry version --json')
    .action(
      acting(cli, async (session) => {
        const { output } = session;
        const versions = {
          gantry: ownVersion(),
          node: process.versions.node,
          ...(await serverVersion(session)),
        };
        if (output.json) output.document(versions);
        else if (output.quiet) output.line(versions.gantry);
        else output.table(['PART', 'VERSION'], Object.entries(versions));
        return exitCode.done;
      }),
    );

async function serverVersion({ client, output }: Session): Promise<{ server?: string; schema?: string }> {
  try {
    const answer = (await client.get('/health')) as ServerVersion | undefined;
    return {
      server: answer?.version ?? 'answers, without saying its version',
      ...(answer?.schema === undefined ? {} : { schema: answer.schema }),
    };
  } catch (error) {
    output.note(asCliProblem(error).problem.detail);
    return {};
  }
}
