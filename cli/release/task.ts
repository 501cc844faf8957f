import { Argument, Command } from 'commander';
import { reasonFor } from '../confirm.ts';
import { acting, type Cli } from '../session.ts';
import { steer } from './steer.ts';

const verbs = { accept: 'accept', done: 'complete', block: 'block', cancel: 'cancel' } as const;

export const taskCommand = (cli: Cli): Command =>
  new Command('task')
    .summary('say how far a task is')
    .description(
      'Say how far a task is that a stage waits for: accept it, done, block it with a reason, or cancel it.',
    )
    .addArgument(new Argument('<what>', 'what you say').choices(Object.keys(verbs)))
    .argument('<id>', 'release: id, its unique beginning, or shop@1.4.0')
    .argument('<task>', 'task, such as t1')
    .option('--reason <text>', 'why, for everybody who waits; needed to block and to cancel')
    .addHelpText('after', '\nExample:\n  gantry release task done shop@1.4.0 t1')
    .action(
      acting(cli, async (session, command) => {
        const [what = '', id = '', task = ''] = command.args;
        const { reason } = command.opts<{ reason?: string }>();
        const isDoubt = what === 'block' || what === 'cancel';
        const why = isDoubt ? await reasonFor(session, reason, '--reason') : reason;
        return steer(session, id, {
          command: `tasks/${encodeURIComponent(task)}/${verbs[what as keyof typeof verbs]}`,
          body: { ...(why === undefined ? {} : { reason: why }) },
        });
      }),
    );
