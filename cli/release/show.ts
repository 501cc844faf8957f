import { Command } from 'commander';
import { exceptionInWords, stageStateWord } from '../../domain/release/stage-words.ts';
import { namedIn, type NameOf } from '../../domain/release/names.ts';
import { metricRows } from '../../domain/release/metric-rows.ts';
import { releaseTitle } from '../../domain/release/release.ts';
import { wordOf } from '../../domain/release/stalled.ts';
import { explainRelease, readRelease, type ReleaseAnswer, type ReleaseView } from '../answers.ts';
import { exitCode } from '../exit-codes.ts';
import type { Output } from '../output.ts';
import { plainText } from '../plain-text.ts';
import { printWatches, readWatches } from '../watch.ts';
import { noteNext } from '../next-step.ts';
import { acting, type Cli } from '../session.ts';
import { taskLines } from './task-lines.ts';
import { planLines } from './plan-lines.ts';

import { failedSteps, placeRows, rolloutRows, wentWrong, type Row } from './what-is-where.ts';

export const showCommand = (cli: Cli): Command =>
  new Command('show')
    .summary('one release, with its stages')
    .description('Show one release: when it is to start, its stages, checks, votes, steps and changes.')
    .argument('<id>', 'id, its unique beginning, or shop@1.4.0')
    .option('--zone <zone>', 'zone of the times; left out: yours, else the organisation’s')
    .addHelpText('after', '\nExample:\n  gantry release show shop@1.4.0')
    .action(
      acting(cli, async ({ output, client }, command) => {
        const view = await readRelease(client, command.args[0] ?? '');
        if (output.json) output.document(view);
        else if (output.quiet) output.line(view.id);
        else {
          print(output, view);
          // What became of it may be another thing than how it ended.
          if (view.state === 'succeeded') printWatches(output, await readWatches(client, view.id));
          if (wentWrong(view.state)) {
            for (const entry of await failedSteps(client, view.id)) output.line(plainText(entry.sentence));
            const { next } = await explainRelease(client, view.id); // the server knows what was banned since
            if (next) noteNext(output, next);
            if (view.state === 'rolledBack' && next?.action !== 'quarantine.lift') offerBan(output, view);
          }
        }
        return exitCode.done;
      }),
    );

/** What was rolled back may be banned everywhere in one step (semantics §7, "After success"). */
function offerBan(output: Output, view: ReleaseView): void {
  for (const { service, version } of view.components)
    noteNext(output, {
      because: `ban ${service} ${version} everywhere, if it must never come back`,
      command: `gantry quarantine add ${service} ${version} --reason "${(view.ended?.because ?? 'it was rolled back').replaceAll(/["$\\`]/g, "'").slice(0, 120)}"`,
    });
}

function print(output: Output, view: ReleaseAnswer): void {
  const nameOf = namedIn(view.names);
  output.line(`${output.paint.strong(releaseTitle(view.components))} ${wordOf(view)}`);
  // what it says of where things stand holds no more once something else has the place
  output.line(plainText(view.saidSince ? view.headline : (view.ended?.because ?? view.headline)));
  output.line(
    `id ${view.id}, attempt ${view.attempt}, asked for by ${plainText(nameOf(view.requestedBy.person ?? view.requestedBy.id))} ${output.time(view.createdAt)}`,
  );
  planLines(view, output).forEach((line) => output.line(line));
  const { count, breaking, truncated } = view.changes;
  output.line(
    `${count} ${count === 1 ? 'change' : 'changes'}${breaking > 0 ? `, ${breaking} of them breaking` : ''}${truncated ? ', not all shown' : ''}`,
  );
  view.changes.top
    .slice(0, 10)
    .forEach((change) =>
      output.line(`  ${change.kind}: ${plainText(change.title)} (${plainText(change.author)})`),
    );
  output.line();
  output.table(
    ['STAGE', 'WHAT', 'HOW IT IS'],
    view.stages.flatMap((stage) => [
      ...stageRows(stage, nameOf),
      ...rolloutRows(stage, { isOver: view.ended !== undefined, said: view.saidSince }),
      ...measuredRows(stage),
    ]),
  );
  taskLines(view, output).forEach((line) => output.line(line));
}

type Stage = ReleaseView['stages'][number];

/** One service needs no name, and its rows have always been without one. */
const named = ({ rollout }: Stage, what: string, service: string | undefined): string =>
  rollout.length > 1 && service !== undefined ? `${what} of ${service}` : what;

const measuredRows = (stage: Stage): Row[] =>
  metricRows(stage).map(({ service, metric }): Row => [
    stage.environment,
    named(stage, `metric ${metric.id}`, service),
    `${metric.phase}: ${metric.because}`,
  ]);

function stageRows(stage: Stage, nameOf: NameOf): Row[] {
  const row = (what: string, how: string): Row => [stage.environment, what, how];
  return [
    row('stage', stageStateWord(stage.state)),
    ...stage.checks.map((check) =>
      row(
        named(stage, `check ${check.id}`, check.service),
        `${exceptionInWords(check, nameOf) ?? check.outcome}: ${check.summary}`,
      ),
    ),
    ...(stage.approval?.votes ?? []).map((vote) =>
      row(
        'vote',
        `${nameOf(vote.person)} ${vote.choice === 'approve' ? 'approved' : 'rejected'}${vote.comment === undefined ? '' : `: ${vote.comment}`}`,
      ),
    ),
    ...placeRows(stage),
  ];
}
