import { instantText } from '../../domain/instant-text.ts';
import { appendEvents } from '../../platform/record/append.ts';
import { inTransaction, type Db } from '../../platform/database/open.ts';
import { departureByNumber, saveDeparture, setTrainState } from '../../platform/record/calendar/trains.ts';
import { actorName, personNames } from '../../platform/record/person-names.ts';
import type { TrainEntry } from '../contract.ts';

const done = {
  skip: ['train.skipped', 'skipped', 'skips'],
  delay: ['train.delayed', 'delayed', 'delays'],
  hold: ['train.held', 'held', 'holds'],
  resume: ['train.resumed', 'planned', 'starts'],
  leave: ['train.boarded', 'boarding', 'lets go without those who are missing'],
} as const;

/** Writes down what people told a train. */
export async function recordTrain(db: Db, input: TrainEntry): Promise<void> {
  const [action, state, word] = done[input.command];
  const until =
    input.command === 'delay' && input.until !== undefined ? ` to ${instantText(input.until)}` : '';
  const who = actorName(await personNames(db), input.by);
  const event = {
    key: `train/${input.train}/${input.key}`,
    at: input.now,
    actor: input.by,
    action,
    object: `train ${input.train}`,
    sentence: `${who} ${word} departure ${input.number} of train ${input.train}${until}.`,
    ...(input.reason === undefined ? {} : { reason: input.reason }),
  };
  const known = await departureByNumber(db, input.train, input.number);
  const dates = input.plan ?? known;
  await inTransaction(db, async (trx) => {
    if (dates)
      await saveDeparture(trx, {
        departure: {
          train: input.train,
          number: input.number,
          scheduledAt: dates.scheduledAt,
          departsAt: input.command === 'delay' && input.until !== undefined ? input.until : dates.departsAt,
          cutoffAt: dates.cutoffAt,
          state,
          boarded: known?.boarded ?? [],
          leftBehind: known?.leftBehind ?? [],
          because: event.sentence,
        },
        at: input.now,
        events: [event],
      });
    else await appendEvents(trx, null, [event]);
    if (input.command === 'hold')
      await setTrainState(trx, { train: input.train, state: 'held', because: event.sentence, at: input.now });
    if (input.command === 'resume')
      await setTrainState(trx, {
        ...{ train: input.train, state: 'running', failedInARow: 0, at: input.now },
        forgivenUpTo: input.number - 1, // what it was told about is the next one
      });
  });
}
