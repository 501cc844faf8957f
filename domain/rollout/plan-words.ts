import type { Deployer } from '../policy/deployer.schema.ts';
import { formatDuration } from '../policy/duration.ts';
import { planRollout, type PlannedStep } from './plan.ts';

/** `10, 50, 100 % of traffic; 5 min after 10 %`: how a stage comes out, whatever the kind of its rollout. */
export function planInWords(deploy: Pick<Deployer, 'steps' | 'rollout'>): string[] {
  const { kind, steps, maxFailures } = planRollout(deploy);
  const pauses = (nameOf: (step: PlannedStep, index: number) => string) =>
    steps.flatMap((step, index) => (step.hold === 0 ? [] : [`${pause(step.hold)} ${nameOf(step, index)}`]));
  if (kind === 'batches') {
    const waves = steps.map(({ targets }) => (targets ?? []).join(', ')).join(' → ');
    return [
      `in ${steps.length} ${steps.length === 1 ? 'wave' : 'waves'}: ${waves}`,
      ...pauses((_step, index) => `after wave ${index + 1}`),
      `sent back once ${maxFailures ?? 1} failed`,
    ];
  }
  if (kind === 'blueGreen') {
    const [green, switched] = steps;
    return [
      `beside what runs${green?.test ? `, tested by ${green.test.id}` : ''}, then all traffic is switched`,
      ...(green && green.hold !== 0 ? [`${pause(green.hold)} before the switch`] : []),
      switched?.hold === 0
        ? 'the old version is taken away at once'
        : `the old version is kept ${switched?.hold === 'manual' ? 'until a person goes on' : `for ${formatDuration(switched?.hold ?? 0)}`}`,
    ];
  }
  return [
    `${steps.map(({ weight }) => weight).join(', ')} % of traffic`,
    ...pauses((step) => `after ${step.weight} %`),
  ];
}

const pause = (hold: PlannedStep['hold']): string =>
  hold === 'manual' ? 'a person goes on' : formatDuration(hold);
