import { describe, expect, test } from '@jest/globals';
import type { StageView } from '../../domain/release/release.ts';
import { cliAgainstStub } from '../../test/support/cli-against-stub.ts';
import { aRelease } from '../../test/support/release-view.ts';

const { against } = cliAgainstStub();

const at = '2026-11-26T09:12:00.000Z';
const stage: StageView = {
  environment: 'production',
  state: 'rollingBack',
  checks: [],
  verdicts: [{ gate: 'lock', kind: 'allowed', because: 'production is reserved.', since: at }],
  rollout: [
    {
      service: 'shop',
      version: '1.4.0',
      previousVersion: '1.3.0',
      mode: 'deploy',
      steps: [{ weight: 10, state: 'failed' }],
      exposure: 10,
      metrics: [],
      compensation: { state: 'failed', attempts: 3, because: 'exit code 3' },
    },
  ],
  soak: [],
};
const view = aRelease({ state: 'stuck', headline: 'shop 1.4.0 needs a person.', stages: [stage] });
const recover = 'gantry release recover rel_1 --how retry';
const entry = (seq: number, action: string, sentence: string) => ({
  seq,
  at,
  action,
  actor: { id: 'gantry' },
  object: 'shop',
  sentence,
});
const answers = {
  'GET /v1/releases/rel_1': { body: view },
  'GET /v1/releases/rel_1/explain': {
    body: {
      id: 'rel_1',
      state: 'stuck',
      headline: view.headline,
      verdicts: stage.verdicts,
      next: { because: 'An undo failed.', command: recover },
    },
  },
  'GET /v1/releases/rel_1/events': [
    { body: { items: [entry(1, 'step.started', 'shop goes to 10 %.')], next: '1' } },
    { body: { items: [entry(2, 'step.failed', 'shop, step 1: connection refused')] } },
  ],
};

describe.each(['show', 'why'])('release %s of a release whose undo failed', (command) => {
  test('says what is where, why step and undo failed, and how to recover', async () => {
    const end = await against(answers, ['release', command, 'rel_1']);
    expect(end.code).toBe(0);
    expect(end.out).not.toContain('rollingBack');
    expect(end.out).toContain('production\tdeploy shop\t10 % on 1.4.0 (before: 1.3.0)\n');
    expect(end.out).toContain('production\tstep 1 shop\t10 %: failed\n');
    expect(end.out).toContain('production\tundo shop\tundo failed (3 attempts): exit code 3\n');
    expect(end.out).toContain('shop, step 1: connection refused\n');
    expect(end.out).not.toContain('shop goes to 10 %.');
    expect(end.err).toContain(`\n${recover}\n`);
  });
});

test('release show says in words how a stage stands', async () => {
  const end = await against(answers, ['release', 'show', 'rel_1']);
  expect(end.out).toContain('production\tstage\trolling back\n');
});

test('release show offers to ban what was rolled back, unless it is banned already', async () => {
  const shown = async (next: object) => {
    const body = { id: 'rel_1', state: 'rolledBack', headline: '', verdicts: [], next };
    const release = { body: aRelease({ state: 'rolledBack', stages: [stage] }) };
    const changed = {
      ...answers,
      ...{ 'GET /v1/releases/rel_1': release, 'GET /v1/releases/rel_1/explain': { body } },
    };
    return (await against(changed, ['release', 'show', 'rel_1'])).err;
  };
  const ban = 'gantry quarantine add shop 1.4.0';
  expect(await shown({ because: 'It has ended.', command: 'gantry release create shop 1.4.0' })).toContain(
    ban,
  );
  const lift = {
    because: 'It is banned.',
    command: 'gantry quarantine lift qua_1',
    action: 'quarantine.lift',
  };
  const banned = await shown(lift);
  expect(banned).toContain(lift.command);
  expect(banned).not.toContain(ban);
});

test('release why shows no gates that let it in once it went wrong behind them', async () => {
  const end = await against(answers, ['release', 'why', 'rel_1']);
  expect(end.out).not.toContain('production is reserved.');
});

test('release why says of a gate that was passed by whom and why, and advises nothing about it', async () => {
  const verdicts = [
    {
      gate: 'freeze',
      kind: 'denied',
      because: 'The line is stopped.',
      remedy: 'Wait for it.',
      since: at,
      passed: { by: 'ana', because: 'break-glass for INC-7', until: at },
    },
  ];
  const body = { id: 'rel_1', state: 'succeeded', headline: 'shop 1.4.0 is released.', verdicts };
  const end = await against({ 'GET /v1/releases/rel_1/explain': { body } }, ['release', 'why', 'rel_1']);
  expect(end.out).toContain(`passed\tfreeze\t${at}\tbreak-glass for INC-7, by ana. The line is stopped.\n`);
  expect(end.err).not.toContain('Wait for it.');
});

test('release show names the service of checks and metrics where there are several, and only there', async () => {
  const check = { id: 'unit', outcome: 'passed' as const, required: true, summary: '3 passed', round: 1 };
  const metric = { id: 'errors', phase: 'passed' as const, because: 'fine', measurements: 1, dryRun: false };
  const [shop] = stage.rollout;
  if (!shop) throw new Error('the stage above has a rollout');
  const ready: StageView = {
    ...stage,
    state: 'finished',
    checks: [{ ...check, service: 'shop' }],
    rollout: [{ ...shop, metrics: [metric] }],
  };
  const shown = async (one: StageView) => {
    const release = aRelease({ state: 'succeeded', stages: [one] });
    const watches = { items: [], remedies: [] };
    return (
      await against(
        {
          'GET /v1/releases/rel_1': { body: release },
          'GET /v1/releases/rel_1/watches': { body: watches },
        },
        ['release', 'show', 'rel_1'],
      )
    ).out;
  };
  expect(await shown(ready)).toMatch(/check unit\t.*\n(.*\n)*.*metric errors\t/);
  const both = {
    ...ready,
    rollout: [...ready.rollout, { ...shop, service: 'cart' }],
    soak: [{ ...metric, service: 'cart' }],
  };
  const several = await shown(both);
  for (const row of ['check unit of shop\tpassed', 'metric errors of shop\t', 'metric errors of cart\t'])
    expect(several).toContain(row);
});

test.each(['show', 'why'])(
  '%s says that what it left stood so when it ended, and what is recorded since',
  async (command) => {
    const sentence = 'shop 1.0.1 is recorded as running there since Tue 2 Jun 12:06 UTC, by Ana';
    const [one] = stage.rollout;
    const compensation = { state: 'pending', attempts: 0, because: 'not known to be there' };
    const left = {
      ...stage,
      rollout: [{ ...one!, steps: [{ weight: 10, state: 'holding' }], compensation }],
    };
    const body = {
      ...aRelease({ state: 'aborted', ended: { at, because: 'enough' } }),
      headline: 'It stood so when it ended.',
      ...{ stages: [left], saidSince: [{ ...{ environment: 'production', service: 'shop', sentence } }] },
    };
    const of = {
      ...answers,
      'GET /v1/releases/rel_1': { body },
      'GET /v1/releases/rel_1/events': { body: { items: [] } },
    };
    const aborted = { ...answers['GET /v1/releases/rel_1/explain'].body, state: 'aborted' };
    const { out } = await against({ ...of, 'GET /v1/releases/rel_1/explain': { body: aborted } }, [
      'release',
      command,
      'rel_1',
    ]);
    expect(out).toContain(`production\tstate shop\tleft at 10 % when it ended; ${sentence}\n`);
    expect(out).toContain('production\tundo shop\twas left as it was\n');
    if (command === 'show') expect(out).toContain('\nIt stood so when it ended.\n');
  },
);
