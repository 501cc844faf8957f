import { instantText } from '../../domain/instant-text.ts';
import type { Policy } from '../../domain/policy/policy.schema.ts';
import { goesByItself } from '../../domain/trains/board.ts';
import type { TrainDefinition } from '../../domain/trains/model.ts';
import { inTransaction, type Db } from '../../platform/database/open.ts';
import { GantryError } from '../../platform/errors.ts';
import { openReleasesByStage } from '../../platform/record/calendar/concerned.ts';
import { lockLog } from '../../platform/record/calendar/revision.ts';
import {
  departureByNumber,
  saveDeparture,
  trainById,
  type TrainRecord,
} from '../../platform/record/calendar/trains.ts';
import { orderNotices } from '../../platform/record/notices.ts';
import { orderRelease } from '../../platform/record/order-release.ts';
import { currentPolicy } from '../../platform/record/policies.ts';
import type { DepartAnswer, DepartInput } from '../contract.ts';
import { ownReleaseOf } from './board-train.ts';

const gantry = { id: 'gantry', kind: 'system' as const };

/**
 * Orders the release of all who are aboard, once for each departure, and tells those who stay behind. Whether the train may
 * leave is read in the transaction in which it does: it may have been removed or held since boarding.
 */
export async function departTrain(
  db: Db,
  { publicUrl, domain }: { publicUrl: string; domain: string },
  input: DepartInput,
): Promise<DepartAnswer> {
  const { train, number } = input;
  const known = await departureByNumber(db, train, number);
  if (known?.state === 'departed' || known?.state === 'failed')
    return { because: known.because ?? 'It has departed.' };
  return inTransaction(db, async (trx) => {
    await lockLog(trx);
    const row = await trainById(trx, train);
    const off = whyOff(train, row);
    if (!row || off !== undefined) return { because: off ?? '', isOff: true };
    const { definition } = row;
    const { aboard, left } = await stillAboard(trx, input, definition.to);
    const releaseId = `train-${train}-${number}`;
    let because = `Train ${train} left empty: nobody was ready.`;
    let state: 'departed' | 'failed' = 'departed';
    if (aboard.length > 0)
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

/** Why nothing leaves; undefined where it may. */
function whyOff(id: string, train: TrainRecord | undefined): string | undefined {
  if (!train || train.retiredAt !== undefined) return `Train ${id} is gone: the policy has it no more.`;
  if (train.state === 'held') return `Train ${id} is held. ${train.because ?? ''}`.trim();
  return undefined;
}

/** Who stays behind is told by mail when the next departure is; where the train could not leave at all, its captain is. */
async function tellTheLeft(
  trx: Db,
  o: {
    input: DepartInput;
    definition: TrainDefinition;
    because: string;
    domain: string;
    state: 'departed' | 'failed';
  },
): Promise<void> {
  const { input, definition, because, domain, state } = o;
  const policy: Policy | undefined = (await currentPolicy(trx))?.policy;
  const ownerOf = (service: string): string =>
    policy?.services.find(({ id }) => id === service)?.owner ?? definition.captain;
  const key = `train/${input.train}/${input.number}`;
  const facts = { train: input.train, departsAt: input.departsAt };
  const left = input.left.map(({ service, because: why, next }) => ({
    occasion: `${key}/left/${service}`,
    kind: 'leftBehind' as const,
    to: [ownerOf(service)],
    sentence: `Train ${input.train} left without ${service}. ${why}${next === undefined ? '' : ` The next departure is ${instantText(next)}.`}`,
    facts: { ...facts, service, ...(next === undefined ? {} : { next }) },
  }));
  const failed =
    state === 'failed'
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
