import { describe, expect, test } from '@jest/globals';
import type { Policy } from '../policy/policy.schema.ts';
import { explain } from './explain.ts';
import { firstView, stagesAhead } from './first-view.ts';
import type { CompensationView, HoldView, ReleaseOrder, ReleaseView, StageView } from './release.ts';

const now = '2026-06-01T10:00:00.000Z';
const order: ReleaseOrder = {
  releaseId: 'rel_1',
  attempt: 1,
  components: [{ service: 'shop', version: '1.4.0' }],
  intent: 'deploy',
  requestedBy: { id: 'ben', kind: 'person', person: 'ben' },
  createdAt: '2026-06-01T09:00:00.000Z',
  policyDigest: 'd1',
};
const policy = {
  services: [{ id: 'shop', pipeline: 'web' }],
  pipelines: { web: [{ environment: 'staging' }, { environment: 'production' }] },
} as unknown as Policy;

const view = (change: Partial<ReleaseView> = {}): ReleaseView => ({
  ...firstView(order, policy, 'release/shop/1.4.0'),
  ...change,
});
const stage = (change: Partial<StageView> = {}): StageView => ({
  environment: 'staging',
  state: 'gating',
  checks: [],
  verdicts: [],
  rollout: [],
  soak: [],
  ...change,
});
const begun: StageView['rollout'][number] = {
  ...{ service: 'shop', version: '1.4.0', mode: 'deploy', exposure: 10, metrics: [] },
  steps: [{ weight: 10, state: 'holding' }],
};
/** After an undo that was not tried. */
const stuckBehind = (compensation: Partial<CompensationView>): ReleaseView =>
  view({
    state: 'stuck',
    stage: 'staging',
    stages: [
      stage({
        rollout: [
          {
            ...{ service: 'shop', version: '1.4.0', mode: 'deploy', steps: [], exposure: 100, metrics: [] },
            compensation: { state: 'failed', attempts: 0, because: 'was not tried: no way', ...compensation },
          },
        ],
      }),
    ],
  });
const asks: StageView['verdicts'] = [
  { gate: 'checks', kind: 'allowed', because: '2 of 2 passed', since: now },
  {
    gate: 'approvals',
    kind: 'needsPeople',
    because: 'Cleo has not decided',
    since: now,
    who: [{ rule: 'qa', candidates: ['cleo'], seats: 1 }],
  },
];
const approval = (deadline: string): NonNullable<StageView['approval']> => ({
  requestId: 'r',
  state: 'open',
  subjectDigest: 'd',
  openedAt: now,
  deadline,
  asked: ['cleo'],
  excluded: [],
  votes: [],
  seats: [],
});

test('a freeze that holds a release half way is told as it is now, not as it was passed when the stage started', () => {
  const until = '2026-06-01T12:00:00.000Z';
  const because = 'production is frozen until Mon 1 Jun 12:00 UTC (freeze "lunch").';
  const passed = 'Goes on despite freeze "lunch" (overridden).';
  const verdicts: StageView['verdicts'] = [
    { gate: 'freeze', kind: 'allowed', because: passed, since: '2026-06-01T09:00:00.000Z' },
    { gate: 'checks', kind: 'allowed', because: '2 of 2 passed', since: now },
  ];
  const inFlight = { freezeId: 'lunch', does: 'pauseAtStep' as const, until, maxHoldMs: 1, because };
  const calendar = { verdicts: [], inFlight } as unknown as NonNullable<StageView['calendar']>;
  const stages = [stage({ state: 'deploying', verdicts, calendar })];
  const held = { by: 'gantry', at: now, reason: because, kind: 'freeze' as const };
  const told = (over: Partial<ReleaseView>) =>
    explain(view({ state: 'held', stage: 'staging', stages, ...over }), now).verdicts;
  expect(told({ holds: [held] })).toEqual([
    { gate: 'freeze', kind: 'waiting', because, since: now, until },
    verdicts[1],
  ]);
  expect(told({ holds: [{ ...held, kind: 'person' }] })).toEqual(verdicts);
});

test.each([
  ['person' as const, 'gantry release resume rel_1'],
  ['freeze' as const, 'gantry override rel_1 sale --reason "…"'],
])('a hold by a %s is ended by what can end it', (kind, command) => {
  const inFlight = { freezeId: 'sale', does: 'pauseAtStep' as const, maxHoldMs: 1, because: 'frozen' };
  const calendar = { at: now, verdicts: [], inFlight, despite: [], zoneData: '2025b', revision: 1 };
  const held = view({
    state: 'held',
    stage: 'staging',
    stages: [stage({ state: 'deploying', calendar })],
    holds: [{ by: 'gantry', reason: 'production is frozen.', kind, at: now }],
  });
  expect(explain(held, now).next?.command).toBe(command);
});

describe('beside the command that resumes is told what it does', () => {
  const behind = (state: 'failed' | 'holding', over: { shut?: string; action?: 'retire' } = {}) => {
    const { shut, action } = over;
    const compensation = { state: 'pending' as const, attempts: 0, because: '', ...(shut ? { shut } : {}) };
    const steps = [{ weight: 10, state, ...(action ? { action } : {}) }];
    const rollout = [
      {
        ...{ service: 'shop', version: '1.4.0', mode: 'deploy' as const, exposure: 10, metrics: [] },
        ...{ steps, compensation },
      },
    ];
    const held = view({
      ...{ state: 'held', stage: 'staging', stages: [stage({ state: 'deploying', rollout })] },
      holds: [{ by: 'gantry', reason: 'it is a rollback.', kind: 'analysis', at: now }],
    });
    return explain(held, now).next;
  };

  test('past a failed step it ends the release', () => {
    expect(behind('failed')).toMatchObject({
      because: expect.stringMatching(
        /^It is held: it is a rollback\. A step failed, so resuming does not go on: it ends the release, taken back/,
      ),
      command: 'gantry release resume rel_1 --reason "…"',
    });
    expect(behind('failed', { shut: 'the schema.' })?.because).toContain(
      'it ends the release and leaves what is there.',
    );
  });

  test('past a measurement it goes on, also where the old version could not be taken away before', () => {
    for (const next of [behind('holding'), behind('failed', { action: 'retire' })])
      expect(next?.because).toBe(
        'It is held: it is a rollback. Resuming goes on past what was measured. To end it instead, roll it back or abort it.',
      );
  });

  test('a pause without a reason has none', () => {
    const holds = [{ by: 'ana', reason: 'paused', at: now, kind: 'person' as const }];
    expect(explain(view({ state: 'held', holds }), now).next?.because).toBe('It is paused.');
  });
});

test('a pause that ends when a person goes on names the command for it', () => {
  const steps = [
    { weight: 10, state: 'holding' as const, until: 'manual' },
    { weight: 100, state: 'pending' as const },
  ];
  const rollout = { service: 'shop', version: '1.4.0', mode: 'deploy' as const, exposure: 10, metrics: [] };
  const paused = view({
    state: 'deploying',
    stage: 'staging',
    stages: [stage({ state: 'deploying', rollout: [{ ...rollout, steps }] })],
  });
  expect(explain(paused, now).next).toEqual({
    because: 'shop is at 10 %, until a person goes on.',
    command: 'gantry release advance rel_1 --reason "…"',
    action: 'release.advance',
  });
});

test('a doubt names those who were asked, and what they can answer', () => {
  const doubt = { service: 'shop', place: 'step 1', phase: 'inconclusive' as const, who: ['ana', 'sam'] };
  const held = view({
    state: 'held',
    stage: 'staging',
    stages: [stage({ state: 'deploying', rollout: [begun] })],
    holds: [{ by: 'gantry', reason: 'analysis is inconclusive.', kind: 'analysis', at: now, doubt }],
  });
  expect(explain(held, now)).toMatchObject({
    mayAct: [{ rule: 'analysis', candidates: ['ana', 'sam'], seats: 1 }],
    next: {
      because: expect.stringContaining('Extend its analysis, continue with a reason, or roll it back.'),
      command: 'gantry release extend rel_1 --by 30m --reason "…"',
    },
  });
});

describe('the first view', () => {
  test('is a draft with the stages of its pipeline, older than anything that the workflow says', () => {
    expect(view()).toMatchObject({
      state: 'draft',
      seq: 0,
      stages: [{ environment: 'staging' }, { environment: 'production' }],
    });
  });

  test.each([
    ['staging', ['staging']],
    ['production', ['staging', 'production']],
    [undefined, ['staging', 'production']],
  ])('up to %s passes %j', (to, stages) => {
    expect(stagesAhead({ ...order, ...(to === undefined ? {} : { to }) }, policy)).toEqual(stages);
  });
});

describe('explain', () => {
  test('repeats the verdicts of the current stage word for word and names who may act', () => {
    const explained = explain(
      view({
        state: 'gating',
        stage: 'staging',
        stages: [stage({ verdicts: asks, approval: approval('2026-06-02T10:00:00.000Z') })],
      }),
      now,
    );
    expect(explained.verdicts).toEqual(asks);
    expect(explained.mayAct).toEqual([{ rule: 'qa', candidates: ['cleo'], seats: 1 }]);
    expect(explained.next).toEqual({
      because: 'It needs votes until Tue 2 Jun 10:00 UTC.',
      command: 'gantry decide rel_1 approve',
      action: 'decision.make',
    });
  });

  test('offers no vote at the deadline', () => {
    const explained = explain(
      view({
        state: 'gating',
        stage: 'staging',
        stages: [stage({ verdicts: asks, approval: approval(now) })],
      }),
      now,
    );
    expect(explained.next?.command).toBe('gantry release show rel_1');
  });

  test.each([
    ['stuck', view({ state: 'stuck' }), 'gantry release recover rel_1 --how retry', 'release.recover'],
    [
      'stuck behind an undo that is banned, and may be tried again once it is not',
      stuckBehind({ isRefused: true }),
      'gantry release recover rel_1 --how retry',
      'release.recover',
    ],
    [
      'stuck past an irreversible migration',
      stuckBehind({ isRefused: true, shut: 'shop 1.3.0 cannot run on the schema any more: roll forward.' }),
      'gantry release recover rel_1 --how leave --reason "…"',
      'release.recover',
    ],
    [
      'held',
      view({ state: 'held', holds: [{ by: 'ana', reason: 'odd orders', at: now, kind: 'person' }] }),
      'gantry release resume rel_1',
      'release.resume',
    ],
    [
      'behind a failed check',
      view({
        state: 'gating',
        stage: 'staging',
        stages: [
          stage({
            checks: [
              {
                id: 'unit',
                service: 'shop',
                outcome: 'failed',
                required: true,
                summary: '2 failed',
                round: 1,
              },
            ],
          }),
        ],
      }),
      'gantry release retry rel_1 --check unit',
      'release.retryCheck',
    ],
    ['failed', view({ state: 'failed' }), 'gantry release create shop 1.4.0', 'release.create'],
  ])('of a release that is %s names the next command, and what it does', (_, release, command, action) => {
    expect(explain(release, now).next).toMatchObject({ command, action });
  });

  test('of a release with a banned build offers it again only once the ban is lifted', () => {
    const ban = {
      id: 'qua_1',
      service: 'shop',
      version: '1.4.0',
      by: 'ana',
      reason: 'loses carts',
      at: now,
      lifts: [],
    };
    const known = view({ state: 'rolledBack', quarantines: [ban] });
    const banned = {
      because:
        'It has ended, and shop 1.4.0 is quarantined: “loses carts”. Release another version; this one only after two people have lifted the quarantine.',
      command: 'gantry quarantine lift qua_1 --reason "…"',
      action: 'quarantine.lift',
    };
    expect(explain(known, now).next).toEqual(banned);
    expect(explain({ ...known, quarantines: [] }, now, { bans: [ban] }).next).toEqual(banned);
    const again = 'gantry release create shop 1.4.0';
    expect(explain(known, now, { bans: [] }).next?.command).toBe(again);
    expect(explain(known, now, { bans: [{ ...ban, version: '1.3.9' }] }).next?.command).toBe(again);
  });

  test('of a release with two banned builds names both, and lifts each', () => {
    const ban = { by: 'gantry', at: now, lifts: [] };
    const bans = [
      { ...ban, id: 'qua_1', service: 'shop', version: '1.4.0', reason: 'was rolled back' },
      { ...ban, id: 'qua_2', service: 'cart', version: '2.0.0', reason: 'goes with it' },
      { ...ban, id: 'qua_3', service: 'cart', version: '1.9.0', reason: 'another build' },
    ];
    const components = ['shop 1.4.0', 'cart 2.0.0'].map((one) => {
      const [service = '', version = ''] = one.split(' ');
      return { service, version };
    });
    expect(explain(view({ state: 'rolledBack', components }), now, { bans }).next).toEqual({
      because:
        'It has ended, and shop 1.4.0 is quarantined: “was rolled back” and cart 2.0.0 is quarantined: “goes with it”. Release other versions; these only after two people have lifted each quarantine.',
      command: 'gantry quarantine lift qua_1 --reason "…" && gantry quarantine lift qua_2 --reason "…"',
      action: 'quarantine.lift',
    });
  });

  test('of a release that has left something names the command that gives the place back, before all else', () => {
    const part = {
      ...{ service: 'shop', version: '1.4.0', share: 20, ofTargets: false, isKnown: true },
      ...{ standing: 'aborted, and left there', releaseId: 'rel_1', title: 'shop 1.4.0' },
    };
    const remedy = 'To give shop 1.3.0 all of production again: `…`.';
    const aborted = view({ state: 'aborted', residue: 'left' });
    const left = [{ environment: 'production', part: { ...part, whole: { version: '1.3.0' }, remedy } }];
    expect(explain(aborted, now, { left }).next).toEqual({
      because:
        'It has ended, and something of it was left. In production: shop 1.4.0 takes 20 % (aborted, and left there). Give shop 1.3.0 all of production again:',
      command: 'gantry release create shop 1.3.0 --intent redeploy --to production --alone',
      action: 'release.create',
    });
    const unclear = explain(aborted, now, { left: [{ environment: 'production', part }] });
    expect(unclear.next).toMatchObject({ command: 'gantry status' });
    expect(explain(aborted, now).next?.command).toBe('gantry release create shop 1.4.0');
  });

  test('of a release that succeeded asks for nothing and nobody', () => {
    const explained = explain(
      view({ state: 'succeeded', stage: 'staging', stages: [stage({ verdicts: asks })] }),
      now,
    );
    expect(explained).toMatchObject({ mayAct: [], word: 'succeeded' });
    expect(explained).not.toHaveProperty('next');
  });
});

describe('past an irreversible migration', () => {
  const shut = 'shop 1.3.0 cannot run after an irreversible migration: roll forward.';
  const compensation = {
    state: 'pending' as const,
    attempts: 0,
    because: 'a step may have taken effect',
    shut,
  };
  const shipped = {
    ...{ service: 'shop', version: '1.4.0', mode: 'deploy' as const, exposure: 10, metrics: [] },
    steps: [{ weight: 10, state: 'holding' as const }],
    compensation,
  };
  const held = (hold: Omit<HoldView, 'by' | 'at'>) =>
    explain(
      view({
        ...{ state: 'held', stage: 'staging', holds: [{ by: 'gantry', at: now, ...hold }] },
        stages: [stage({ state: 'deploying', rollout: [shipped] })],
      }),
      now,
    ).next;

  test('nobody is told to roll back what is banned half way', () => {
    const next = held({ kind: 'quarantine', reason: 'shop 1.4.0 is quarantined by Dee.' });
    expect(next).toMatchObject({
      because: expect.stringContaining('It can go neither on nor back: shop 1.3.0 cannot run'),
      command: expect.stringContaining('--leave'),
    });
  });

  test('a doubt is answered by leaving it, not by a rollback', () => {
    const doubt = { service: 'shop', place: 'step 1', phase: 'inconclusive' as const, who: ['ana'] };
    const next = held({ kind: 'analysis', reason: 'analysis is inconclusive: no data', doubt });
    expect(next?.because).toContain('continue with a reason, or abort it and leave what is there.');
  });
});
