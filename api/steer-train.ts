import { GantryError } from '../platform/errors.ts';
import { pause } from '../platform/pause.ts';
import { trainCommandUpdate, trainWorkflowId, type TrainCommand } from '../workflows/contract-train.ts';
import { nowOf, type ApiDeps } from './deps.ts';
import { answerMs } from './engine.ts';
import { ensureTrain } from './entities.ts';
import { saying } from './saying.ts';
import { trainNow } from './train-now.ts';

/** Looks at a train that has just begun, in milliseconds between them: planning a departure takes a worker a moment. */
const looksMs = [50, 100, 200, 400, 800, 800];
/** Kept from the looks for telling it: a look at the last moment would leave no time for what it is for. */
const tellMs = 1_000;

/**
 * Tells a train of the policy what people want of it. The relay starts the workflow of a train within seconds after the policy has gained it;
 * whoever is faster has it started here, and is answered once its next departure is known. All of it together has the time of one call.
 * @throws TRAIN_NOT_STARTED, COMMAND_NOT_POSSIBLE, TEMPORAL_UNREACHABLE
 */
export async function steerTrain(deps: ApiDeps, train: string, command: TrainCommand): Promise<void> {
  await toldOrStarted(deps, train, command).catch((error: unknown) => {
    throw ofTrain(error, train, command);
  });
}

/** What a train refuses is put right by looking at the train: no release waits for anything. */
function ofTrain(error: unknown, train: string, { name }: TrainCommand): unknown {
  if (!(error instanceof GantryError) || error.code !== 'COMMAND_NOT_POSSIBLE') return error;
  const look = `\`gantry train show ${train}\``;
  const remedy =
    name === 'delay' && !error.message.includes('Resume it first')
      ? `Name a time after its next departure (${look} tells it), such as \`--to +2h\`: two hours after that.`
      : `${look} says how it stands and when it departs next.`;
  return saying(error, { remedy });
}

async function toldOrStarted(deps: ApiDeps, train: string, command: TrainCommand): Promise<void> {
  const until = nowOf(deps).getTime() + answerMs;
  const leftMs = (): number => Math.max(0, until - nowOf(deps).getTime());
  const tell = async (): Promise<unknown> =>
    deps.engine.update({
      workflowId: trainWorkflowId(train),
      name: trainCommandUpdate,
      updateId: command.commandId,
      input: command,
      withinMs: leftMs(),
    });
  try {
    await tell();
  } catch (error) {
    if (!isAbsent(error)) throw mayBeDone(train, error);
    await ensureTrain(deps, train, leftMs());
    const isKnown = await isPlanned(deps, train, () => leftMs() - tellMs);
    if (!isKnown) throw new GantryError('TRAIN_NOT_STARTED', { train });
    await tell().catch((again: unknown) => {
      throw isAbsent(again)
        ? new GantryError('TRAIN_NOT_STARTED', { train }, { cause: again })
        : mayBeDone(train, again);
    });
  }
}

/** Whoever heard no answer looks before they repeat it: another key makes it another command, and a train may be delayed twice. */
const mayBeDone = (train: string, error: unknown): unknown =>
  error instanceof GantryError && error.code === 'TEMPORAL_UNREACHABLE'
    ? saying(error, {
        remedy: `It may have been done all the same: look first, with \`gantry train show ${train}\`. Sent again with the same Idempotency-Key, it is done once.`,
      })
    : error;

/** No workflow of that name runs: it has not begun yet, or ended when an earlier policy had no such train. */
const isAbsent = (error: unknown): boolean => error instanceof GantryError && error.code === 'RELEASE_ENDED';

/** Whether the train has looked for its next departure; before that there is nothing to skip or to delay. */
async function isPlanned(
  { engine, draining }: ApiDeps,
  train: string,
  leftMs: () => number,
): Promise<boolean> {
  for (const ms of looksMs) {
    const left = leftMs();
    if (left <= 0) return false;
    const view = await trainNow({ engine }, train, left);
    if (view && (view.next || view.headline !== 'Is being planned.')) return true;
    if (draining?.aborted) return false;
    await pause(ms, draining);
  }
  return false;
}
