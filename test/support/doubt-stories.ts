import { aMetric, aStage, steps } from './release-world.ts';
import type { Story } from './stories.ts';
import { skipUntil } from './time-skipping.ts';

const hour = 3_600_000;
const canary = { deploy: steps([10, '5m'], [100, '0s']), analysis: [aMetric] };

/** Analyses that cannot tell: as releases from before an extension go through it, and as those do that have it. */
export const doubtStories: readonly Story[] = [
  {
    name: 'doubt-resumed-then-unanswered',
    play: async (world, connection) => {
      const stage = aStage(canary);
      delete stage.doubt;
      world.behaviour.stages = [stage];
      world.behaviour.analyse = async () => ({ phase: 'inconclusive', because: 'no data since 10:31' });
      const handle = await world.start();
      await world.until(({ holds }) => holds.length > 0, 'the hold');
      await world.command(handle, 'resume', { reason: 'the logs are clean' });
      await world.until((view) => view.stages[0]?.soakUntil !== undefined, 'the soak');
      await world.until(({ holds }) => holds.length > 0, 'the second hold');
      await skipUntil(connection, handle.workflowId, 1.1 * hour);
      return handle;
    },
  },
  {
    name: 'doubt-extended',
    play: async (world) => {
      world.behaviour.stages = [aStage(canary)];
      let count = 0;
      world.behaviour.analyse = async () => {
        count += 1;
        const phase = count === 1 ? 'error' : count === 2 ? 'inconclusive' : 'passed';
        return { phase, because: `errors: ${phase}` };
      };
      world.behaviour.awaitSources = async () => ({
        isBack: true,
        because: 'every metric gives an answer again',
      });
      const handle = await world.start();
      await world.until(({ holds }) => holds.some(({ doubt }) => doubt?.answerBy !== undefined), 'the doubt');
      await world.command(handle, 'extendAnalysis', { byMs: hour, reason: 'more traffic soon' });
      return handle;
    },
  },
];
