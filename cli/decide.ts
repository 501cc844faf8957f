import { Argument, Command } from 'commander';
import { conditionForm, conditionIn } from '../domain/release/condition-text.ts';
import { namedIn } from '../domain/release/names.ts';
import { exceptionInWords } from '../domain/release/stage-words.ts';
import { currentStage, releaseTitle, type Condition } from '../domain/release/release.ts';
import { readRelease, releasePath, type ReleaseAnswer, type ReleaseView } from './answers.ts';
import { isConfirmed, reasonFor, yesOption } from './confirm.ts';
import { exitCode } from './exit-codes.ts';
import { nothingOpen } from './nothing-open.ts';
import { plainText } from './plain-text.ts';
import { usageProblem } from './problem.ts';
import { acting, type Cli, type Session } from './session.ts';

interface Options {
  comment?: string;
  until?: string;
  condition?: string[];
  zone?: string;
  yes?: boolean;
}

export const decideCommand = (cli: Cli): Command =>
  new Command('decide')
    .description(
      'Approve, reject or postpone what a release asks for now, as the person behind your token or session.',
    )
    .argument('<id>', 'release id, its unique beginning, or shop@1.4.0')
    .addArgument(new Argument('<choice>', 'your decision').choices(['approve', 'reject', 'postpone']))
    .option('--comment <text>', 'what the others should know; required to reject and to postpone')
    .option(
      '--condition <text...>',
      'with approve: OWNER@STAGE: what is to be done before it; OWNER@STAGE,+48h: with a time',
    )
    .option('--until <time>', 'with postpone: wait until 2026-12-01T17:00, or +20h')
    .option('--zone <zone>', 'zone of that time; left out: yours, else the organisation’s')
    .addOption(yesOption())
    .addHelpText(
      'after',
      '\nExample:\n  gantry decide shop@1.4.0 approve --yes\n  gantry decide shop@1.4.0 reject --comment "totals are wrong" --yes\n  gantry decide shop@1.4.0 postpone --until +20h --comment "not today" --yes',
    )
    .action(
      acting(cli, async (session, command) => {
        const [id = '', choice = ''] = command.args;
        const { yes, ...given } = command.opts<Options>();
        const until = await timeOf(session, choice, given);
        const conditions = await conditionsOf(session, choice, given);
        const view = await readRelease(session.client, id);
        const approval = currentStage(view)?.approval;
        if (approval?.state !== 'open')
          return nothingOpen(
            session,
            `${releaseTitle(view.components)} asks for no decision now: ${view.headline}`,
            'See `gantry approvals list` for what waits.',
          );
        const comment =
          choice === 'approve'
            ? given.comment
            : await reasonFor(session, given.comment, '--comment', { yes });
        const title = `${releaseTitle(view.components)} for ${view.stage ?? ''}`;
        const untilWords = until === undefined ? '' : ` until ${session.output.time(until)}`;
        const question = `${verbs[choice] ?? ''} ${title}${untilWords}?`;
        if (!(await isMeant(session, { view, question, yes }))) return exitCode.bad;
        const receipt = await session.client.post(`${releasePath(view.id)}/decisions`, {
          requestId: approval.requestId,
          choice,
          subjectDigest: approval.subjectDigest,
          ...(comment === undefined ? {} : { comment }),
          ...(until === undefined ? {} : { until }),
          ...(conditions === undefined ? {} : { conditions }),
        });
        printReceipt(session, receipt as Receipt, title);
        return exitCode.done;
      }),
    );

/** Shows what is decided on and asks; whoever is not asked is told what is beside it all the same. */
async function isMeant(
  session: Session,
  { view, question, yes }: { view: ReleaseAnswer; question: string; yes: boolean | undefined },
): Promise<boolean> {
  const beside = (view.beside ?? []).map(plainText);
  if (yes === true) beside.forEach((sentence) => session.output.note(sentence));
  return isConfirmed(session, { preview: [...preview(view), ...beside], question, yes });
}

const verbs: Record<string, string> = { approve: 'Approve', reject: 'Reject', postpone: 'Postpone' };

/** @throws CliProblem USAGE where a time is missing, or nothing is to be done with it */
async function timeOf(session: Session, choice: string, { until }: Options): Promise<string | undefined> {
  if ((choice === 'postpone') !== (until !== undefined))
    throw usageProblem(
      'Only postpone takes a time, and it needs one.',
      'Write `gantry decide ID postpone --until +20h --comment "…"`.',
    );
  return until === undefined ? undefined : session.instant(until);
}

/** @throws CliProblem USAGE where a line is no condition, or there is nothing that could be under one */
async function conditionsOf(
  session: Session,
  choice: string,
  { condition: lines }: Options,
): Promise<Condition[] | undefined> {
  if (!lines) return undefined;
  if (choice !== 'approve')
    throw usageProblem('Only an approval is given under conditions.', 'Leave --condition out, or approve.');
  return Promise.all(
    lines.map(async (line) => {
      const read = conditionIn(line);
      if (!read) throw usageProblem(`"${line}" is no condition.`, `Write it as ${conditionForm}.`);
      const { due, ...condition } = read;
      return {
        ...condition,
        ...(due === undefined ? {} : { due: await session.instant(due) }),
      };
    }),
  );
}

interface Receipt {
  state: 'counted' | 'received';
  headline?: string;
}

function preview(view: ReleaseView): string[] {
  const stage = currentStage(view);
  return [
    view.headline,
    ...(stage?.checks ?? []).map(
      (check) =>
        `Check ${check.id}: ${exceptionInWords(check, namedIn(view.names)) ?? check.outcome}, ${check.summary}`,
    ),
    `${view.changes.count} ${view.changes.count === 1 ? 'change' : 'changes'}, ${view.changes.breaking} of them breaking.`,
    ...view.changes.top.slice(0, 10).map((change) => `  ${change.kind}: ${change.title} (${change.author})`),
  ];
}

function printReceipt({ output }: Session, receipt: Receipt, title: string): void {
  if (output.json) output.document(receipt);
  else if (receipt.state === 'counted')
    output.line(`Counted for ${title}. ${plainText(receipt.headline ?? '')}`.trim());
  else output.line(`Received for ${title}. You get a mail when it is counted.`);
}
