import { headlineOf } from '../../../domain/release/words.ts';
import type {
  ApprovalView,
  ReleaseView,
  RolloutView,
  StageView,
  Vote,
} from '../../../domain/release/release.ts';
import type { GateVerdict } from '../../../domain/verdict.ts';
import type { NoticeKind } from '../../contract.ts';
import type { Occasion } from '../occasion.ts';

/** How the sample release stands when a mail of one kind is written. */
interface Moment {
  release?: Partial<ReleaseView>;
  stage?: Partial<StageView>;
  /** How the request for its approval stands; left out: it is open, as in the sample. */
  approval?: 'notYet' | Partial<ApprovalView>;
  /** What has come out by then; left out: nothing. */
  rollout?: Partial<RolloutView>;
  /** What the mail opens with, where it is not how the release stands. */
  sentence?: string;
  facts?: Record<string, string>;
}

const at = '2026-11-24T10:31:00.000Z';
const freezeEnds = '2026-12-01T08:00:00.000Z';
const verdict = (gate: string, because: string) => ({ gate, because, since: at });
const waits = (gate: string, because: string): Partial<StageView> => ({
  verdicts: [{ ...verdict(gate, because), kind: 'waiting' }],
});
const denies = (gate: string, because: string): Partial<StageView> => ({
  verdicts: [{ ...verdict(gate, because), kind: 'denied', remedy: '' }],
});
const needs = (gate: string, because: string): Partial<StageView> => ({
  verdicts: [{ ...verdict(gate, because), kind: 'needsPeople', who: [] } satisfies GateVerdict],
});

const asked: Moment = { stage: needs('approvals', 'Needs 1 of qa: Ana Lopez.') };
const vote = (person: string, choice: Vote['choice'], more: Partial<Vote> = {}): Vote => ({
  ...{ person, choice, at: '2026-11-24T10:30:00.000Z', via: 'link', decisionId: `dec_${person}` },
  ...more,
});
const agreed: Partial<ApprovalView> = {
  votes: [vote('sam', 'approve'), vote('ana', 'approve')],
  seats: ['qa', 'security'].map((rule) => ({ rule, atLeast: 1, filled: 1, candidates: [] })),
};
const approved: Partial<ApprovalView> = { ...agreed, state: 'approved', closedAt: at };

const failedCheck: Moment = {
  approval: 'notYet',
  stage: {
    ...denies('checks', 'e2e of shop failed: 308 passed, 2 failed.'),
    checks: [
      {
        ...{ id: 'e2e', service: 'shop', outcome: 'failed', required: true, round: 1 },
        summary: '308 passed, 2 failed',
      },
    ],
  },
};
const forTask: Moment = {
  approval: approved,
  stage: needs('tasks', 'Task t1 of Ana Lopez is not done: write the runbook.'),
};

const first = { weight: 10, startedAt: '2026-11-24T10:01:00.000Z' };
const ahead = [
  { weight: 50, state: 'pending' as const },
  { weight: 100, state: 'pending' as const },
];
const atTen: Partial<RolloutView> = { exposure: 10, steps: [{ ...first, state: 'holding' }, ...ahead] };
const whole: Partial<RolloutView> = {
  exposure: 100,
  steps: [first, ...ahead].map((step) => ({ ...step, state: 'done' })),
};
const undoing = (state: 'running' | 'compensated' | 'failed', because: string): Partial<RolloutView> => ({
  ...atTen,
  exposure: state === 'compensated' ? 0 : 10,
  steps: [{ ...first, state: 'done' }, ...ahead],
  compensation: { state, attempts: state === 'failed' ? 3 : 1, because },
});
const over = (
  state: ReleaseView['state'],
  because: string,
  more: Partial<ReleaseView> & { by?: string } = {},
): Partial<ReleaseView> => {
  const { by, ...rest } = more;
  return { state, ended: { at, because, ...(by === undefined ? {} : { by }) }, ...rest };
};
const live: Moment = {
  approval: approved,
  release: over('succeeded', 'all stages are done', { reached: 'production' }),
  stage: { state: 'finished', finishedAt: at, exposedAt: at },
  rollout: whole,
};

/** One for each kind; the sentences of all others are how the release stands. */
const moments: Record<NoticeKind, Moment> = {
  approvalRequest: asked,
  approvalWaits: {
    ...asked,
    sentence:
      'The approval of shop 1.4.0 for production runs out at Thu 26 Nov 16:00 UTC, and not everybody whom it waits for has decided.',
    facts: { silent: 'ana' },
  },
  reminder: { ...asked, sentence: 'shop 1.4.0 still waits for your decision on production.' },
  withdrawn: {
    ...asked,
    sentence: 'Ana Lopez took their approval of shop 1.4.0 for production back; it is asked for again.',
  },
  delayLifted: asked,
  confirmation: {
    approval: { ...agreed, closesAt: '2026-11-24T10:36:00.000Z' },
    stage: waits('approvals', 'All approvals are given; votes may change until 10:36 UTC.'),
  },
  refused: {
    approval: approved,
    stage: waits('window', 'production opens Thu 26 Nov 09:00 UTC.'),
    sentence: 'Your decision on shop 1.4.0 for production came after the request had been closed.',
  },
  decided: {
    approval: approved,
    stage: waits('window', 'production opens Thu 26 Nov 09:00 UTC.'),
    sentence: 'shop 1.4.0 was approved for production by Ana Lopez and Sam Okoro.',
  },
  rejected: {
    approval: {
      ...{ state: 'rejected', closedAt: at },
      votes: [vote('sam', 'reject', { comment: 'the tax rule of Norway is wrong' })],
    },
    release: over('rejected', 'Sam Okoro rejected it: the tax rule of Norway is wrong', { by: 'sam' }),
  },
  expired: {
    approval: { state: 'expired', closedAt: at },
    release: over('expired', 'nobody who was needed decided in time'),
  },
  ended: {
    approval: { state: 'withdrawn', closedAt: at },
    release: over('cancelled', 'the sale begins a week later', { by: 'ben' }),
    sentence: 'shop 1.4.0 was cancelled by Ben Fischer: the sale begins a week later.',
  },
  checkFailed: failedCheck,
  waiverTakenBack: failedCheck,
  blocked: {
    approval: 'notYet',
    stage: denies(
      'rollback plan',
      'There is nothing to go back to, for the image of 1.3.9 is not there any more.',
    ),
  },
  dependencyFailed: {
    approval: 'notYet',
    stage: denies('dependencies', 'cart 2.1.0, which it needs, was rolled back in production.'),
    sentence: 'shop 1.4.0 cannot go on: cart 2.1.0, which it needs, was rolled back in production.',
  },
  glassBroken: {
    approval: 'notYet',
    stage: waits('lock', 'cart 2.1.0 has production; shop 1.4.0 is next.'),
    sentence:
      'Sam Okoro broke the glass for shop 1.4.0 in production: carts are lost until it is out (INC-7).',
  },
  freezeAhead: { approval: approved, stage: waits('schedule', 'Starts Thu 26 Nov 09:00 UTC.') },
  rescheduled: { approval: approved, stage: waits('schedule', 'Starts Thu 26 Nov 18:00 UTC.') },
  secondAsked: {
    approval: 'notYet',
    stage: denies('freeze', 'production is frozen until Tue 1 Dec 08:00 UTC (freeze "black-friday").'),
    sentence:
      'Ben Fischer asks that shop 1.4.0 may pass freeze black-friday in production until Thu 26 Nov 16:00 UTC: "the new tax rule is law by then". The budget is spent, so it takes the agreement of a second person, and you may give it: gantry override second ovr_01890a5d',
  },
  postponed: {
    ...asked,
    release: {
      postponements: [{ by: 'ben', as: 'owner', at, until: freezeEnds, reason: 'support is away' }],
    },
    sentence: 'Ben Fischer postponed shop 1.4.0 to Tue 1 Dec 08:00 UTC: support is away.',
    facts: { delay: '1' },
  },
  taskAssigned: forTask,
  taskReminder: forTask,
  held: { approval: approved, release: { state: 'held' }, stage: { state: 'deploying' }, rollout: atTen },
  stalled: {
    approval: approved,
    release: { state: 'deploying', stalled: { since: at, because: 'the code of its workflow fails' } },
    stage: { state: 'deploying' },
    rollout: atTen,
  },
  needsPerson: {
    approval: approved,
    release: { state: 'stuck', residue: 'partial' },
    stage: { state: 'rollingBack' },
    rollout: undoing('failed', 'exit code 1: the cluster does not answer'),
  },
  reservationPassed: {
    approval: approved,
    release: { state: 'rollingBack', residue: 'partial' },
    stage: { state: 'rollingBack' },
    rollout: undoing('running', 'under way'),
    sentence: 'shop 1.4.0 goes back in production while your reservation “load test” has it.',
  },
  rolledBack: {
    approval: approved,
    release: over(
      'rolledBack',
      'analysis failed: errors: 1 measurement failed, which reaches the limit of 1; the last: value 0.07, fails when value > 0.05',
      { residue: 'restored' },
    ),
    stage: { state: 'ended' },
    rollout: undoing('compensated', 'is on 1.3.9 again'),
  },
  released: live,
  reviewDue: live,
  incidentOpened: live,
  watchChanged: live,
  quarantined: {
    ...live,
    sentence: 'shop 1.4.0, which runs in production, is quarantined by Sam Okoro: “carts are lost”.',
  },
};

/** The sample release as it stands when it is told of in such a mail: what the mail says of "now" is what has happened. */
export function inItsMoment(occasion: Occasion): Occasion {
  const { notice, nameOf } = occasion;
  const moment = moments[notice.kind];
  const [sample] = occasion.release.stages;
  if (!sample) return occasion;
  const { approval: open, ...before } = sample;
  const approval =
    open === undefined || moment.approval === 'notYet' ? undefined : { ...open, ...moment.approval };
  const stage: StageView = {
    ...before,
    ...(approval ? { approval } : {}),
    ...(moment.release?.ended ? { state: 'ended' as const } : {}),
    ...moment.stage,
    rollout: sample.rollout.map((one) => ({
      ...one,
      ...(moment.rollout ?? {
        exposure: 0,
        steps: [{ weight: 10, state: 'pending' as const }, ...ahead],
      }),
    })),
  };
  const view: ReleaseView = {
    ...occasion.release,
    names: Object.fromEntries(['ana', 'ben', 'cleo', 'sam'].map((id) => [id, nameOf(id)])),
    ...moment.release,
    stages: [stage],
  };
  const release = { ...view, headline: headlineOf(view, at) };
  return {
    ...occasion,
    release,
    stage,
    notice: {
      ...notice,
      ...(moment.sentence === undefined ? {} : { sentence: moment.sentence }),
      facts: { ...notice.facts, ...moment.facts },
    },
  };
}
