import { Argument, Command } from 'commander';
import { reasonFor, unaskedYes } from '../confirm.ts';
import { acting, type Cli, type Session } from '../session.ts';
import { usageProblem } from '../problem.ts';
import { steer } from './steer.ts';

const verbs = { accept: 'accept', done: 'complete', block: 'block', cancel: 'cancel' } as const;

interface Options {
  reason?: string;
  owner?: string;
  before?: string;
  due?: string;
  zone?: string;
}

export const taskCommand = (cli: Cli): Command =>
  new Command('task')
    .summary('add a task, or say how far one is')
    .description(
      'Add a task to a release, or say how far one is: accept it, done, block it with a reason, or cancel it. The stage that a task names waits until it is done.',
    )
    .addArgument(new Argument('<what>', 'what you say').choices(['add', ...Object.keys(verbs)]))
    .argument('<id>', 'release: id, its unique beginning, or shop@1.4.0')
    .argument('<task>', 'task, such as t1; with add: what is to be done')
    .option('--reason <text>', 'why, for everybody who waits; required to block and to cancel')
    .option('--owner <id>', 'with add: person or team who does it')
    .option('--before <environment>', 'with add: the stage that waits for it; without it none does')
    .option('--due <time>', 'with add: 2026-12-01T17:00, or +48h')
    .option('--zone <zone>', 'zone of the time; left out: yours, else the organisation’s')
    .addOption(unaskedYes())
    .addHelpText(
      'after',
      '\nExample:\n  gantry release task add shop@1.4.0 "write the runbook" --owner web --before production --due +48h\n  gantry release task done shop@1.4.0 t1',
    )
    .action(
      acting(cli, async (session, command) => {
        const [what = '', id = '', task = ''] = command.args;
        const options = command.opts<Options>();
        if (what === 'add')
          return steer(session, id, { command: 'tasks', body: await added(session, task, options) });
        const { reason } = options;
        const isDoubt = what === 'block' || what === 'cancel';
        const why = isDoubt ? await reasonFor(session, reason, '--reason') : reason;
        return steer(session, id, {
          command: `tasks/${encodeURIComponent(task)}/${verbs[what as keyof typeof verbs]}`,
          body: { ...(why === undefined ? {} : { reason: why }) },
        });
      }),
    );

/** @throws CliProblem USAGE where nobody is named, or the time is none */
async function added(
  session: Session,
  title: string,
  { owner, before, due }: Options,
): Promise<Record<string, string>> {
  if (owner === undefined)
    throw usageProblem(
      'A task needs somebody who does it.',
      'Repeat it with --owner and a person or a team.',
    );
  return {
    title,
    owner,
    ...(before === undefined ? {} : { before }),
    ...(due === undefined ? {} : { due: await session.instant(due) }),
  };
}
