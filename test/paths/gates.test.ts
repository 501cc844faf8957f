import { describe, expect, test } from '@jest/globals';
import { CheckSchema } from '../../domain/policy/check.schema.ts';
import type { Quarantine } from '../../domain/gates/quarantine/evaluate.ts';
import type { ReleaseView } from '../../domain/release/release.ts';
import { quarantineChangedSignal, type QuarantineChangedMessage } from '../../workflows/contract.ts';
import { pathHarness } from '../support/path-harness.ts';
import { aStage, qaRule, steps } from '../support/release-world.ts';
import { skipUntil } from '../support/time-skipping.ts';

const hour = 3_600_000;
const sampled = (id: string) =>
  CheckSchema.parse({
    id,
    kind: 'http',
    url: 'http://127.0.0.1/',
    sample: { interval: '5m', minSuccess: '5m', timeout: '1h' },
  });
const sampling = { delayMs: 0, intervalMs: 300_000, minSuccessMs: 300_000, timeoutMs: hour };
const rehearsal = CheckSchema.parse({
  id: 'undo',
  kind: 'rehearsal',
  probe: { kind: 'http', url: 'http://127.0.0.1/', contains: '{{previousVersion}}' },
});
const row = (view: ReleaseView, gate: string, stage = 0) =>
  view.stages[stage]?.verdicts.find((verdict) => verdict.gate === gate);

describe('the way here', () => {
  const harness = pathHarness();

  test('a version that has not stood long enough waits for it, is looked up again, and then goes on', async () => {
    const { world } = harness;
    const from = new Date().toISOString();
    const looks: string[] = [];
    world.behaviour.stages = [
      aStage({ checks: [], gates: { soak: { from: 'staging', atLeastMs: 2 * hour } } }),
    ];
    world.behaviour.standing = ({ now }) => {
      looks.push(now);
      return { at: now, soak: [{ service: 'shop', version: '1.4.0', stays: [{ from }] }] };
    };
    const handle = await world.start();
    const view = await world.until((one) => row(one, 'soak') !== undefined, 'the soak gate');
    expect(row(view, 'soak')).toMatchObject({
      kind: 'waiting',
      until: new Date(Date.parse(from) + 2 * hour).toISOString(),
    });
    expect(world.effects).toEqual([]);
    await skipUntil(harness.connection, handle.workflowId, 3 * hour);
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    expect(looks).toHaveLength(2);
  });

  test('what was not verified upstream is denied, and nobody is asked to approve it', async () => {
    const { world } = harness;
    world.behaviour.stages = [
      aStage({
        checks: [],
        rules: [qaRule],
        gates: { promotion: { from: ['staging'], which: 'any' } },
      }),
    ];
    world.behaviour.standing = ({ now }) => ({ at: now, verified: [] });
    const handle = await world.start();
    const view = await world.until((one) => row(one, 'promotion')?.kind === 'denied', 'the denial');
    expect(view.stages[0]?.approval).toBeUndefined();
    expect(view.headline).toContain('was not verified in staging');
    await world.command(handle, 'abort', { reason: 'not verified' });
    await expect(handle.result()).resolves.toMatchObject({ state: 'cancelled' });
  });

  test('a version of the wrong branch is denied by its lane', async () => {
    const { world } = harness;
    const lane = { name: 'trunk', branches: ['main'] };
    const facts = { service: 'shop', version: '1.4.0', environment: 'production', isUrgent: false };
    world.behaviour.stages = [
      aStage({ checks: [], gates: { versions: [{ ...facts, lanes: [lane], branches: ['feature/x'] }] } }),
    ];
    const handle = await world.start();
    const view = await world.until((one) => row(one, 'version')?.kind === 'denied', 'the denial');
    expect(view.headline).toContain('its commit is on no branch like main');
    await world.command(handle, 'abort', {});
    await handle.result();
  });
});

describe('sampled checks', () => {
  const harness = pathHarness();

  test('open the gate once all were good in the same samples for long enough', async () => {
    const { world } = harness;
    const answers: Record<string, boolean[]> = { x: [true, false, true, true], y: [false, true, true, true] };
    world.behaviour.stages = [aStage({ checks: [sampled('x'), sampled('y')], gates: { sampling } })];
    world.behaviour.runCheck = async ({ check, round }) => ({
      outcome: answers[check.id]?.[round - 1] === true ? 'passed' : 'failed',
      summary: 'asked',
    });
    const handle = await world.start();
    await world.until(
      (one) => row(one, 'samples')?.because.includes('The last sample was not good: y of shop') ?? false,
      'the first sample',
    );
    await skipUntil(harness.connection, handle.workflowId, hour);
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    expect(world.view?.stages[0]?.sampling).toMatchObject({ taken: 4 });
    expect(world.view?.stages[0]?.checks.map(({ outcome, round }) => [outcome, round])).toEqual([
      ['passed', 4],
      ['passed', 4],
    ]);
  });

  test('that are never good at once let the release expire at their time-out', async () => {
    const { world } = harness;
    world.behaviour.stages = [aStage({ checks: [sampled('x')], gates: { sampling } })];
    world.behaviour.runCheck = async () => ({ outcome: 'failed', summary: '2 alerts fire' });
    const handle = await world.start();
    await world.until((one) => one.stages[0]?.sampling?.taken === 1, 'the first sample');
    await skipUntil(harness.connection, handle.workflowId, 2 * hour);
    await expect(handle.result()).resolves.toMatchObject({ state: 'expired' });
    expect(world.view?.stages[0]?.sampling?.taken).toBe(12);
    expect(world.effects).toEqual([]);
  });
});

describe('a quarantine', () => {
  const harness = pathHarness();
  const quarantineOf = (version: string): Quarantine => ({
    id: 'qua_1',
    service: 'shop',
    version,
    by: 'sam',
    reason: 'corrupts carts',
    at: new Date().toISOString(),
    lifts: [],
  });
  const news = (quarantine: Quarantine, revision: number, isLifted = false): QuarantineChangedMessage => ({
    quarantine,
    revision,
    isLifted,
    sentence: `shop ${quarantine.version ?? ''} is ${isLifted ? 'let out' : 'quarantined'}.`,
  });

  test.each([
    ['its version', '1.4.0-q1', quarantineOf('1.4.0-q1')],
    ['its build under another name', '1.4.1-q1', { ...quarantineOf('1.4.0-q1'), builds: [{ commit: 'c1' }] }],
  ])('of %s that stood at planning denies, and lets go when it is lifted', async (_, version, ban) => {
    const { world } = harness;
    const [component] = aStage().components;
    const components = [{ ...component!, commit: 'c1' }];
    world.behaviour.stages = [aStage({ checks: [], rules: [qaRule], components })];
    world.behaviour.quarantines = [ban];
    const handle = await world.start({ components: [{ service: 'shop', version, commit: 'c1' }] });
    const view = await world.until((one) => row(one, 'quarantine')?.kind === 'denied', 'the denial');
    expect(view.headline).toContain('"corrupts carts"');
    expect(view.stages[0]?.approval).toBeUndefined();
    await handle.signal(quarantineChangedSignal, news(ban, 3, true));
    // told twice, and late: what is older changes nothing
    await handle.signal(quarantineChangedSignal, news(ban, 1));
    await world.until((one) => one.stages[0]?.approval?.state === 'open', 'the request');
    await world.decide(handle, 'ana', 'approve');
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
  });

  test('that was met by its name alone shuts the stage once the door knows which builds it is on', async () => {
    const { world } = harness;
    const byName = quarantineOf('1.4.0-q3');
    const ban = { ...byName, builds: [{ commit: 'c1' }] };
    const [component] = aStage().components;
    world.behaviour.stages = [
      aStage({ checks: [], components: [{ ...component!, version: '1.4.1-q3', commit: 'c1' }] }),
    ];
    world.behaviour.quarantines = [byName];
    let isLifted = false;
    world.behaviour.door = () =>
      isLifted
        ? { kind: 'open', because: 'both agree' }
        : { kind: 'closed', because: 'the record knows its builds', quarantines: [ban] };
    const handle = await world.start({
      components: [{ service: 'shop', version: '1.4.1-q3', commit: 'c1' }],
    });
    await world.until((one) => row(one, 'quarantine')?.kind === 'denied', 'the denial');
    expect(world.effects).toEqual([]);
    isLifted = true;
    await handle.signal(quarantineChangedSignal, news(ban, 3, true));
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
  });

  test.each([
    ['its version', '1.4.0-q2', quarantineOf('1.4.0-q2')],
    ['its build under another name', '1.4.1-q2', { ...quarantineOf('1.4.0-q2'), builds: [{ commit: 'c1' }] }],
  ])(
    'of %s holds a release that is under way at its next step; nobody resumes it, and lifting lets it go on',
    async (_, version, ban) => {
      const { world } = harness;
      let go = (): void => undefined;
      world.behaviour.stages = [aStage({ checks: [], deploy: steps([50, '0s'], [100, '0s']) })];
      world.behaviour.applyStep = async (input) => {
        if (input.weight === 50)
          await new Promise<void>((resolve) => {
            go = resolve;
            world.wake();
          });
        return { outcome: 'done', because: 'done' };
      };
      const handle = await world.start({ components: [{ service: 'shop', version, commit: 'c1' }] });
      await world.until(() => world.effects.length === 1, 'the first step');
      await handle.signal(quarantineChangedSignal, news(ban, 1));
      await world.until((one) => one.holds.length === 1, 'the hold');
      go();
      await world.until((one) => one.stages[0]?.rollout[0]?.exposure === 50, 'the end of the step');
      await expect(world.command(handle, 'resume', {})).rejects.toMatchObject({
        cause: { type: 'COMMAND_NOT_POSSIBLE', message: expect.stringContaining('two people lift') },
      });
      expect(world.effects).toEqual(['apply shop 50']);
      await handle.signal(quarantineChangedSignal, news(ban, 3, true));
      await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
      expect(world.notices.map(({ kind }) => kind)).toContain('held');
    },
  );

  test('of another version is none of its business', async () => {
    const { world } = harness;
    world.behaviour.quarantines = [quarantineOf('9.9.9')];
    const handle = await world.start();
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
  });

  test('that the door finds in the record shuts the gates again', async () => {
    const { world } = harness;
    const version = '1.4.0-q3';
    world.behaviour.stages = [aStage({ checks: [] })];
    world.behaviour.door = () => ({
      kind: 'closed',
      because: 'quarantined',
      quarantines: [quarantineOf(version)],
    });
    const handle = await world.start({ components: [{ service: 'shop', version }] });
    await world.until((one) => row(one, 'quarantine')?.kind === 'denied', 'the denial');
    expect(world.effects).toEqual([]);
    await world.command(handle, 'abort', {});
    await handle.result();
  });
});

describe('a waiver', () => {
  const harness = pathHarness();
  const inDays = (days: number): string => new Date(Date.now() + days * 24 * hour).toISOString();
  const by = (id: string) => ({ by: { id, kind: 'person' } });
  const managed = aStage().candidates.map((one) =>
    one.id === 'sam' || one.id === 'ben'
      ? { ...one, roles: [...one.roles, 'release-manager'], team: 'core' }
      : one,
  );
  const failing = async () => ({ outcome: 'failed' as const, summary: '1 known finding' });

  test('lets a failed check pass, is shown as what it is, and reaches the record', async () => {
    const { world } = harness;
    world.behaviour.stages = [aStage({ rules: [qaRule], candidates: managed })];
    world.behaviour.runCheck = failing;
    const handle = await world.start();
    await world.until((one) => row(one, 'checks')?.kind === 'denied', 'the denial');
    const waiver = { check: 'unit', reason: 'known, patched at the edge', expiresAt: inDays(2) };
    await world.command(handle, 'waive', { ...by('sam'), ...waiver });
    const view = await world.until((one) => one.stages[0]?.approval?.state === 'open', 'the request');
    expect(row(view, 'checks')).toMatchObject({
      kind: 'allowed',
      because: expect.stringContaining('unit of shop failed, waived by Sam until'),
    });
    const again = { ...waiver, expiresAt: inDays(5) };
    const answer = await world.command(handle, 'waive', { ...by('sam'), ...again });
    expect(answer).toMatchObject({
      note: expect.stringMatching(/^Check unit is waived by Sam until .* already/),
    });
    await expect(world.command(handle, 'waive', { ...by('ben'), ...again })).rejects.toMatchObject({
      cause: { type: 'WAIVER_REFUSED', message: expect.stringContaining('take it back first') },
    });
    const asked = view.stages[0]?.approval?.requestId;
    expect(world.view?.stages[0]?.approval).toMatchObject({ requestId: asked, state: 'open' });
    const saved = world.batches.flatMap(({ waivers }) => waivers ?? []);
    expect(saved).toMatchObject([
      { check: 'unit', service: 'shop', by: 'sam', team: 'core', expiresAt: waiver.expiresAt },
    ]);
    await world.decide(handle, 'ana', 'approve');
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
  });

  test('is refused to who lacks the role, is barred, or asks for more than 7 days', async () => {
    const { world } = harness;
    const excluded = [{ person: 'ben', because: 'ben wrote 2 commits', as: ['author' as const] }];
    world.behaviour.stages = [aStage({ candidates: managed, excluded })];
    world.behaviour.runCheck = failing;
    const handle = await world.start();
    await world.until((one) => row(one, 'checks')?.kind === 'denied', 'the denial');
    const waiver = { check: 'unit', reason: 'known, patched at the edge', expiresAt: inDays(2) };
    for (const [input, because] of [
      [{ ...by('ana'), ...waiver }, 'does not have the role release-manager'],
      [{ ...by('ben'), ...waiver }, 'ben wrote 2 commits'],
      [{ ...by('sam'), ...waiver, expiresAt: inDays(8) }, 'within 7 days'],
      [{ ...by('sam'), ...waiver, check: 'quarantine' }, 'There is no check "quarantine"'],
    ] as const)
      await expect(world.command(handle, 'waive', input)).rejects.toMatchObject({
        cause: { type: 'WAIVER_REFUSED', message: expect.stringContaining(because) },
      });
    await world.command(handle, 'abort', {});
    await handle.result();
  });

  test('shuts the gate again when it ends, and voids what was agreed to before it', async () => {
    const { world } = harness;
    let outcome: 'passed' | 'failed' = 'passed';
    world.behaviour.stages = [aStage({ rules: [qaRule], candidates: managed })];
    world.behaviour.runCheck = async () => ({ outcome, summary: 'asked' });
    const handle = await world.start();
    const first = await world.until((one) => one.stages[0]?.approval?.state === 'open', 'the request');
    const requestId = first.stages[0]?.approval?.requestId;
    outcome = 'failed';
    await world.command(handle, 'retryCheck', { check: 'unit' });
    await world.until((one) => row(one, 'checks')?.kind === 'denied', 'the failure');
    await world.command(handle, 'waive', {
      ...by('sam'),
      check: 'unit',
      reason: 'known, patched at the edge',
      expiresAt: inDays(0.5),
    });
    await world.until(
      (one) => one.stages[0]?.approval !== undefined && one.stages[0].approval.requestId !== requestId,
      'another request',
    );
    expect(world.batches.flatMap(({ closed }) => closed ?? [])).toMatchObject([
      { requestId, state: 'superseded', because: 'check unit was waived' },
    ]);
    await skipUntil(harness.connection, handle.workflowId, 13 * hour);
    await world.until((one) => row(one, 'checks')?.kind === 'denied', 'the end of the waiver');
    await world.command(handle, 'abort', {});
    await handle.result();
  });
});

describe('a waiver that is taken back', () => {
  const harness = pathHarness();
  const by = (id: string) => ({ by: { id, kind: 'person' } });
  const candidates = [
    ...aStage().candidates.map((one) =>
      one.id === 'sam' ? { ...one, roles: [...one.roles, 'release-manager'] } : one,
    ),
    { id: 'kim', name: 'Kim', roles: ['release-manager'] },
  ];
  const failing = async () => ({ outcome: 'failed' as const, summary: '1 known finding' });
  const waiver = (check: string) => ({
    ...{ check, reason: 'known, patched at the edge' },
    expiresAt: new Date(Date.now() + 24 * hour).toISOString(),
  });
  const back = (check: string) => ({ check, reason: 'it is used in the wild' });

  test('shuts the gate at once, voids what was agreed to, and is only for who might give one', async () => {
    const { world } = harness;
    world.behaviour.stages = [aStage({ rules: [qaRule], candidates })];
    world.behaviour.runCheck = failing;
    const handle = await world.start();
    await world.until((one) => row(one, 'checks')?.kind === 'denied', 'the denial');
    const refused = (input: object, message: string) =>
      expect(world.command(handle, 'revokeWaiver', input)).rejects.toMatchObject({
        cause: { type: 'WAIVER_REVOCATION_REFUSED', message: expect.stringContaining(message) },
      });
    await refused({ ...by('sam'), ...back('unit') }, 'No waiver of check unit is in force');
    await world.command(handle, 'waive', { ...by('sam'), ...waiver('unit') });
    await world.until((one) => one.stages[0]?.approval?.state === 'open', 'the request');
    await refused({ ...by('ana'), ...back('unit') }, 'Ana does not have the role');
    await world.command(handle, 'revokeWaiver', { ...by('kim'), ...back('unit') });
    const view = await world.until((one) => row(one, 'checks')?.kind === 'denied', 'the gate without it');
    expect(view.stages[0]?.approval).toBeUndefined();
    expect(world.batches.flatMap(({ closed }) => closed ?? [])).toMatchObject([
      { state: 'superseded', because: 'the waiver of check unit was taken back' },
    ]);
    const given = world.batches.flatMap(({ waivers }) => waivers ?? []);
    const told = world.batches.flatMap(({ events }) => events).find((one) => one.action === 'waiver.revoked');
    expect(told).toMatchObject({
      reason: 'it is used in the wild',
      facts: { waiver: given[0]?.id, by: 'kim', givenBy: 'sam', isPassed: false },
    });
    expect(world.notices.filter(({ kind }) => kind === 'waiverTakenBack')).toMatchObject([
      {
        to: ['sam'],
        environment: view.stages[0]?.environment,
        sentence: expect.stringMatching(
          /^Kim took back your waiver of check unit of shop for production\S*: it is used in the wild\.$/,
        ),
        facts: { check: 'unit', isPassed: 'false' },
      },
    ]);
    expect(world.effects).toEqual([]);
    await world.command(handle, 'abort', {});
    await handle.result();
  });

  test('at the door keeps the stage shut; once the stage has begun it goes on, and the answer says so', async () => {
    const { world } = harness;
    let knocks = 0;
    let door: 'unsettled' | 'open' = 'unsettled';
    let answer: unknown;
    world.behaviour.stages = [aStage({ candidates })];
    world.behaviour.runCheck = failing;
    world.behaviour.door = () => {
      knocks += 1;
      return { kind: door, because: 'so says the record' };
    };
    const handle = await world.start();
    world.behaviour.applyStep = async () => {
      answer ??= await world.command(handle, 'revokeWaiver', { ...by('sam'), ...back('unit') });
      return { outcome: 'done', because: 'done' };
    };
    const waive = async () => {
      await world.until((one) => row(one, 'checks')?.kind === 'denied', 'the denial');
      await world.command(handle, 'waive', { ...by('sam'), ...waiver('unit') });
    };
    await waive();
    await world.until(() => knocks > 0, 'a knock at the door');
    await world.command(handle, 'revokeWaiver', { ...by('sam'), ...back('unit') });
    door = 'open';
    await waive();
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    expect(answer).toMatchObject({ note: expect.stringContaining('had passed its gates before') });
    const taken = world.batches
      .flatMap(({ events }) => events)
      .filter((one) => one.action === 'waiver.revoked');
    expect(taken.map(({ facts }) => facts?.['isPassed'])).toEqual([false, true]);
    expect(world.notices.filter(({ kind }) => kind === 'waiverTakenBack')).toEqual([]); // it was their own
  });

  test('has the samples taken anew that were good by it alone', async () => {
    const { world } = harness;
    world.behaviour.stages = [
      aStage({ checks: [sampled('alerts')], rules: [qaRule], candidates, gates: { sampling } }),
    ];
    world.behaviour.runCheck = failing;
    const handle = await world.start();
    await skipUntil(harness.connection, handle.workflowId, hour / 30);
    await world.until((one) => one.stages[0]?.checks[0]?.outcome === 'failed', 'a bad sample');
    await world.command(handle, 'waive', { ...by('sam'), ...waiver('alerts') });
    await skipUntil(harness.connection, handle.workflowId, hour / 3);
    await world.until((one) => row(one, 'samples')?.kind === 'allowed', 'good samples');
    await world.command(handle, 'revokeWaiver', { ...by('sam'), ...back('alerts') });
    await world.until((one) => row(one, 'samples')?.kind !== 'allowed', 'samples that count no more');
    await world.command(handle, 'abort', {});
    await handle.result();
  });
});

describe('the way back', () => {
  const harness = pathHarness();

  test('with a flaw shuts a stage that requires it, and is only shown in one that does not', async () => {
    const { world } = harness;
    world.behaviour.standing = ({ now }) => ({
      at: now,
      ways: [
        {
          service: 'shop',
          version: '1.4.0',
          isFirst: false,
          target: { version: '1.3.0', isThere: 'no' },
          migrations: { kind: 'none', compatible: [], isFinal: false },
        },
      ],
    });
    world.behaviour.stages = [
      aStage({ environment: 'staging', checks: [], gates: { rollback: { isRequired: false } } }),
      aStage({ checks: [], gates: { rollback: { isRequired: true } } }),
    ];
    const handle = await world.start();
    const view = await world.until((one) => row(one, 'rollback plan', 1)?.kind === 'denied', 'the denial');
    expect(view.stages[0]?.state).toBe('finished');
    expect(row(view, 'rollback plan', 1)?.because).toContain('is not there any more');
    await world.command(handle, 'abort', {});
    await handle.result();
  });

  test('is rehearsed with ids of its own before the version is deployed to stay, and kept with its date', async () => {
    const { world } = harness;
    const probes: unknown[] = [];
    const ids: string[] = [];
    world.behaviour.stages = [aStage({ checks: [rehearsal] })];
    world.behaviour.applyStep = async ({ operationId }) => {
      ids.push(operationId);
      return { outcome: 'done', because: 'done' };
    };
    world.behaviour.runCheck = async ({ check }) => {
      probes.push(check);
      return { outcome: 'passed', summary: '1.3.0 runs again' };
    };
    const handle = await world.start();
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    expect(world.effects).toEqual(['rehearsal: apply shop 100', 'rehearsal: undo shop', 'apply shop 100']);
    expect(new Set(ids).size).toBe(2);
    expect(probes).toMatchObject([{ id: 'undo', kind: 'http', expect: { status: 200, contains: '1.3.0' } }]);
    expect(world.view?.stages[0]?.checks).toMatchObject([
      { id: 'undo', outcome: 'passed', summary: '1.3.0 runs again', round: 1 },
    ]);
    expect(world.batches.flatMap(({ rehearsals }) => rehearsals ?? [])).toMatchObject([
      { service: 'shop', isPassed: true, because: '1.3.0 runs again' },
    ]);
  });

  test('whose rehearsal fails ends the release, and the stage is brought back by the real undo', async () => {
    const { world } = harness;
    world.behaviour.stages = [aStage({ checks: [rehearsal] })];
    world.behaviour.runCheck = async () => ({ outcome: 'failed', summary: '1.4.0 still runs' });
    const handle = await world.start();
    await expect(handle.result()).resolves.toMatchObject({
      state: 'rolledBack',
      because: expect.stringContaining('1.4.0 still runs'),
    });
    expect(world.effects).toEqual(['rehearsal: apply shop 100', 'rehearsal: undo shop', 'undo shop']);
    expect(world.batches.flatMap(({ rehearsals }) => rehearsals ?? [])).toMatchObject([{ isPassed: false }]);
  });

  test('B7: leads past what runs where that is quarantined', async () => {
    const { world } = harness;
    const targets: (string | undefined)[] = [];
    const component = aStage().components[0];
    world.behaviour.stages = [
      aStage({
        checks: [],
        components: component
          ? [{ ...component, previousVersion: '1.3.1', backTo: { version: '1.3.0' } }]
          : [],
      }),
    ];
    world.behaviour.applyStep = async () => ({ outcome: 'failed', because: 'red' });
    world.behaviour.undoComponent = async ({ component: back }) => {
      targets.push(back.previousVersion);
      return { outcome: 'done', because: 'done' };
    };
    const handle = await world.start();
    await expect(handle.result()).resolves.toMatchObject({ state: 'rolledBack' });
    expect(targets).toEqual(['1.3.0']);
    const changes = world.batches.flatMap(({ deployments }) => deployments ?? []);
    expect(changes.find(({ status }) => status === 'rolledBack')?.previousVersion).toBe('1.3.0');
  });
});
