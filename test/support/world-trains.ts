import type { Activities, DepartInput, TrainEntry } from '../../activities/contract.ts';
import { board, type Passenger } from '../../domain/trains/board.ts';

/** Trains of a test's world: departures at given instants, and who is ready, boarded by the real rule. */
export class WorldTrains {
  /** Instants of the rhythm, earliest first. */
  departures: string[] = [];
  cutoffMs = 3_600_000;
  passengers: Passenger[] = [];
  /** Numbers of departures whose release failed. */
  failed: number[] = [];
  /** The policy has it no more by the time that it would leave. */
  removed = false;
  /** A service that gets a release of its own between boarding and departure. */
  goesByItself: string | undefined;
  readonly departed: DepartInput[] = [];
  readonly told: TrainEntry[] = [];
  private readonly delays = new Map<number, string>();

  readonly activities: Pick<Activities, 'planDeparture' | 'boardTrain' | 'departTrain' | 'recordTrain'> = {
    planDeparture: async ({ after, number, forgivenUpTo }) => {
      const last = [number - 1, number - 2];
      if (last.every((one) => one > forgivenUpTo && this.failed.includes(one)))
        return { kind: 'stopped', because: 'two failed' };
      const scheduledAt = this.departures.find((at) => Date.parse(at) > Date.parse(after));
      if (scheduledAt === undefined) return { kind: 'gone' };
      const departsAt = this.delays.get(number) ?? scheduledAt;
      const cutoffAt = new Date(Date.parse(departsAt) - this.cutoffMs).toISOString();
      return { kind: 'departure', number, scheduledAt, departsAt, cutoffAt };
    },
    boardTrain: async (input) => ({
      ...board(this.passengers, { cutoffAt: input.cutoffAt, isLeaving: input.isLeaving }),
      because: 'boarded',
    }),
    departTrain: async (input) => {
      if (this.removed) return { because: 'gone', isOff: true };
      const lost = input.aboard.find(({ service }) => service === this.goesByItself);
      if (lost && !input.isLeaving) {
        this.passengers = this.passengers.map((one) =>
          one.service === lost.service ? { ...one, ownRelease: 'rel_own' } : one,
        );
        return { because: `${lost.service} goes by itself`, boardAgain: true };
      }
      this.departed.push(input);
      return { because: 'departed' };
    },
    recordTrain: async (entry) => {
      this.told.push(entry);
      if (entry.command === 'delay' && entry.until !== undefined) this.delays.set(entry.number, entry.until);
    },
  };
}
