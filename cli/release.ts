import { Command } from 'commander';
import { abortCommand } from './release/abort.ts';
import { advanceCommand } from './release/advance.ts';
import { amendCommand } from './release/amend.ts';
import { breakGlassCommand } from './release/break-glass.ts';
import { closeCommand } from './release/close.ts';
import { continueCommand } from './release/continue.ts';
import { createCommand } from './release/create.ts';
import { dossierCommand } from './release/dossier.ts';
import { dropDependencyCommand } from './release/drop-dependency.ts';
import { extendCommand } from './release/extend.ts';
import { followCommand } from './release/follow.ts';
import { listCommand } from './release/list.ts';
import { milestonesCommand } from './release/milestones.ts';
import { pauseCommand } from './release/pause.ts';
import { postponeCommand } from './release/postpone.ts';
import { proceedCommand } from './release/proceed.ts';
import { recoverCommand } from './release/recover.ts';
import { rescheduleCommand } from './release/reschedule.ts';
import { resumeCommand } from './release/resume.ts';
import { retryCommand } from './release/retry.ts';
import { rollBackCommand } from './release/roll-back.ts';
import { showCommand } from './release/show.ts';
import { taskCommand } from './release/task.ts';
import { waiveCommand } from './release/waive.ts';
import { whyCommand } from './release/why.ts';
import type { Cli } from './session.ts';

const factories = [
  createCommand,
  listCommand,
  showCommand,
  whyCommand,
  dossierCommand,
  followCommand,
  pauseCommand,
  resumeCommand,
  advanceCommand,
  retryCommand,
  waiveCommand,
  rescheduleCommand,
  postponeCommand,
  amendCommand,
  taskCommand,
  milestonesCommand,
  continueCommand,
  extendCommand,
  proceedCommand,
  dropDependencyCommand,
  abortCommand,
  rollBackCommand,
  recoverCommand,
  breakGlassCommand,
  closeCommand,
];

/** `gantry release …`: an ID is an id, its unique beginning, or shop@1.4.0. */
export function releaseCommand(cli: Cli): Command {
  const release = new Command('release')
    .description('Create, follow and steer releases. ID is an id, its unique beginning, or shop@1.4.0.')
    .addHelpText(
      'after',
      '\nExample:\n  gantry release create shop 1.4.0 --wait\n  gantry release why shop@1.4.0',
    );
  for (const make of factories) release.addCommand(make(cli));
  return release;
}
