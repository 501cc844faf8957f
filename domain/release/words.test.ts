import { describe, expect, test } from '@jest/globals';
import type { ReleaseView, RolloutView, StageView } from './release.ts';
import { openStates, terminalStates } from './state.ts';
import { headlineOf } from './words.ts';

const now = '2026-11-26T10:00:00.000Z';
const at = (time: string) => `2026-11-26T${time}:00.000Z`;

const aStage = (over: Partial<StageView> = {}): StageView => ({
  environment: 'production',
  state: 'gating',
  checks: [],
  verdicts: [],
  rollout: [],
  soak: [],
  ...over,
});
const aRollout = (over: Partial<RolloutView> = {}): RolloutView => ({
  service: 'shop',
  version: '1.4.0',
  previousVersion: '1.3.9',
  mode: 'deploy',
  steps: [
    { weight: 50, state: 'holding' },
    { weight: 100, state: 'pending' },
  ],
  exposure: 50,
  metrics: [],
  ...over,
});
const aView = (over: Partial<ReleaseView> = {}, stage: Partial<StageView> = {}): ReleaseView => ({
  id: 'rel_1',
  workflowId: 'release/shop/1.4.0',
  attempt: 1,
  components: [{ service: 'shop', version: '1.4.0' }],
  intent: 'deploy',
  requestedBy: { id: 'ben', kind: 'person' },
  policyDigest: 'abc',
  state: 'gating',
  headline: '',
  stage: 'production',
  stages: [aStage(stage)],
  residue: 'none',
  holds: [],
  changes: { count: 0, breaking: 0, truncated: false, top: [] },
  createdAt: now,
  updatedAt: now,
  seq: 1,
  ...over,
});

const needsQa = {
  gate: 'approvals',
  kind: 'needsPeople' as const,
  because: 'Needs 1 of qa: Ana.',
  who: [],
  since: at('09:00'),
};
const locked = { gate: 'lock', kind: 'waiting' as const, because: 'Waits for its turn.', since: at('09:05') };
const anApproval = {
  requestId: 'req_1',
  state: 'open' as const,
  subjectDigest: 'abc',
  openedAt: at('09:12'),
  deadline: at('17:00'),
  asked: ['ana'],
  excluded: [],
  votes: [],
  seats: [],
};
const undone = (service: string, state: 'failed' | 'compensated' | 'pending') =>
  aRollout({ service, compensation: { state, attempts: 1, because: '' } });
const personHold = { by: 'ana', reason: 'wait for the campaign.', at: at('09:30'), kind: 'person' as const };
const aCheck = { service: 'shop', required: true, summary: '', round: 1 };

describe('the headline', () => {
  test.each<[string, ReleaseView, string]>([
    ['draft', aView({ state: 'draft' }), 'shop 1.4.0 is being planned.'],
    [
      'checked',
      aView(
        { state: 'planned' },
        {
          state: 'verifying',
          checks: [
            { ...aCheck, id: 'unit', outcome: 'passed' },
            { ...aCheck, id: 'e2e', outcome: 'running' },
          ],
        },
      ),
      'shop 1.4.0 is being checked for production: 1 of 2 checks passed; running: e2e.',
    ],
    [
      'waiting for people, with deadline and what silence means',
      aView({}, { verdicts: [needsQa, locked], approval: anApproval }),
      'shop 1.4.0 → production: Needs 1 of qa: Ana. Since 09:12 UTC. Deadline Thu 26 Nov 17:00 UTC; silence ships nothing.',
    ],
    [
      'held by a person while it waits',
      aView({ holds: [personHold] }, { verdicts: [needsQa, locked], approval: anApproval }),
      'shop 1.4.0 → production: held by ana since 09:30 UTC: wait for the campaign.',
    ],
    [
      'waiting for its turn',
      aView({ state: 'ready' }, { verdicts: [locked] }),
      'shop 1.4.0 → production: Waits for its turn. Since 09:05 UTC.',
    ],
    ['at gates that nobody has asked yet', aView(), 'shop 1.4.0 → production: its gates are being asked.'],
    [
      'at gates that nobody has asked yet, the stage before being over',
      aView({ state: 'ready' }),
      'shop 1.4.0 → production: its gates are being asked.',
    ],
    [
      'allowed by all gates',
      aView(
        { state: 'ready' },
        { verdicts: [{ gate: 'lock', kind: 'allowed', because: 'Has its turn.', since: at('09:05') }] },
      ),
      'shop 1.4.0 → production: all gates allow it; it starts now.',
    ],
    [
      'deploying',
      aView({ state: 'deploying' }, { rollout: [aRollout()] }),
      'shop 1.4.0 is being deployed in production: at 50 %, being watched (before: 1.3.9).',
    ],
    [
      'held',
      aView({ state: 'held', holds: [personHold] }),
      'shop 1.4.0 is held by ana since 09:30 UTC: wait for the campaign.',
    ],
    [
      'paused without a reason',
      aView({ state: 'held', holds: [{ ...personHold, reason: 'paused' }] }),
      'shop 1.4.0 is held by ana since 09:30 UTC.',
    ],
    [
      'paused without a reason while it waits',
      aView({ holds: [{ ...personHold, reason: 'paused' }] }, { verdicts: [needsQa] }),
      'shop 1.4.0 → production: held by ana since 09:30 UTC.',
    ],
    [
      'held and measured again',
      aView({
        state: 'held',
        holds: [
          {
            ...personHold,
            by: 'gantry',
            kind: 'analysis',
            reason: 'analysis is error: errors: the connection is refused',
            doubt: {
              service: 'shop',
              place: 'step 1',
              phase: 'error',
              who: ['ana'],
              againUntil: '2026-11-26T10:00:00.000Z',
            },
          },
        ],
      }),
      'shop 1.4.0 is held by gantry since 09:30 UTC: analysis is error: errors: the connection is refused. It is measured again Thu 26 Nov 10:00 UTC at the latest.',
    ],
    [
      'held in doubt',
      aView({
        state: 'held',
        holds: [
          { ...personHold, by: 'gantry', reason: 'analysis is inconclusive', until: at('10:30') },
          personHold,
        ],
      }),
      'shop 1.4.0 is held by gantry since 09:30 UTC: analysis is inconclusive. Without an answer it is rolled back Thu 26 Nov 10:30 UTC. 1 more hold.',
    ],
    [
      'watched',
      aView({ state: 'watching' }, { soakUntil: at('10:18') }),
      'shop 1.4.0 is being watched in production until 10:18 UTC (18 min left).',
    ],
    [
      'rolling back',
      aView(
        { state: 'rollingBack' },
        { rollout: [undone('shop', 'compensated'), undone('cart', 'pending')] },
      ),
      'shop 1.4.0 is being rolled back in production: 1 of 2 services left.',
    ],
    [
      'stuck, with what is where',
      aView({ state: 'stuck' }, { rollout: [undone('shop', 'compensated'), undone('cart', 'failed')] }),
      'shop 1.4.0 needs a person: rollback of cart failed in production. 1 of 2 services are back; nobody knows what cart has (it was at 50 % on 1.4.0).',
    ],
    [
      'stuck at a share, where an undo failed and another waits for it',
      aView(
        { state: 'stuck' },
        {
          rollout: [
            aRollout({
              exposure: 20,
              steps: [{ weight: 20, state: 'holding' }],
              compensation: { state: 'failed', attempts: 3, because: '' },
            }),
            aRollout({
              service: 'cart',
              exposure: 20,
              steps: [{ weight: 20, state: 'holding' }],
              compensation: { state: 'needsPeople', attempts: 0, because: '' },
            }),
            aRollout({
              service: 'pay',
              exposure: 100,
              steps: [{ weight: 100, state: 'done' }],
              compensation: { state: 'needsPeople', attempts: 0, because: '' },
            }),
          ],
        },
      ),
      'shop 1.4.0 needs a person: rollback of shop failed in production. No service is back yet; nobody knows what shop has (it was at 20 % on 1.4.0), cart is where it was: 1.4.0 takes 20 %, 1.3.9 the rest and pay is on 1.4.0.',
    ],
    [
      'deploying two services side by side, one of which waits for a person',
      aView(
        { state: 'deploying' },
        {
          rollout: [
            aRollout({ service: 'cart', steps: [{ weight: 100, state: 'applying' }] }),
            aRollout({ steps: [{ weight: 50, state: 'holding', until: 'manual' }] }),
          ],
        },
      ),
      'shop 1.4.0 is being deployed in production: at 50 %, until a person goes on (before: 1.3.9). Beside it: cart going to 100 %.',
    ],
    [
      'stuck, with the targets that are not back',
      aView(
        { state: 'stuck' },
        {
          rollout: [
            aRollout({
              compensation: { state: 'failed', attempts: 3, because: '' },
              targets: [
                { name: 'eu-1', state: 'undoFailed' },
                { name: 'eu-2', state: 'undone' },
              ],
            }),
          ],
        },
      ),
      'shop 1.4.0 needs a person: rollback of shop failed in production. No service is back yet; shop is not back on eu-1.',
    ],
    [
      'ended with a part of it left: exactly what runs where',
      aView(
        { state: 'failed', residue: 'partial', ended: { at: now, because: 'left by ana' } },
        { rollout: [undone('shop', 'compensated'), aRollout({ service: 'cart', exposure: 100, steps: [] })] },
      ),
      'shop 1.4.0 failed Thu 26 Nov 10:00 UTC: left by ana. Only a part of it was undone: look at what runs where. In production: shop: 1.3.9; cart: 1.4.0.',
    ],
    [
      'succeeded',
      aView({
        state: 'succeeded',
        reached: 'production',
        ended: { at: now, because: 'all stages are done' },
      }),
      'shop 1.4.0 is released Thu 26 Nov 10:00 UTC.',
    ],
    [
      'S9: rejected behind a finished stage',
      aView({ state: 'rejected', reached: 'staging', ended: { at: now, because: 'carts break', by: 'ana' } }),
      'shop 1.4.0 was rejected by ana Thu 26 Nov 10:00 UTC: carts break. It reached staging.',
    ],
    [
      'rejected by somebody with a name, who is named once',
      aView({
        state: 'rejected',
        names: { sam: 'Sam Okoro' },
        ended: { at: now, because: 'Sam Okoro rejected it: Ana rejected it: no', by: 'sam' },
      }),
      'shop 1.4.0 was rejected by Sam Okoro Thu 26 Nov 10:00 UTC: Ana rejected it: no.',
    ],
    [
      'rolled back by somebody who gave no reason, and is named once',
      aView({
        state: 'rolledBack',
        residue: 'restored',
        names: { dana: 'Dana Weiss' },
        ended: { at: now, because: 'Dana Weiss rolled it back', by: 'dana' },
      }),
      'shop 1.4.0 was rolled back by Dana Weiss Thu 26 Nov 10:00 UTC. What ran before runs again in production.',
    ],
    [
      'cancelled by somebody who gave no reason',
      aView({ state: 'cancelled', ended: { at: now, because: 'ana aborted it', by: 'ana' } }),
      'shop 1.4.0 was cancelled by ana Thu 26 Nov 10:00 UTC.',
    ],
    [
      'aborted by one person, as another had done before',
      aView({ state: 'aborted', ended: { at: now, because: 'sam aborted it', by: 'ana' } }),
      'shop 1.4.0 was aborted by ana Thu 26 Nov 10:00 UTC: sam aborted it.',
    ],
    [
      'S5: rolled back',
      aView({
        state: 'rolledBack',
        residue: 'restored',
        ended: { at: now, because: 'analysis failed: errors.' },
      }),
      'shop 1.4.0 was rolled back Thu 26 Nov 10:00 UTC: analysis failed: errors. What ran before runs again in production.',
    ],
  ])('of a release that is %s', (_, view, sentence) => {
    expect(headlineOf(view, now)).toBe(sentence);
  });

  test.each([...openStates, ...terminalStates])(
    'in state %s is a sentence, even with nothing known',
    (state) => {
      for (const stages of [[], [aStage()]]) {
        const sentence = headlineOf(aView({ state, stages }), now);
        expect(sentence).toMatch(/^shop 1\.4\.0 .*\.$/);
        expect(sentence).not.toMatch(/undefined|NaN/);
      }
    },
  );
});
