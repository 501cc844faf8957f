import { expect, test } from '@jest/globals';
import { planTaskReminders } from './plan-task-reminders.ts';

const person = (id: string, zone?: string) => ({
  ...{ id, name: id, email: `${id}@acme.test`, roles: [], aliases: [], access: [] },
  ...(zone === undefined ? {} : { zone }),
});
const policy = {
  organisation: { name: 'Acme', zone: 'Europe/Berlin', onCall: [] },
  people: [person('ana'), person('lee', 'America/New_York')],
};
const asked = {
  policyDigest: 'p'.repeat(64),
  tasks: [
    {
      id: 't1',
      owners: ['ana', 'lee', 'gone'],
      openedAt: '2026-10-19T12:00:00.000Z',
      due: '2026-10-20T18:00:00.000Z', // 20:00 in Berlin, 14:00 in New York
    },
  ],
  answerable: [],
  after: '2026-10-20T16:00:00.000Z',
  now: '2026-10-20T18:00:00.000Z',
};

test('people live in their own zone, else in that of the organisation, also those who have left gantry.yaml', () => {
  expect(planTaskReminders(asked, policy, []).reminders).toEqual([
    { task: 't1', step: 'due', at: '2026-10-20T16:59:00.000Z', to: ['ana', 'gone'], as: 'owner' },
    { task: 't1', step: 'due', at: '2026-10-20T18:00:00.000Z', to: ['lee'], as: 'owner' },
  ]);
});

test('whoever is away is left out', () => {
  expect(planTaskReminders(asked, policy, ['ana', 'gone']).reminders.flatMap(({ to }) => to)).toEqual([
    'lee',
  ]);
});
