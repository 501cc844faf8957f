import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import type { StagePlan } from '../domain/release/plan.ts';
import type { ApprovalView, StageView } from '../domain/release/release.ts';
import { oracleState, type OracleRequest, type OracleVote } from '../test/support/approval-oracle.ts';
import { aStage } from '../test/support/release-world.ts';
import type { ReleaseRun } from './run.ts';
import { voidApproval } from './void-approval.ts';
import { assertCountable, count, look, withdraw } from './votes.ts';

/** With the properties of the counting rules beside it (`quorum.model.test.ts`); `npm run test:chaos` has more time. */
const numRuns = Math.ceil((500 * Number(process.env['GANTRY_PROPERTY_RUNS'] ?? 20_000)) / 20_000);

const crew = ['ana', 'ben', 'cem'];
const opened = Date.parse('2026-11-26T09:00:00.000Z');
const deadline = 12;

interface Rule {
  people: string[];
  atLeast: number;
}
type Step =
  | { does: 'vote'; person: string; choice: 'approve' | 'reject'; about: 'now' | 'before' | 'otherDigest' }
  | { does: 'withdraw'; person: string }
  | { does: 'amend'; rules: Rule[] }
  | { does: 'wait'; minutes: number };

const person = fc.constantFrom(...crew, 'stranger');
const rules = fc.array(
  fc.record({
    people: fc.uniqueArray(fc.constantFrom(...crew), { minLength: 1 }),
    atLeast: fc.integer({ min: 1, max: 2 }),
  }),
  { minLength: 1, maxLength: 2 },
);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      does: fc.constant('vote' as const),
      person,
      choice: fc.constantFrom('approve' as const, 'approve' as const, 'reject' as const),
      about: fc.constantFrom(
        'now' as const,
        'now' as const,
        'now' as const,
        'before' as const,
        'otherDigest' as const,
      ),
    }),
  },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('withdraw' as const), person }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('amend' as const), rules }) },
  {
    weight: 2,
    arbitrary: fc.record({ does: fc.constant('wait' as const), minutes: fc.integer({ min: 1, max: 5 }) }),
  },
);

beforeEach(() => {
  jest.useFakeTimers({ now: opened });
});
afterEach(() => {
  jest.useRealTimers();
});

/** A release that waits for people, as far as votes are concerned, and what must have become of it by the oracle. */
class Asked {
  private readonly view: StageView = { environment: 'production', verdicts: [] } as unknown as StageView;
  private stage: StagePlan;
  private round = 0;
  private openedMs = 0;
  private decisions = 0;
  /** Votes on the request that is open now, by the oracle's clock: minutes since it was opened. */
  private cast: OracleVote[] = [];
  private readonly closed: string[] = [];
  private readonly run: ReleaseRun;
  private readonly graceMinutes: number;

  constructor(given: Rule[], graceMinutes: number) {
    this.graceMinutes = graceMinutes;
    this.stage = this.ask(given);
    const plan = () => ({ stages: [this.stage] });
    this.run = {
      view: {
        stages: [this.view],
        headline: '',
        state: 'gating',
        seq: 0,
        holds: [],
        components: [],
        changes: {},
      },
      ...{ cast: new Map(), takenBack: new Set(), previousRequests: new Map(), isWaiting: false },
      get plan() {
        return plan();
      },
      get now() {
        return new Date(Date.now()).toISOString();
      },
      stageView: () => this.view,
      nameOf: (one: string) => one,
      recorder: { closed: ({ requestId }: { requestId: string }) => this.closed.push(requestId) },
      ...{ tell: () => undefined, notify: () => undefined, touch: () => undefined },
    } as unknown as ReleaseRun;
  }

  do(one: Step): void {
    if (one.does === 'wait') jest.advanceTimersByTime(one.minutes * 60_000);
    else if (one.does === 'amend') this.amend(one.rules);
    else if (one.does === 'withdraw') this.withdraw(one.person);
    else this.vote(one);
  }

  /** Its state, as `closing` says and as the oracle says. */
  get states(): [is: string, mustBe: string] {
    const { kind } = look(this.run, this.stage, this.approval);
    return [kind, oracleState(this.oracle, this.cast, this.minute)];
  }

  /** Nothing of an earlier request is left in this one. */
  get votes(): [is: string[], mustBe: string[]] {
    const last = new Map(this.cast.map((one) => [one.person, one.choice]));
    const said = this.approval.votes.map((one) => `${one.person} ${one.choice}`).sort();
    return [said, [...last].map(([who, choice]) => `${who} ${choice}`).sort()];
  }

  private vote({ person: who, choice, about }: Extract<Step, { does: 'vote' }>): void {
    const { approval } = this;
    if (this.states[1] === 'expired') return; // nothing is received from then on
    this.decisions += 1;
    const decision = {
      ...{ decisionId: `dec_${this.decisions}`, person: who, choice, via: 'link' as const, comment: 'seen' },
      requestId: about === 'before' ? `request ${this.round - 1}` : approval.requestId,
      subjectDigest: about === 'now' ? approval.subjectDigest : 'another',
      receivedAt: this.run.now,
    };
    const isTaken = this.isCountable(decision);
    const isOpen = ['open', 'inGrace'].includes(this.states[1]);
    const isAsked = this.stage.rules.some(({ people = [] }) => people.includes(who));
    expect(isTaken).toBe(about === 'now' && isAsked && isOpen);
    if (!isTaken) return;
    count(this.run, decision);
    this.cast.push({ person: who, choice, minute: this.minute, level: 9, subject: 'now' });
  }

  private isCountable(decision: Parameters<typeof assertCountable>[1]): boolean {
    try {
      assertCountable(this.run, decision);
      return true;
    } catch {
      return false;
    }
  }

  /** While it is open: once it is decided the story closes it before anybody is heard again. */
  private withdraw(who: string): void {
    if (!['open', 'inGrace'].includes(this.states[1])) return;
    const { requestId } = this.approval;
    withdraw(this.run, { requestId, person: who, commandId: 'w' });
    this.cast = this.cast.filter((one) => one.person !== who);
  }

  private amend(given: Rule[]): void {
    const { requestId } = this.approval;
    voidApproval(this.run, this.stage, 'amended');
    expect(this.closed.at(-1)).toBe(requestId);
    this.stage = this.ask(given);
  }

  private ask(given: Rule[]): StagePlan {
    this.round += 1;
    this.openedMs = Date.now();
    this.cast = [];
    const stage = aStage({
      rules: given.map(({ people, atLeast }) => ({ people, atLeast, not: [] })),
      candidates: crew.map((id) => ({ id, name: id, roles: [] })),
      approval: {
        expiresMs: deadline * 60_000,
        graceMs: this.graceMinutes * 60_000,
        onExpiry: 'close',
        assurance: 'link',
      },
      subjectDigest: `subject ${this.round}`,
    });
    this.view.approval = {
      ...{ requestId: `request ${this.round}`, state: 'open', subjectDigest: stage.subjectDigest },
      openedAt: new Date(this.openedMs).toISOString(),
      deadline: new Date(this.openedMs + deadline * 60_000).toISOString(),
      ...{ asked: crew, excluded: [], votes: [], seats: [] },
    };
    return stage;
  }

  private get approval(): ApprovalView {
    return this.view.approval!;
  }

  private get minute(): number {
    return (Date.now() - this.openedMs) / 60_000;
  }

  private get oracle(): OracleRequest {
    return {
      people: crew,
      rules: this.stage.rules.map(({ people = [], atLeast }) => ({
        people,
        backup: [],
        atLeast,
        not: [],
        level: 0,
      })),
      ...{ barred: [], teams: {}, sameTeamAtMost: 9, rejectQuorum: 1, graceMinutes: this.graceMinutes },
      ...{ deadline, openBackups: [], away: [], subject: 'now' },
    };
  }
}

test('votes, changes of mind, withdrawals, amendments and time: what is open is what it must be, and nothing of before counts', () => {
  fc.assert(
    fc.property(rules, fc.constantFrom(0, 2), fc.array(step, { maxLength: 14 }), (given, grace, steps) => {
      jest.setSystemTime(opened);
      const asked = new Asked(given, grace);
      for (const one of steps) {
        asked.do(one);
        const [state, mustBe] = asked.states;
        expect(state).toBe(mustBe);
        const [votes, those] = asked.votes;
        expect(votes).toEqual(those);
      }
    }),
    { numRuns },
  );
});
