import { Command } from 'commander';
import { namedIn } from '../domain/release/names.ts';
import type { Names } from './answers.ts';
import { unaskedYes } from './confirm.ts';
import { exitCode } from './exit-codes.ts';
import { plainText } from './plain-text.ts';
import { acting, type Cli } from './session.ts';

interface Review {
  id: string;
  title: string;
  environment: string;
  brokenBy: string[];
  incident: string;
  dueAt: string;
}

/** `gantry review …`: what a break-glass owes. */
export function reviewCommand(cli: Cli): Command {
  const review = new Command('review')
    .description('Reviews that a break-glass owes. An overdue one stops planned releases of its service.')
    .addHelpText(
      'after',
      '\nExample:\n  gantry review list\n  gantry review done rev_0189_production_1 --finding "right to do"',
    );
  review.addCommand(listCommand(cli));
  review.addCommand(doneCommand(cli));
  return review;
}

const listCommand = (cli: Cli): Command =>
  new Command('list')
    .summary('what is to be reviewed')
    .description('List the reviews that are owed, what is due first on top.')
    .option('--done', 'those that were done instead')
    .addHelpText('after', '\nExample:\n  gantry review list --json')
    .action(
      acting(cli, async ({ output, client }, command) => {
        const { done } = command.opts<{ done?: boolean }>();
        const page = (await client.get('/v1/reviews', { done: String(done === true) })) as {
          items: Review[];
          names?: Names;
        };
        if (output.json) output.document(page);
        else if (output.quiet) page.items.forEach(({ id }) => output.line(id));
        else if (page.items.length === 0) output.note('Nothing is to be reviewed.');
        else
          output.table(
            ['REVIEW', 'RELEASE', 'STAGE', 'BROKEN BY', 'INCIDENT', 'DUE'],
            page.items.map((one) => [
              one.id,
              one.title,
              one.environment,
              one.brokenBy.map(namedIn(page.names)).join(', '),
              one.incident,
              output.shortTime(one.dueAt),
            ]),
          );
        return exitCode.done;
      }),
    );

const doneCommand = (cli: Cli): Command =>
  new Command('done')
    .summary('close a review')
    .description('Close a review with what you found. Whoever broke the glass may not.')
    .argument('<review>', 'id of the review')
    .requiredOption('--finding <text>', 'what you found')
    .addOption(unaskedYes())
    .addHelpText('after', '\nExample:\n  gantry review done rev_0189_production_1 --finding "right to do"')
    .action(
      acting(cli, async ({ output, client }, command) => {
        const { finding } = command.opts<{ finding: string }>();
        const id = command.args[0] ?? '';
        const review = (await client.post(`/v1/reviews/${encodeURIComponent(id)}/done`, {
          finding,
        })) as Review;
        if (output.json) output.document(review);
        else
          output.line(
            output.quiet ? review.id : `Reviewed: ${plainText(review.title)} in ${review.environment}.`,
          );
        return exitCode.done;
      }),
    );
