import { describe, expect, test } from '@jest/globals';
import { aBallot, aRule, excluding, no, yes } from '../../../test/support/a-ballot.ts';
import type { ApprovalRule } from '../../policy/policy.schema.ts';
import type { Ballot } from './electorate.ts';
import { mayVote, tally, unreachable } from './quorum.ts';
import { type Absence, standInsFor } from './stand-ins.ts';

const openedAt = '2026-11-26T08:00:00.000Z';
const deadline = '2026-11-29T08:00:00.000Z';
const away = (person: string, over: Partial<Absence> = {}): Absence => ({
  person,
  from: '2026-11-20T08:00:00.000Z',
  until: '2026-12-20T08:00:00.000Z',
  ...over,
});
const backedBy = (rule: ApprovalRule, ...people: string[]): ApprovalRule => ({ ...rule, backup: { people } });
const during = (ballot: Ballot, ...absences: Absence[]): Ballot => ({
  ...ballot,
  standIns: standInsFor(ballot as never, absences, { openedAt, deadline }),
});
const asked = (ballot: Ballot): string[] => tally(ballot).who.flatMap(({ candidates }) => candidates);

describe('somebody who is away', () => {
  test('A13: with a delegate who has a seat already, one person is left for two seats', () => {
    const ballot = during(aBallot([aRule(2, 'ana', 'ben')]), away('ana', { delegate: 'ben' }));
    expect(unreachable(ballot)).toBe(
      'Ana or Ben needs 2 people, and only Ben may vote; away: Ana (until 2026-12-20).',
    );
  });

  test('K6: two who name each other pass nothing on, and the backup group is asked at once', () => {
    const ballot = during(
      aBallot([backedBy(aRule(1, 'ana'), 'ben', 'cem')]),
      away('ana', { delegate: 'ben' }),
      away('ben', { delegate: 'ana' }),
    );
    expect(ballot.standIns?.away.map(({ delegate }) => delegate)).toEqual([undefined, undefined]);
    expect(asked(ballot)).toEqual(['cem']);
  });

  test('a delegate who is away as well does not pass it on to another', () => {
    const ballot = during(
      aBallot([backedBy(aRule(1, 'ana'), 'ben', 'cem', 'dee')]),
      away('ana', { delegate: 'ben' }),
      away('ben', { delegate: 'cem' }),
    );
    expect(asked(ballot)).toEqual(['cem', 'dee']); // as the backup group, not as delegates
    expect(ballot.standIns?.backups).toEqual([0]);
  });

  test('is not asked, and the delegate alone of the backup group is', () => {
    const ballot = during(
      aBallot([backedBy(aRule(1, 'ana'), 'ben', 'cem')]),
      away('ana', { delegate: 'ben' }),
    );
    expect(asked(ballot)).toEqual(['ben']);
    expect(mayVote(ballot, 'cem')).toMatchObject({ ok: false, code: 'APPROVAL_NOT_ASKED' });
    expect(unreachable(ballot)).toBeUndefined();
  });

  test('may act all the same; then the delegate’s vote counts no more', () => {
    const rules = [backedBy(aRule(2, 'ana', 'dee'), 'ben')];
    const ballot = (...votes: Ballot['votes']) =>
      during(aBallot(rules, ...votes), away('ana', { delegate: 'ben' }));
    expect(tally(ballot(yes('ben'), yes('dee')))).toMatchObject({ filled: 2, complete: true });
    expect(tally(ballot(yes('ben'), yes('ana')))).toMatchObject({ filled: 1, complete: false });
    expect(tally(ballot(yes('ben'), yes('ana'), yes('dee')))).toMatchObject({ filled: 2, complete: true });
    expect(tally(ballot(no('ben'), yes('ana'))).rejection).toBeUndefined();
  });

  test('passes no seat on to a person whom the rule names neither as its own nor as its backup', () => {
    const ballot = during(aBallot([backedBy(aRule(1, 'ana'), 'ben')]), away('ana', { delegate: 'eve' }));
    expect(mayVote(ballot, 'eve').ok).toBe(false);
    expect(asked(ballot)).toEqual(['ben']);
  });

  test.each([
    ['the absent person', 'ana'],
    ['the delegate', 'ben'],
  ])('passes nothing on where %s is excluded', (_, person) => {
    const plain = excluding(aBallot([backedBy(aRule(1, 'ana', 'dee'), 'ben', 'cem')]), person);
    expect(mayVote(during(plain, away('ana', { delegate: 'ben' })), 'ben').ok).toBe(false);
  });

  test('is represented within the absence alone', () => {
    const ballot = during(
      aBallot([backedBy(aRule(1, 'ana'), 'ben')]),
      away('ana', { delegate: 'ben', until: '2026-11-26T12:00:00.000Z' }),
    );
    expect(mayVote(ballot, 'ben', { at: '2026-11-26T11:59:59.000Z' }).ok).toBe(true);
    expect(mayVote(ballot, 'ben', { at: '2026-11-26T12:00:00.000Z' }).ok).toBe(false);
  });

  test('and whose absence is over or ahead is asked as ever', () => {
    const over = away('ana', { until: openedAt });
    const ahead = away('ana', { from: '2026-11-26T08:00:00.001Z' });
    expect(during(aBallot([aRule(1, 'ana')]), over, ahead).standIns?.away).toEqual([]);
  });

  test('is asked where nobody else could decide but is back in time', () => {
    const ballot = during(aBallot([aRule(1, 'ana')]), away('ana', { until: '2026-11-27T08:00:00.000Z' }));
    expect(unreachable(ballot)).toBeUndefined();
    expect(asked(ballot)).toEqual(['ana']);
  });
});
