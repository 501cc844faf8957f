import { checkRule } from '../../calendar/check-rule.ts';
import type { DraftTrain } from '../draft-calendar.ts';
import type { PolicyDraft } from '../draft.ts';
import type { PolicyMistake } from '../problem.ts';
import { sentence } from '../words.ts';
import { ids, unknown } from './calendar.ts';

/** Trains leave as one release: known people and services, one pipeline that gets there, and departures that come round. */
export function findTrainMistakes(draft: PolicyDraft): PolicyMistake[] {
  const people = ids(draft.people);
  const services = ids(draft.services);
  const environments = ids(draft.environments);
  const { trains } = draft.calendar;
  return [
    ...sharedNames(trains),
    ...trains.flatMap((train) => [
      ...unknown(train.captain, [...train.path, 'captain'], 'person', people),
      ...unknown(train.to, [...train.path, 'to'], 'environment', environments),
      ...train.services.flatMap(({ value, path }) => unknown(value, path, 'service', services)),
      ...doublePassengers(train),
      ...ways(train, draft),
      ...departures(train),
    ]),
  ];
}

function sharedNames(trains: readonly DraftTrain[]): PolicyMistake[] {
  const seen = new Set<string>();
  return trains.flatMap(({ id, path }) => {
    if (id === undefined || !seen.has(id)) {
      seen.add(id ?? '');
      return [];
    }
    return [
      {
        path: [...path, 'id'],
        code: 'POLICY_DUPLICATE' as const,
        detail: `Two trains are called "${id}".`,
        remedy: 'Rename one of them, or remove it.',
      },
    ];
  });
}

function doublePassengers(train: DraftTrain): PolicyMistake[] {
  return train.services
    .filter(({ value }, index) => train.services.findIndex((other) => other.value === value) < index)
    .map(({ value, path }) => ({
      path: [...path],
      code: 'POLICY_DUPLICATE' as const,
      detail: `"${value}" stands twice in this train.`,
      remedy: 'Write it once.',
    }));
}

/** A release has one pipeline, so what rides together must share it; and it must lead to where the train goes. */
function ways(train: DraftTrain, draft: PolicyDraft): PolicyMistake[] {
  const pipelineOf = (service: string): string | undefined =>
    draft.services.find(({ id }) => id === service)?.pipeline;
  const [first, ...others] = train.services.filter(({ value }) => pipelineOf(value) !== undefined);
  if (!first) return [];
  const pipeline = pipelineOf(first.value);
  const apart = others.filter(({ value }) => pipelineOf(value) !== pipeline);
  const stages = draft.pipelines.find(({ id }) => id === pipeline)?.stages ?? [];
  const known = draft.environments.some(({ id }) => id === train.to);
  const isReached = stages.some(({ environment }) => environment === train.to);
  const isFirst = known && stages.length > 0 && stages[0]?.environment === train.to;
  return [
    ...apart.map(({ value, path }) => ({
      path: [...path],
      code: 'POLICY_FIELD_INVALID' as const,
      detail: `"${value}" has another pipeline than "${first.value}", so they cannot ride as one release.`,
      remedy: 'Let all services of a train share one pipeline, or make a train for each.',
    })),
    ...(isFirst
      ? [
          {
            path: [...train.path, 'to'],
            code: 'POLICY_FIELD_INVALID' as const,
            detail: `"${train.to ?? ''}" is the first stage of the pipeline "${pipeline ?? ''}": a train boards what has finished the stage before.`,
            remedy: 'Write a later stage, or put a stage before this one.',
          },
        ]
      : []),
    ...(isReached || !known || stages.length === 0
      ? []
      : [
          {
            path: [...train.path, 'to'],
            code: 'POLICY_FIELD_INVALID' as const,
            detail: `The pipeline "${pipeline ?? ''}" of its services does not go to "${train.to ?? ''}".`,
            remedy: 'Write an environment that is a stage of this pipeline.',
          },
        ]),
  ];
}

/** Its length means nothing for a departure; an hour lets the rule be read like any other. */
function departures({ departure, path }: DraftTrain): PolicyMistake[] {
  const { rrule, start, zone = 'UTC' } = departure;
  if (rrule === undefined || start === undefined) return [];
  return checkRule({ rrule, start, zone, duration: '1h' })
    .filter(({ field }) => field === 'rrule' || field === 'start')
    .map(({ field, wrong, write }) => ({
      path: [...path, 'departure', field],
      code: 'POLICY_FIELD_INVALID' as const,
      detail: /^"/.test(wrong) ? `${wrong}.` : `The ${field} of these departures ${wrong}.`,
      remedy: sentence(`write ${write}`),
    }));
}
