import { Command } from 'commander';
import { notOpened } from '../../domain/release/break-glass.ts';
import { namedIn } from '../../domain/release/names.ts';
import { currentStage } from '../../domain/release/release.ts';
import { readRelease, type ReleaseView } from '../answers.ts';
import { reasonFor, yesOption } from '../confirm.ts';
import { acting, type Cli, type Session } from '../session.ts';
import { steer } from './steer.ts';

interface Options {
  reason: string;
  incident: string;
  yes?: boolean;
}

export const breakGlassCommand = (cli: Cli): Command =>
  new Command('break-glass')
    .summary('start past its gates, for an incident')
    .description(
      'Start the stage that a release waits for past approvals, windows, freezes and soak. All owners are told at once, and somebody else must review it. Checks, quarantine, the lock, the way back and analysis hold as ever.',
    )
    .argument('<id>', 'id, its unique beginning, or shop@1.4.0')
    .option('--reason <text>', 'why it cannot wait (required)')
    .requiredOption('--incident <name>', 'the incident that it is for (required)')
    .addOption(yesOption())
    .addHelpText(
      'after',
      '\nExample:\n  gantry release break-glass shop@1.4.1 --reason "carts are lost, this mends it" --incident INC-7 --yes',
    )
    .action(
      acting(cli, async (session, command) => {
        const { incident, yes, ...given } = command.opts<Options>();
        const reason = await reasonFor(session, given.reason, '--reason', { yes });
        return steer(session, command.args[0] ?? '', {
          command: 'break-glass',
          body: { reason, incident },
          then: async (title) =>
            whatFollows(session, await readRelease(session.client, command.args[0] ?? ''), title),
          ask: {
            preview: (view) => [
              view.headline,
              'Approvals, windows, freezes and soak of this stage are passed for four hours.',
              'All owners are told at once; somebody else must review it.',
              ...[notOpened(view)].filter((sentence) => sentence !== undefined),
            ],
            question: (title) => `Break the glass for ${title} (${incident})?`,
            yes,
          },
        });
      }),
    );

/** What the broken glass did: who has, whether that is enough, who looks at it until when, and what holds as ever. */
function whatFollows({ output }: Session, view: ReleaseView, title: string): string[] {
  const glass = currentStage(view)?.glass;
  const last = glass?.breaks.at(-1);
  if (!glass || !last) return [];
  const nameOf = namedIn(view.names);
  const people = [...new Set(glass.breaks.map(({ person }) => nameOf(person)))];
  const done = `${people.join(' and ')} broke the glass of ${view.stage ?? ''} for ${title} (${last.incident}); its owners and people on call are told.`;
  if (!glass.review)
    return [
      done,
      'That is not enough yet: another person has to as well, with the same command.',
      `Until then it waits: gantry release why ${view.id}`,
    ];
  return [
    done,
    'Approvals, windows, freezes and soak of this stage are passed for four hours; checks, quarantine, the lock, the way back and analysis hold as ever.',
    `Somebody other than ${people.join(' and ')} reviews it by ${output.time(glass.review.dueAt)}: gantry review done ${glass.review.id} --finding "…"`,
    `An overdue review stops planned releases of its services. Follow it: gantry release follow ${view.id}`,
  ];
}
