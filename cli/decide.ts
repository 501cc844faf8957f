import { Argument, Command } from 'commander';
import { exceptionInWords } from '../domain/release/stage-words.ts';
import { releaseTitle } from '../domain/release/release.ts';
import { readRelease, releasePath, type ReleaseView } from './answers.ts';
import { isConfirmed, reasonFor } from './confirm.ts';
import { exitCode } from './exit-codes.ts';
import { plainText } from './plain-text.ts';
import { usageProblem } from './problem.ts';
import { acting, type Cli, type Session } from './session.ts';

interface Options {
  comment?: string;
  yes?: boolean;
}

export const decideCommand = (cli: Cli): Command =>
  new Command('decide')
    .description('Approve or reject what a release asks for now, as the person behind your token or session.')
    .argument('<id>', 'release id, its unique beginning, or shop@1.4.0')
    .addArgument(new Argument('<choice>', 'your decision').choices(['approve', 'reject']))
    .option('--comment <text>', 'what the others should know; needed to reject')
    .option('--yes', 'do not ask')
    .addHelpText(
      'after',
      '\nExample:\n  gantry decide shop@1.4.0 approve --yes\n  gantry decide shop@1.4.0 reject --comment "totals are wrong" --yes',
    )
    .action(
      acting(cli, async (session, command) => {
        const [id = '', choice = ''] = command.args;
        const { yes, ...given } = command.opts<Options>();
        const view = await readRelease(session.client, id);
        const approval = openApproval(view);
        const comment =
          choice === 'reject' ? await reasonFor(session, given.comment, '--comment') : given.comment;
        const title = `${releaseTitle(view.components)} for ${view.stage ?? ''}`;
        const question = `${choice === 'approve' ? 'Approve' : 'Reject'} ${title}?`;
        if (!(await isConfirmed(session, { preview: preview(view), question, yes }))) return exitCode.bad;
        const receipt = await session.client.post(`${releasePath(view.id)}/decisions`, {
          requestId: approval.requestId,
          choice,
          subjectDigest: approval.subjectDigest,
          ...(comment === undefined ? {} : { comment }),
        });
        printReceipt(session, receipt as Receipt, title);
        return exitCode.done;
      }),
    );

interface Receipt {
  state: 'counted' | 'received';
  headline?: string;
}

function openApproval(view: ReleaseView): { requestId: string; subjectDigest: string } {
  const approval = view.stages.find((stage) => stage.environment === view.stage)?.approval;
  if (approval?.state === 'open') return approval;
  throw usageProblem(
    `${releaseTitle(view.components)} asks for no decision now: ${view.headline}`,
    'See `gantry approvals list` for what waits.',
  );
}

function preview(view: ReleaseView): string[] {
  const stage = view.stages.find((candidate) => candidate.environment === view.stage);
  return [
    view.headline,
    ...(stage?.checks ?? []).map(
      (check) => `Check ${check.id}: ${exceptionInWords(check) ?? check.outcome}, ${check.summary}`,
    ),
    `${view.changes.count} changes, ${view.changes.breaking} of them breaking.`,
    ...view.changes.top.slice(0, 10).map((change) => `  ${change.kind}: ${change.title} (${change.author})`),
  ];
}

function printReceipt({ output }: Session, receipt: Receipt, title: string): void {
  if (output.json) output.document(receipt);
  else if (receipt.state === 'counted')
    output.line(`Counted for ${title}. ${plainText(receipt.headline ?? '')}`.trim());
  else output.line(`Received for ${title}. You get a mail when it is counted.`);
}
