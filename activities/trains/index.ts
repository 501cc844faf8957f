import type { Store } from '../../platform/database/open.ts';
import type { Activities } from '../contract.ts';
import { mailDomain } from '../../platform/mail-domain.ts';
import { boardTrain } from './board-train.ts';
import { departTrain } from './depart-train.ts';
import { planDeparture } from './plan-departure.ts';
import { recordTrain } from './record-train.ts';

type TrainActivities = Pick<Activities, 'planDeparture' | 'boardTrain' | 'departTrain' | 'recordTrain'>;

interface TrainDeps {
  store: Pick<Store, 'db'>;
  config: { publicUrl: string; mailFrom: string };
  /** Told when mail was ordered, so that it goes out at once. */
  mailOrdered?: () => void;
}

/** What the workflow of a train asks of the record. */
export function createTrains({ store: { db }, config, mailOrdered }: TrainDeps): TrainActivities {
  const domain = mailDomain(config.mailFrom);
  return {
    planDeparture: async (input) => planDeparture(db, input),
    boardTrain: async (input) => {
      const boarding = await boardTrain(db, input, domain);
      mailOrdered?.();
      return boarding;
    },
    departTrain: async (input) => {
      const answer = await departTrain(db, { publicUrl: config.publicUrl, domain }, input);
      mailOrdered?.();
      return answer;
    },
    recordTrain: async (input) => recordTrain(db, input),
  };
}
