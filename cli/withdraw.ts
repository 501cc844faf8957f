import { Command } from 'commander';
import { currentStage, releaseTitle } from '../domain/release/release.ts';
import { readRelease, releasePath, type ReleaseView } from './answers.ts';
import { isConfirmed, yesOption } from './confirm.ts';
import { exitCode } from './exit-codes.ts';
import { nothingOpen } from './nothing-open.ts';
import { plainText } from './plain-text.ts';
import { acting, type Cli } from './session.ts';

export const withdrawCommand = (cli: Cli): Command =>
  new Command('withdraw')
    .summary('take your own vote back')
    .description('Take your own vote back, while its request is open or its grace time runs.')
    .argument('<id>', 'release id, its unique beginning, or shop@1.4.0')
    .addOption(yesOption())
    .addHelpText('after', '\nExample:\n  gantry withdraw shop@1.4.0 --yes')
    .action(
      acting(cli, async (session, command) => {
        const view = await readRelease(session.client, command.args[0] ?? '');
        const approval = currentStage(view)?.approval;
        if (approval?.state !== 'open')
          return nothingOpen(
            session,
            `${releaseTitle(view.components)} has no open request, so no vote can be taken back: ${view.headline}`,
            'What is decided can be stopped: `gantry release abort`.',
          );
        const { yes } = command.opts<{ yes?: boolean }>();
        const question = `Take back your vote on ${releaseTitle(view.components)}?`;
        if (!(await isConfirmed(session, { preview: [view.headline], question, yes }))) return exitCode.bad;
        const after = (await session.client.post(`${releasePath(view.id)}/withdrawals`, {
          requestId: approval.requestId,
        })) as ReleaseView;
        if (session.output.json) session.output.document(after);
        else session.output.line(`Your vote does not count any more. ${plainText(after.headline)}`);
        return exitCode.done;
      }),
    );
