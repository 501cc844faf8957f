import { withStop } from '../domain/full-stop.ts';
import { waysToEnd } from '../domain/rollout/shut-way-back.ts';
import { advancing, skipAhead } from '../domain/rollout/skip.ts';
import { componentState } from '../domain/rollout/where.ts';
import type { RolloutView } from '../domain/release/release.ts';
import { stateWord } from '../domain/release/state.ts';
import { assertOpen, whoOf } from './commands.ts';
import type { AdvanceInput } from './contract.ts';
import { refusal } from './failures.ts';
import type { ReleaseRun } from './run.ts';

const rolloutsNow = (run: ReleaseRun): readonly RolloutView[] =>
  run.view.stages.find(({ environment }) => environment === run.view.stage)?.rollout ?? [];

/** Throws `COMMAND_NOT_POSSIBLE` where there is nothing to skip, nobody says why, or something else is in the way. */
export function assertAdvanceable(run: ReleaseRun, input: AdvanceInput): void {
  assertOpen(run);
  const refused = whyNot(run, input);
  if (refused !== undefined) throw refusal('COMMAND_NOT_POSSIBLE', refused);
}

function whyNot(run: ReleaseRun, input: AdvanceInput): string | undefined {
  if (!input.reason) return 'Say why it is to go on before its time: give a reason.';
  const to: unknown = input.to; // whoever reaches the engine may send anything
  if (to !== undefined && to !== 100) return 'It can go on to the next step or to 100; nothing else.';
  const [hold] = run.view.holds;
  if (hold)
    return `${run.title} is held by ${run.nameOf(hold.by)}: ${withStop(hold.reason)} That is not a pause of its rollout: resume it, or ${waysToEnd(run.view)[0]}.`;
  const rollouts = rolloutsNow(run);
  if (run.view.state !== 'deploying')
    return `${run.title} is ${stateWord(run.view.state)}: there is no pause between steps to skip now.`;
  if (input.service !== undefined && !rollouts.some(({ service }) => service === input.service))
    return `${input.service} is no component of ${run.title} in this stage.`;
  if (advancing(rollouts, input).length > 0) return undefined;
  const where = rollouts.map((one) => `${one.service} ${componentState(one)}`).join(', ');
  return `There is no pause to skip now (${where}).`;
}

/** Skips the pause of now, or with `to: 100` all of them up to full exposure; what is held, frozen or failed stays so. */
export function advance(run: ReleaseRun, input: AdvanceInput): void {
  const word = { by: whoOf(input.by), reason: input.reason ?? '', at: run.now };
  for (const rollout of advancing(rolloutsNow(run), input)) {
    skipAhead(rollout, input, word);
    run.tell(
      'step.skipped',
      rollout.service,
      input.to === 100
        ? `${run.nameOf(word.by)} let ${rollout.service} ${rollout.version} go to 100 % without further pauses.`
        : `${run.nameOf(word.by)} let ${rollout.service} ${rollout.version} go on before its pause was over.`,
      { actor: input.by, reason: word.reason, facts: { ...(input.to ? { to: input.to } : {}) } },
    );
  }
}
