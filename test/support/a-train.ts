import type { TrainDefinition } from '../../domain/trains/model.ts';
import type { DepartureRecord } from '../../platform/record/calendar/trains.ts';

/** Leaves on Tuesdays at 14:00 in Berlin, with the shop aboard. */
export const weeklyTrain: TrainDefinition = {
  id: 'weekly',
  captain: 'ana',
  departure: { rrule: 'FREQ=WEEKLY;BYDAY=TU', start: '2026-11-03T14:00', zone: 'Europe/Berlin' },
  cutoff: '2h',
  services: [{ service: 'shop', required: true }],
  mode: 'lockstep',
  to: 'production',
};

/** A departure of it that is to come, with nothing aboard. */
export const aDeparture = (number: number, rest: Partial<DepartureRecord> = {}) => ({
  train: weeklyTrain.id,
  number,
  scheduledAt: '2026-11-03T13:00:00.000Z',
  departsAt: '2026-11-03T13:00:00.000Z',
  cutoffAt: '2026-11-03T11:00:00.000Z',
  state: 'planned' as const,
  boarded: [],
  leftBehind: [],
  ...rest,
});
