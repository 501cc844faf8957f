import { canOpen, mostSamples } from '../../gates/sampling/evaluate.ts';
import { formatDuration } from '../duration.ts';
import type { DraftStage, PolicyDraft } from '../draft.ts';
import type { SampleSettings } from '../gates.schema.ts';
import type { PolicyMistake, PolicyPath } from '../problem.ts';
import { samplingOf } from '../stage-gates.ts';

/** A release asks no more often than this: each time is kept in its history. */
const samplesAtMost = 500;

/** What a stage asks of the way here and the way back must be able to come true (semantics §3). */
export function findGateMistakes(draft: PolicyDraft): PolicyMistake[] {
  return draft.pipelines.flatMap(({ stages }) =>
    stages.flatMap((stage, index) => {
      const before = stages.slice(0, index);
      return [
        ...sampleMistakes(stage),
        ...upstreamMistakes(stage, before),
        ...rehearsalMistakes(draft, stage, before),
        ...roleMistakes(draft, stage),
      ];
    }),
  );
}

const mistake = (path: PolicyPath, detail: string, remedy: string): PolicyMistake => ({
  path: [...path],
  code: 'POLICY_GATE_INVALID',
  detail,
  remedy,
});

function sampleMistakes(stage: DraftStage): PolicyMistake[] {
  const sampled = stage.checks.flatMap(({ value, path }) =>
    value.kind !== 'rehearsal' && value.sample
      ? [{ id: value.id, sample: value.sample, path: [...path, 'sample'] }]
      : [],
  );
  const [first, ...others] = sampled;
  if (!first) return [];
  const unlike = others.filter(({ sample }) => !isSame(sample, first.sample));
  return [
    ...unlike.map(({ path, id }) =>
      mistake(
        path,
        `The checks "${id}" and "${first.id}" of one stage are sampled differently, but all of them are asked together.`,
        'Write the same delay, interval, minSuccess and timeout for both.',
      ),
    ),
    ...sampled.flatMap(({ sample, path }) => neverOpens(sample, path)),
  ];
}

function neverOpens(sample: SampleSettings, path: PolicyPath): PolicyMistake[] {
  const settings = samplingOf(sample);
  if (!canOpen(settings)) {
    const { delayMs, intervalMs, minSuccessMs } = settings;
    const least = delayMs + intervalMs * Math.ceil(minSuccessMs / intervalMs);
    return [
      mistake(
        [...path, 'timeout'],
        `The gate could never open: the first time would be ${formatDuration(least)} after it has begun, and it gives up at ${sample.timeout}.`,
        `Write a timeout of more than ${formatDuration(least)}.`,
      ),
    ];
  }
  if (mostSamples(settings) <= samplesAtMost) return [];
  return [
    mistake(
      [...path, 'interval'],
      `That would be ${mostSamples(settings)} samples; at most ${samplesAtMost} are taken.`,
      'Write a longer interval or a shorter timeout.',
    ),
  ];
}

const isSame = (a: SampleSettings, b: SampleSettings): boolean =>
  JSON.stringify(samplingOf(a)) === JSON.stringify(samplingOf(b));

function upstreamMistakes({ gates }: DraftStage, before: readonly DraftStage[]): PolicyMistake[] {
  if (!gates) return [];
  const { promotion, soak } = gates.value;
  const known = before.flatMap(({ environment }) => environment ?? []);
  const asked = [
    ...(promotion ? [{ name: 'promotion', from: promotion.from }] : []),
    ...(soak ? [{ name: 'soak', from: soak.from === undefined ? undefined : [soak.from] }] : []),
  ];
  return asked.flatMap(({ name, from }) => {
    if (known.length === 0)
      return [
        mistake(
          [...gates.path, name],
          `No stage comes before this one, so nothing could have been verified there.`,
          `Remove \`${name}\`, or put a stage before this one.`,
        ),
      ];
    return (from ?? [])
      .filter((environment) => !known.includes(environment))
      .map((environment) =>
        mistake(
          [...gates.path, name, 'from'],
          `${environment} does not come before this stage, so nothing that goes here passes it.`,
          `Write one of: ${known.join(', ')}.`,
        ),
      );
  });
}

const rehearses = (stage: DraftStage): boolean =>
  stage.checks.some(({ value }) => value.kind === 'rehearsal');

function rehearsalMistakes(
  draft: PolicyDraft,
  stage: DraftStage,
  before: readonly DraftStage[],
): PolicyMistake[] {
  const isProduction = draft.environments.some(
    ({ id, isProduction: is }) => is && id !== undefined && id === stage.environment,
  );
  return [
    ...stage.checks
      .filter(({ value }) => isProduction && value.kind === 'rehearsal')
      .map(({ path }) =>
        mistake(
          path,
          'A rehearsal deploys a version and takes it back at once, which production is not the place for.',
          'Put it into a stage before production.',
        ),
      ),
    ...(stage.gates?.value.rehearsed !== undefined && !before.some(rehearses)
      ? [
          mistake(
            [...stage.gates.path, 'rehearsed'],
            'No stage before this one rehearses the undo.',
            'Give an earlier stage a check of kind rehearsal.',
          ),
        ]
      : []),
  ];
}

function roleMistakes(draft: PolicyDraft, { gates }: DraftStage): PolicyMistake[] {
  const role = gates?.value.waive?.role;
  if (!gates || role === undefined || draft.people.some(({ roles }) => roles.includes(role))) return [];
  return [
    mistake(
      [...gates.path, 'waive', 'role'],
      `Nobody has the role ${role}, so nobody could waive a check.`,
      'Give it to somebody, or name another role.',
    ),
  ];
}
