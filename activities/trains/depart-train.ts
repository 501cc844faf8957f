import { instantText } from '../../domain/instant-text.ts';
import type { Policy } from '../../domain/policy/policy.schema.ts';
import { goesByItself } from '../../domain/trains/board.ts';
import type { TrainDefinition } from '../../domain/trains/model.ts';
import { inTransaction, type Db } from '../../platform/database/open.ts';
import { GantryError } from '../../platform/errors.ts';
import { openReleasesByStage } from '../../platform/record/calendar/concerned.ts';
import { departureByNumber, saveDeparture, trainById } from '../../platform/record/calendar/trains.ts';
import { orderNotices } from '../../platform/record/notices.ts';
import { orderRelease } from '../../platform/record/order-release.ts';
import { currentPolicy } from '../../platform/record/policies.ts';
import type { DepartInput } from '../contract.ts';
import { ownReleaseOf } from './board-train.ts';

const gantry = { id: 'gantry', kind: 'system' as const };

/** Orders the release of all who are aboard, once for each departure, and tells those who stay behind. */
export async function departTrain(
  db: Db,
  { publicUrl, domain }: { publicUrl: string; domain: string },
  input: DepartInput,
): Promise<{ because: string }> {
  const { train, number } = input;
  const definition = (await trainById(db, train))?.definition;
  const known = await departureByNumber(db, train, number);
  if (known?.state === 'departed' || known?.state === 'failed')
    return { because: known.because ?? 'It has departed.' };
  return inTransaction(db, async (trx) => {
    const { aboard, left } = await stillAboard(trx, input, definition?.to);
    const releaseId = `train-${train}-${number}`;
    let because = `Train ${train} left empty: nobody was ready.`;
    let state: 'departed' | 'failed' = 'departed';
    if (aboard.length > 0 && definition)
      try {
        await orderRelease(
          trx,
          {
            id: releaseId,
            components: aboard,
            intent: 'deploy',
            to: definition.to,
            reason: `departure ${number} of train ${train}`,
            by: { id: `train:${train}`, kind: 'system', person: definition.captain },
            train: { id: train, departure: number },
          },
          { now: new Date(input.now), publicUrl },
        );
        because = `${aboard.map(({ service, version }) => `${service} ${version}`).join(', ')} left with train ${train}.`;
      } catch (error) {
        if (!(error instanceof GantryError)) throw error;
        state = 'failed';
        because = `Train ${train} could not leave: ${error.problem.detail}`;
      }
    await tellTheLeft(trx, { input: { ...input, left }, definition, because, domain, state });
    await saveDeparture(trx, {
      departure: {
        train,
        number,
        scheduledAt: input.scheduledAt,
        departsAt: input.departsAt,
        cutoffAt: input.cutoffAt,
        state,
        ...(state === 'departed' && aboard.length > 0 ? { releaseId } : {}),
        boarded: aboard,
        leftBehind: left,
        because,
      },
      at: input.now,
      events: [
        {
          key: `train/${train}/${number}/departed`,
          at: input.now,
          actor: gantry,
          action: 'train.departed',
          object: `train ${train}`,
          sentence: because,
          facts: { departure: number, aboard: aboard.map(({ service, version }) => `${service}@${version}`) },
        },
        ...left.map(({ service, because: why, next }) => ({
          key: `train/${train}/${number}/left/${service}`,
          at: input.now,
          actor: gantry,
          action: 'train.leftBehind' as const,
          object: service,
          sentence: `${why}${next === undefined ? '' : ` It can take the departure of ${instantText(next)}.`}`,
        })),
      ],
    });
    return { because };
  });
}

/** Who has got a release of its own since boarding goes with that one: a version has one open release at a time. */
async function stillAboard(
  trx: Db,
  { aboard, left }: DepartInput,
  to: string | undefined,
): Promise<Pick<DepartInput, 'aboard' | 'left'>> {
  if (to === undefined) return { aboard, left };
  const open = await openReleasesByStage(trx);
  const gone = aboard.flatMap((one) => {
    const release = ownReleaseOf(one, { to, open });
    const { service, version } = one;
    return release === undefined ? [] : [{ service, version, because: goesByItself(one, release) }];
  });
  return {
    aboard: aboard.filter(({ service }) => !gone.some((one) => one.service === service)),
    left: [...left, ...gone],
  };
}

/** Who stays behind is told by mail when the next departure is; where the train could not leave at all, its captain is. */
async function tellTheLeft(
  trx: Db,
  o: {
    input: DepartInput;
    definition: TrainDefinition | undefined;
    because: string;
    domain: string;
    state: 'departed' | 'failed';
  },
): Promise<void> {
  const { input, definition, because, domain, state } = o;
  const policy: Policy | undefined = (await currentPolicy(trx))?.policy;
  const ownerOf = (service: string): string | undefined =>
    policy?.services.find(({ id }) => id === service)?.owner ?? definition?.captain;
  const key = `train/${input.train}/${input.number}`;
  const facts = { train: input.train, departsAt: input.departsAt };
  const left = input.left.map(({ service, because: why, next }) => ({
    occasion: `${key}/left/${service}`,
    kind: 'leftBehind' as const,
    to: [ownerOf(service)].filter((person) => person !== undefined),
    sentence: `Train ${input.train} left without ${service}. ${why}${next === undefined ? '' : ` The next departure is ${instantText(next)}.`}`,
    facts: { ...facts, service, ...(next === undefined ? {} : { next }) },
  }));
  const failed =
    state === 'failed' && definition
      ? [
          {
            occasion: `${key}/failed`,
            kind: 'trainMissing' as const,
            to: [definition.captain],
            sentence: because,
            facts,
          },
        ]
      : [];
  await orderNotices(trx, [...left, ...failed], domain);
}
