import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { aBallot, aRule, excluding, no, yes } from '../../../test/support/a-ballot.ts';
import type { Vote } from '../../release/release.ts';
import { closing, type OpenRequest } from './closing.ts';

const minute = 60_000;
const on = (time: string): string => `2026-11-26T${time}.000Z`;

/** qa = 1 of {Ana, Ben}, security = 1 of {Ana, Cem}: opened at 08:00, until 17:00. */
const aRequest = (graceMinutes: number, ...votes: Vote[]): OpenRequest => ({
  ...aBallot([aRule(1, 'ana', 'ben'), aRule(1, 'ana', 'cem')], ...votes),
  approval: { graceMs: graceMinutes * minute, onExpiry: 'close' },
  openedAt: on('08:00:00'),
  deadline: on('17:00:00'),
});
const full = [yes('ana', '09:30'), yes('ben', '10:00')];

const rows: { id: string; request: OpenRequest; now: string; kind: string; at?: string }[] = [
  {
    id: 'no votes: open until the deadline',
    request: aRequest(0),
    now: '16:59:59',
    kind: 'open',
    at: '17:00:00',
  },
  {
    id: 'nobody voted by the deadline',
    request: aRequest(0),
    now: '17:00:00',
    kind: 'expired',
    at: '17:00:00',
  },
  {
    id: 'full, without grace',
    request: aRequest(0, ...full),
    now: '10:00:00',
    kind: 'approved',
    at: '10:00:00',
  },
  { id: 'full, in grace', request: aRequest(5, ...full), now: '10:04:59', kind: 'inGrace', at: '10:05:00' },
  {
    id: 'full, grace over',
    request: aRequest(5, ...full),
    now: '10:05:00',
    kind: 'approved',
    at: '10:05:00',
  },
  {
    id: 'A10 before closing',
    request: aRequest(5, ...full, no('ana', '10:02')),
    now: '10:07:00',
    kind: 'rejected',
    at: '10:07:00',
  },
  {
    id: 'A10 after closing',
    request: aRequest(0, ...full, no('ana', '10:02')),
    now: '10:07:00',
    kind: 'approved',
    at: '10:00:00',
  },
  {
    id: 'A11 at 10:04, meanwhile',
    request: aRequest(5, ...full, no('ben', '10:04')),
    now: '10:08:59',
    kind: 'inGrace',
    at: '10:09:00',
  },
  {
    id: 'A11 at 10:04',
    request: aRequest(5, ...full, no('ben', '10:04')),
    now: '10:09:00',
    kind: 'rejected',
    at: '10:09:00',
  },
  {
    id: 'A11 at 10:05',
    request: aRequest(5, ...full, no('ben', '10:05')),
    now: '10:09:00',
    kind: 'approved',
    at: '10:05:00',
  },
  {
    id: 'A17 in time',
    request: aRequest(5, yes('ana', '09:30'), yes('ben', '16:59:59')),
    now: '17:00:00',
    kind: 'approved',
    at: '17:00:00',
  },
  {
    id: 'A17 too late',
    request: aRequest(0, yes('ana', '09:30'), yes('ben', '17:00:00')),
    now: '17:00:00',
    kind: 'expired',
    at: '17:00:00',
  },
  {
    id: 'a rejection taken back in grace: decided again by the approvals',
    request: aRequest(5, ...full, no('ben', '10:04'), yes('ben', '10:06')),
    now: '10:10:00',
    kind: 'inGrace',
    at: '10:11:00',
  },
  {
    id: 'a rejection taken back in grace, seats missing: open again',
    request: aRequest(5, no('ben', '10:00'), yes('ben', '10:01')),
    now: '11:00:00',
    kind: 'open',
    at: '17:00:00',
  },
  {
    id: 'a vote that changes nothing does not prolong the grace',
    request: aRequest(5, ...full, yes('cem', '10:03'), yes('ana', '10:04')),
    now: '10:05:00',
    kind: 'approved',
    at: '10:05:00',
  },
  {
    id: 'an excluded person can neither fill a seat nor reject',
    request: { ...aRequest(0), ...excluding(aRequest(0, ...full, no('ben', '10:01')), 'ben') },
    now: '12:00:00',
    kind: 'open',
    at: '17:00:00',
  },
];

describe('an open request', () => {
  test.each(rows)('$id', ({ request, now, kind, at }) => {
    const result = closing(request, on(now));
    expect(result.kind).toBe(kind);
    const instant =
      result.kind === 'open' ? result.wakeAt : result.kind === 'inGrace' ? result.closesAt : result.at;
    expect(instant).toBe(on(at ?? ''));
  });

  test('of a stage that holds on expiry is held, not expired', () => {
    const request = aRequest(0);
    request.approval.onExpiry = 'hold';
    expect(closing(request, request.deadline).kind).toBe('held');
  });

  test('of a stage that escalates gets more time once, and then expires', () => {
    const request = aRequest(0);
    request.approval.onExpiry = 'escalate';
    expect(closing(request, request.deadline)).toMatchObject({ kind: 'escalate', at: request.deadline });
    const later = { ...request, deadline: on('21:30:00'), isEscalated: true };
    expect(closing(later, request.deadline).kind).toBe('open');
    expect(closing(later, later.deadline).kind).toBe('expired');
  });
});

const crew = ['ana', 'ben', 'cem', 'dee'] as const;
const someVotes = fc.array(
  fc
    .record({
      person: fc.constantFrom(...crew),
      reject: fc.boolean(),
      at: fc.integer({ min: 0, max: 12 * 60 }),
    })
    .map(({ person, reject, at }): Vote => ({
      person,
      choice: reject ? 'reject' : 'approve',
      at: new Date(Date.parse(on('07:00:00')) + at * minute).toISOString(),
      via: 'link',
      decisionId: `dec_${at}_${person}`,
    })),
  { maxLength: 8 },
);
const someRequest = fc
  .record({
    votes: someVotes,
    grace: fc.constantFrom(0, 5, 600),
    onExpiry: fc.constantFrom('close' as const, 'hold' as const),
  })
  .map(({ votes, grace, onExpiry }): OpenRequest => {
    const request = aRequest(grace, ...votes);
    return { ...request, approval: { ...request.approval, onExpiry } };
  });
const someInstant = fc
  .integer({ min: 0, max: 20 * 60 })
  .map((at) => new Date(Date.parse(on('07:00:00')) + at * minute).toISOString());

describe('silence', () => {
  test('never approves: a request is approved only by people who fill every seat with a vote in time', () => {
    fc.assert(
      fc.property(someRequest, someInstant, (request, now) => {
        const result = closing(request, now);
        if (result.kind !== 'approved') return;
        const last = new Map(result.counted.map((vote) => [vote.person, vote.choice]));
        const said = (person: string) => last.get(person) === 'approve';
        expect((said('ana') && (said('ben') || said('cem'))) || (said('ben') && said('cem'))).toBe(true);
        expect(
          [...last.entries()].filter(([person, choice]) => person !== 'dee' && choice === 'reject'),
        ).toEqual([]);
        expect(result.counted.every((vote) => vote.at < request.deadline && vote.at <= result.at)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  test('never leaves a request open behind its deadline', () => {
    fc.assert(
      fc.property(someRequest, (request) => {
        expect(['approved', 'rejected', 'expired', 'held']).toContain(
          closing(request, request.deadline).kind,
        );
      }),
      { numRuns: 500 },
    );
  });

  test('a closed request stays as it closed, whatever arrives later', () => {
    fc.assert(
      fc.property(someRequest, someInstant, someVotes, (request, now, late) => {
        const result = closing(request, now);
        if (result.kind === 'open' || result.kind === 'inGrace') return;
        const after = late.filter(
          (vote) => vote.at >= result.at && vote.at > (result.counted.at(-1)?.at ?? ''),
        );
        const votes = [...request.votes, ...after];
        expect(closing({ ...request, votes }, on('23:00:00'))).toMatchObject({
          kind: result.kind,
          at: result.at,
        });
      }),
      { numRuns: 1_000 },
    );
  });
});
