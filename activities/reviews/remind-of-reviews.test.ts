import { expect, test } from '@jest/globals';
import { PolicySchema } from '../../domain/policy/policy.schema.ts';
import { reviewNotices } from './remind-of-reviews.ts';

const person = (id: string, more = {}) => ({
  ...{ id, name: id, email: `${id}@acme.test`, access: ['approver'], roles: ['sre'] },
  ...more,
});
const deploy = { kind: 'command', apply: ['deploy'], undo: ['undo'] };
const policy = PolicySchema.parse({
  gantry: 1,
  organisation: { name: 'Acme', zone: 'UTC' },
  people: [person('ana'), person('lee', { zone: 'America/New_York' }), person('kim')],
  environments: [{ id: 'production' }],
  services: [{ id: 'cart', pipeline: 'web' }],
  pipelines: { web: [{ environment: 'production', deploy, breakGlass: { roles: ['sre'] } }] },
});
/** Broken on Tuesday at 12:00, due on Wednesday at 12:00: a quarter is left from 06:00 on, which is night. */
const review = {
  ...{ id: 'rev_1', releaseId: 'rel_1', title: 'cart 1.4.1', services: ['cart'], environment: 'production' },
  ...{ brokenBy: ['kim'], reason: 'carts are lost', incident: 'INC-7' },
  ...{ brokenAt: '2026-11-24T12:00:00.000Z', dueAt: '2026-11-25T12:00:00.000Z' },
};
const look = (now: string, away: string[] = []) => reviewNotices({ owed: [review], policy, away, now });
const told = (now: string, away?: string[]): string[] =>
  look(now, away).notices.map(({ occasion, to }) => `${occasion} ${to.join(' ')}`);

test('a review is reminded of outside of quiet hours, when it is due, and on every day of work after that', () => {
  expect(look('2026-11-24T12:00:01.000Z')).toEqual({
    notices: [],
    nextAt: '2026-11-24T23:59:00.000Z', // the evening of New York, for the morning there is after the due time
  });
  expect(told('2026-11-25T08:00:00.000Z')).toContain('review/rev_1/ahead/2026-11-25T08:00:00.000Z ana');
  expect(told('2026-11-25T12:00:00.000Z')).toContain('review/rev_1/due/2026-11-25T12:00:00.000Z ana');
  expect(told('2026-11-26T12:00:00.000Z')).toContain('review/rev_1/daily/2026-11-26T12:00:00.000Z ana');
  expect(told('2026-11-28T12:00:00.000Z')).not.toContainEqual(expect.stringContaining('11-28')); // a Saturday
});

test('it says what it is about and when, nobody who broke it hears of it, nor who is away', () => {
  const [notice] = look('2026-11-25T08:00:00.000Z', ['lee']).notices;
  expect(notice).toMatchObject({
    ...{ kind: 'reviewDue', releaseId: 'rel_1', to: ['ana'], facts: { review: 'rev_1' } },
    sentence:
      'kim broke the glass for cart 1.4.1 in production (INC-7); the review is due Wed 25 Nov 12:00 UTC.',
  });
  expect(look('2026-11-25T12:00:00.000Z', ['lee']).notices[0]?.sentence).toMatch(
    /^A break-glass was not reviewed in time: kim broke .* the review was due Wed 25 Nov 12:00 UTC\.$/,
  );
});
