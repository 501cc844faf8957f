import { describe, expect, test } from '@jest/globals';
import type { ReleaseView, RolloutView, StageView } from '../../../domain/release/release.ts';
import { render } from '../../../platform/html.ts';
import { aRelease } from '../../../test/support/release-view.ts';
import type { Caller } from '../../auth/caller.ts';
import { commandForms } from './commands.ts';
import { rolloutSection, stageRail } from './rollout.ts';

const at = '2026-11-26T09:12:00.000Z';
const rollout = (over: Partial<RolloutView>): RolloutView => ({
  service: 'shop',
  version: '1.4.0',
  previousVersion: '1.3.0',
  mode: 'deploy',
  steps: [
    { weight: 10, state: 'holding', until: 'manual' },
    { weight: 100, state: 'pending' },
  ],
  exposure: 10,
  metrics: [],
  ...over,
});
const stage = (...rollouts: RolloutView[]): StageView => ({
  environment: 'production',
  state: 'deploying',
  checks: [],
  verdicts: [],
  rollout: rollouts,
  soak: [],
});
const shown = (one: RolloutView): string =>
  render(rolloutSection(stage(one), 'UTC'))
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ');

describe('the rollout of a component on its page', () => {
  test('says that a person must go on, and who skipped a pause and why', () => {
    const skipped = { by: 'ana', reason: '<b>looks</b> good', at };
    const page = shown(
      rollout({
        steps: [
          { weight: 10, state: 'done', skipped, endedAt: at },
          { weight: 50, state: 'holding', until: 'manual' },
          { weight: 100, state: 'pending' },
        ],
        exposure: 50,
      }),
    );
    expect(page).toContain('at 50 %, until a person goes on');
    expect(page).toContain('pause skipped by ana: &lt;b&gt;looks&lt;/b&gt; good');
  });

  test('lists every target with what runs there, and says where nobody knows', () => {
    const page = shown(
      rollout({
        steps: [{ weight: 100, state: 'failed', targets: ['eu-1', 'eu-2', 'us-1'] }],
        exposure: 33,
        targets: [
          { name: 'eu-1', state: 'done', at },
          { name: 'eu-2', state: 'failed', because: 'exit code 1', at },
          { name: 'us-1', state: 'pending' },
        ],
      }),
    );
    expect(page).toContain('33 % of targets on 1.4.0');
    expect(page).toMatch(/eu-1 done 1\.4\.0 /);
    expect(page).toMatch(/eu-2 failed nobody knows \(exit code 1\) /);
    expect(page).toMatch(/us-1 not touched 1\.3\.0 /);
  });

  test('names the service of every metric, those of the soak, too', () => {
    const metric = {
      id: 'errors',
      phase: 'passed' as const,
      because: 'fine',
      measurements: 3,
      dryRun: false,
    };
    const soaking = stage(rollout({}), rollout({ service: 'cart' }));
    soaking.soak = [{ ...metric, service: 'cart' }];
    const table = render(rolloutSection(soaking, 'UTC')).replaceAll(/\s+/g, ' ');
    expect(table).toContain('<td>cart</td>');
    expect(table).not.toContain('<td>soak</td>');
  });

  const overAt20 = (state: 'compensated' | 'pending'): string =>
    render(
      rolloutSection(
        stage(
          rollout({
            exposure: state === 'compensated' ? 0 : 20,
            steps: [
              { weight: 20, state: 'holding', startedAt: at },
              { weight: 100, state: 'pending' },
            ],
            compensation: { state, attempts: 1, because: 'done' },
          }),
        ),
        'UTC',
        { isOver: true },
      ),
    )
      .replaceAll(/<[^>]*>/g, ' ')
      .replaceAll(/\s+/g, ' ');

  test('calls a step that was undone taken back, and only what is still there left', () => {
    expect(overAt20('compensated')).toMatch(/20 %: taken back \(begun .*09:12/);
    expect(overAt20('compensated')).not.toContain('left there');
    expect(overAt20('pending')).toMatch(/20 %: left there since .*09:12/);
  });

  test('shows the test before a switch', () => {
    const page = shown(
      rollout({
        steps: [
          {
            weight: 0,
            state: 'holding',
            action: 'deploy',
            test: { outcome: 'passed', summary: '3 passed' },
          },
          { weight: 100, state: 'pending', action: 'switch' },
          { weight: 100, state: 'pending', action: 'retire' },
        ],
        exposure: 0,
      }),
    );
    expect(page).toContain('test before the switch: passed, 3 passed');
    expect(page).toContain('switch all traffic: not yet');
  });
});

describe('the button to go on', () => {
  const caller = {
    actor: { id: 'olga', kind: 'person' },
    grant: { person: 'olga', access: ['operator'] },
    session: { hash: 'h', csrf: 'c' },
  } as unknown as Caller;
  const buttons = (view: Partial<ReleaseView>): string =>
    render(
      commandForms(
        { view: aRelease(view), caller, plans: new Map(), now: new Date(at), nameOf: (id) => id },
        'UTC',
      ),
    );

  test('is there while a rollout pauses, with a way to 100 %', () => {
    const page = buttons({ state: 'deploying', stages: [stage(rollout({}))] });
    expect(page).toContain('action="/releases/rel_1/advance"');
    expect(page).toContain('name="to" value="100"');
    expect(page).toContain('shop is at 10 %, until a person goes on');
  });

  test.each<[string, Partial<ReleaseView>]>([
    ['It pauses nowhere now.', { state: 'gating' }],
    [
      'It is held: resume it first.',
      {
        state: 'held',
        stages: [stage(rollout({}))],
        holds: [{ by: 'ana', reason: 'lunch', at, kind: 'person' }],
      },
    ],
  ])('else it is shown with the reason: %s', (reason, view) => {
    const page = buttons(view);
    expect(page).not.toContain('/advance"');
    expect(page).toContain(reason);
  });

  test('a reason that shuts many buttons is read once, behind all of them and what can be done', () => {
    const page = buttons({ state: 'stuck', stages: [stage(rollout({}))] });
    const because = 'an undo failed, and first somebody recovers it';
    expect(page.split(because)).toHaveLength(2);
    const before = page.slice(0, page.indexOf(because));
    expect(before.indexOf('/recover"')).toBeLessThan(before.indexOf('<button disabled>'));
    for (const label of ['Pause', 'Roll back', 'Abort', 'Break the glass'])
      expect(before).toContain(`<button disabled>${label}</button>`);
  });
});

test.each<[ReleaseView['state'], StageView['state'], RegExp]>([
  ['held', 'deploying', /production ✕ held/],
  ['stuck', 'rollingBack', /production ✕ needs a person/],
  ['deploying', 'deploying', /production ● deploying/],
  ['held', 'finished', /production ✓ finished/],
])(
  'the card of a stage of a release that is %s says so, where the stage is %s',
  (state, stageState, words) => {
    const card = render(
      stageRail(aRelease({ state, stages: [{ ...stage(rollout({})), state: stageState }] })),
    );
    expect(card.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ')).toMatch(words);
  },
);
