import { describe, expect, test } from '@jest/globals';
import { instantText } from '../../domain/instant-text.ts';
import { aFreeze, aWindow } from '../support/a-calendar.ts';
import { pathHarness } from '../support/path-harness.ts';
import { aStage, qaRule, steps } from '../support/release-world.ts';
import { skipUntil } from '../support/time-skipping.ts';

const hour = 3_600_000;
const later = (ms: number) => new Date(Date.now() + ms).toISOString();
const local = (ms: number) => later(ms).slice(0, 19);
/** A freeze of everything from an hour ago on. */
const frozen = (endsInMs: number | undefined, more = {}) =>
  aFreeze(
    { zone: 'UTC', from: local(-hour), ...(endsInMs === undefined ? {} : { to: local(endsInMs) }) },
    more,
  );

describe('a release that meets the calendar', () => {
  const harness = pathHarness();
  const kinds = (gate: string) =>
    harness.world.view?.stages[0]?.verdicts.find((verdict) => verdict.gate === gate)?.kind;

  test('waits for the end of a freeze and goes then by itself', async () => {
    const { world } = harness;
    world.calendar.rules = [frozen(5 * hour)];
    const handle = await world.start();
    const view = await world.until(
      (v) => v.stages[0]?.calendar !== undefined && v.state === 'gating',
      'the freeze',
    );
    expect(view.headline).toContain('frozen until');
    expect(world.effects).toEqual([]);
    await skipUntil(harness.connection, handle.workflowId, 6 * hour);
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    expect(world.effects).toEqual(['apply shop 100']);
  });

  test('is woken when an endless freeze is lifted, and says what changed', async () => {
    const { world } = harness;
    world.calendar.rules = [frozen(undefined, { id: 'stop', stopTheLine: true })];
    const handle = await world.start();
    await world.until(() => kinds('freeze') === 'waiting', 'the stopped line');
    world.calendar.rules = [];
    await world.wakeRelease(handle, 'Freeze stop was lifted by ana.', 'w1');
    await world.wakeRelease(handle, 'Freeze stop was lifted by ana.', 'w1');
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    const told = world.events.filter((event) => event.action === 'calendar.changed');
    expect(told.map(({ sentence }) => sentence)).toEqual([
      expect.stringContaining('Freeze stop was lifted by ana.'),
    ]);
  });

  test('asks its owner where it may not fit, and starts when somebody says so with a reason', async () => {
    const { world } = harness;
    const minute = hour / 60;
    world.calendar.runs = [5, 5, 5, 5, 5, 5, 5, 5, 60, 60].map((count) => count * minute);
    world.calendar.rules = [aWindow({ zone: 'UTC', from: local(-hour), to: local(40 * minute) })];
    const handle = await world.start();
    await world.until(() => kinds('fit') === 'needsPeople', 'the question');
    await expect(world.command(handle, 'proceed', {})).rejects.toThrow();
    await world.command(handle, 'proceed', { reason: 'it is small' });
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    expect(world.events.find(({ action }) => action === 'command.received')?.reason).toBe('it is small');
  });

  test('its milestones can be moved while they are ahead, and everybody whose date it is hears of it', async () => {
    const { world } = harness;
    world.calendar.rules = [frozen(5 * hour)];
    const live = { kind: 'live' as const, plannedAt: later(8 * hour), owner: 'cleo' };
    const code = { kind: 'codeComplete' as const, plannedAt: later(hour) };
    const handle = await world.start({ milestones: [code, live] });
    await world.until((v) => v.milestones?.[0]?.actualAt !== undefined, 'code complete');
    const moved = { ...live, plannedAt: later(30 * hour) };
    await world.command(handle, 'setMilestones', { milestones: [moved], reason: 'support is there then' });
    const view = await world.until((v) => v.milestones?.[1]?.plannedAt === moved.plannedAt, 'the new date');
    expect(view.milestones?.map(({ kind }) => kind)).toEqual(['codeComplete', 'live']);
    const told = world.events.find(
      ({ action, reason }) => action === 'milestone.planned' && reason === 'support is there then',
    );
    expect(told?.sentence).toMatch(/live .* \(before: /);
    await expect(world.command(handle, 'setMilestones', { milestones: [code] })).rejects.toThrow();
    await handle.terminate();
  });

  test('asks nobody while no opening is known, and asks when there is one', async () => {
    const { world } = harness;
    world.behaviour.stages = [aStage({ rules: [qaRule] })];
    world.calendar.rules = [frozen(undefined)];
    const handle = await world.start();
    await world.until(() => kinds('freeze') === 'waiting', 'the freeze');
    expect(world.view?.stages[0]?.approval).toBeUndefined();
    world.calendar.rules = [frozen(2 * hour, { revision: 2 })];
    await world.wakeRelease(handle, 'Freeze holiday ends today.');
    await world.until((view) => view.stages[0]?.approval?.state === 'open', 'the request');
    await world.decide(handle, 'ana', 'approve');
    await skipUntil(harness.connection, handle.workflowId, 3 * hour);
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
  });

  test('a hotfix asks for an override, and goes with one', async () => {
    const { world } = harness;
    world.calendar.rules = [frozen(48 * hour)];
    const handle = await world.start({ urgent: 'carts are lost' });
    await world.until(() => kinds('freeze') === 'needsPeople', 'somebody to be asked');
    world.calendar.overrides = [
      {
        id: 'ovr_1',
        freezeId: 'holiday',
        revision: 1,
        releaseId: world.view?.id ?? '',
        environment: 'production',
        by: 'ops',
        reason: 'agreed with support',
        expiresAt: later(hour),
      },
    ];
    await world.wakeRelease(handle, 'ops overrides freeze holiday.');
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
  });

  test.each([
    ['a departure of a train is what nobody asked for', { train: { id: 'weekly', departure: 1 } }, 'allowed'],
    ['what people ask for is planned', {}, 'waiting'],
  ])('in a freeze that lets pass what is automatic, %s', async (_, order, kind) => {
    const { world } = harness;
    world.behaviour.stages = [aStage({ rules: [qaRule] })];
    world.calendar.rules = [frozen(5 * hour, { passage: { auto: 'allow' } })];
    const handle = await world.start(order);
    await world.until(() => kinds('freeze') !== undefined, 'the freeze');
    expect(kinds('freeze')).toBe(kind);
    await handle.terminate();
  });

  test('starts at the time that was asked for', async () => {
    const { world } = harness;
    const handle = await world.start({ schedule: { at: later(30 * hour) } });
    await world.until(() => kinds('schedule') === 'waiting', 'the schedule');
    await skipUntil(harness.connection, handle.workflowId, 31 * hour);
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
  });

  test('expires rather than start late', async () => {
    const { world } = harness;
    world.calendar.rules = [frozen(undefined)];
    const handle = await world.start({ schedule: { startBy: later(3 * hour) } });
    await world.until(() => kinds('freeze') !== undefined, 'the freeze');
    await skipUntil(harness.connection, handle.workflowId, 4 * hour);
    await expect(handle.result()).resolves.toMatchObject({ state: 'expired' });
    expect(world.effects).toEqual([]);
  });

  test('keeps its schedule where the new one has passed already', async () => {
    const { world } = harness;
    const at = later(4 * hour);
    const handle = await world.start({ schedule: { at } });
    await world.until(() => kinds('schedule') === 'waiting', 'the schedule');
    const late = world.command(handle, 'reschedule', { schedule: { at: '2020-01-01T09:00:00Z' } });
    await expect(late).rejects.toMatchObject({ cause: { type: 'START_PASSED' } });
    expect((await world.state(handle)).schedule).toEqual({ at });
    await handle.terminate();
  });

  test('is rescheduled by people, and told so', async () => {
    const { world } = harness;
    const handle = await world.start({ schedule: { at: later(30 * hour) } });
    await world.until(() => kinds('schedule') === 'waiting', 'the schedule');
    const moved = later(50 * hour);
    // The answer is about the start that it has now, though its gates have not been asked anew.
    expect(await world.command(handle, 'reschedule', { schedule: { at: moved } })).toMatchObject({
      headline: expect.stringContaining(` is to start ${instantText(moved)}.`),
    });
    await world.command(handle, 'reschedule', { schedule: {}, reason: 'everybody is here now' });
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    expect(world.events.map(({ action }) => action)).toContain('schedule.planned');
  });

  test('waits for a window that is closed, and takes its opening', async () => {
    const { world } = harness;
    world.calendar.rules = [aWindow({ zone: 'UTC', start: local(20 * hour), duration: '4h' })];
    const handle = await world.start();
    await world.until(() => kinds('window') === 'waiting', 'the window');
    await skipUntil(harness.connection, handle.workflowId, 21 * hour);
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
  });

  test.each([
    [
      'of an hour holds it, and it goes on by itself',
      3 * hour,
      'succeeded',
      ['apply shop 10', 'apply shop 100'],
    ],
    [
      'of days asks people, and without an answer it goes back',
      16 * 24 * hour,
      'rolledBack',
      ['apply shop 10', 'undo shop'],
    ],
  ])('between two steps a freeze %s', async (_, length, state, effects) => {
    const { world } = harness;
    world.behaviour.stages = [aStage({ deploy: steps([10, '1h'], [100, '0s']) })];
    const handle = await world.start();
    await world.until((view) => view.stages[0]?.rollout[0]?.steps[0]?.state === 'holding', 'the first step');
    world.calendar.rules = [frozen(length)];
    await world.wakeRelease(handle, 'Freeze holiday was made by ana.');
    await world.until(() => world.events.some(({ action }) => action === 'calendar.changed'), 'the change');
    await skipUntil(harness.connection, handle.workflowId, 1.5 * hour);
    await world.until((view) => view.holds.some(({ kind }) => kind === 'freeze'), 'the hold');
    await expect(world.command(handle, 'resume', {})).rejects.toThrow();
    await skipUntil(harness.connection, handle.workflowId, 4 * hour);
    await expect(handle.result()).resolves.toMatchObject({ state });
    expect(world.effects).toEqual(effects);
  });

  /** A release of two steps, an hour between them, at its first. */
  const halfWay = async (over = {}) => {
    const { world } = harness;
    world.behaviour.stages = [aStage({ deploy: steps([10, '1h'], [100, '0s']) })];
    const handle = await world.start(over);
    await world.until((view) => view.stages[0]?.rollout[0]?.steps[0]?.state === 'holding', 'the first step');
    return handle;
  };
  const held = async () =>
    harness.world.until((view) => view.holds.some(({ kind }) => kind === 'freeze'), 'the hold');
  const stopped = () => frozen(undefined, { id: 'stop', stopTheLine: true });

  test('once the line is stopped no more traffic is moved, though the engine was away and nobody has told it', async () => {
    const { world } = harness;
    const handle = await halfWay();
    world.calendar.rules = [stopped()];
    world.calendar.revision += 1;
    await skipUntil(harness.connection, handle.workflowId, 1.5 * hour);
    await held();
    expect(world.effects).toEqual(['apply shop 10']);
    world.calendar.rules = [];
    await world.wakeRelease(handle, 'Freeze stop was lifted by ana.');
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    expect(world.effects).toEqual(['apply shop 10', 'apply shop 100']);
  });

  test('a freeze that was known beforehand and says abort is obeyed before the next step, though nobody was told', async () => {
    const { world } = harness;
    const handle = await halfWay();
    world.calendar.rules = [frozen(undefined, { inFlight: 'abort' })];
    world.calendar.revision += 1;
    await skipUntil(harness.connection, handle.workflowId, 1.5 * hour);
    await expect(handle.result()).resolves.toMatchObject({ state: 'rolledBack' });
    expect(world.effects).toEqual(['apply shop 10', 'undo shop']);
  });

  test('a freeze that begins while people hold a release half way holds it on, when they let it go', async () => {
    const { world } = harness;
    world.calendar.rules = [
      aFreeze({ zone: 'UTC', from: local(2 * hour), to: local(5 * hour) }, { reason: 'the sale' }),
    ];
    const handle = await halfWay();
    await world.command(handle, 'pause', { reason: 'lunch' });
    await skipUntil(harness.connection, handle.workflowId, 3 * hour);
    await world.command(handle, 'resume', { reason: 'back' });
    await held();
    expect(world.effects).toEqual(['apply shop 10']);
    await skipUntil(harness.connection, handle.workflowId, 3 * hour);
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
  });

  test('when an override ends half way, the freeze that it passed stands again', async () => {
    const { world } = harness;
    world.calendar.rules = [frozen(3 * hour)];
    const releaseId = 'rel_overridden';
    const override = { id: 'ovr_1', freezeId: 'holiday', revision: 1, releaseId, environment: 'production' };
    world.calendar.overrides = [
      { ...override, by: 'ops', reason: 'agreed with support', expiresAt: later(hour / 2) },
    ];
    const handle = await halfWay({ releaseId });
    await skipUntil(harness.connection, handle.workflowId, 1.5 * hour);
    await held();
    expect(world.effects).toEqual(['apply shop 10']);
    await skipUntil(harness.connection, handle.workflowId, 3 * hour);
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
  });

  /** The record takes its time over the first step, and this happens meanwhile. */
  const whileWritten = (what: () => void) => {
    let isDone = false;
    harness.world.behaviour.recorded = async ({ events }) => {
      if (isDone || !events.some(({ action }) => action === 'step.started')) return;
      isDone = true;
      what();
    };
  };

  test('a freeze made while the first step is written down keeps it from being done, until it ends', async () => {
    const { world } = harness;
    whileWritten(() => {
      world.calendar.rules = [frozen(5 * hour)];
      world.calendar.revision += 1;
    });
    const handle = await world.start();
    await world.until((view) => view.state === 'gating' && kinds('freeze') === 'waiting', 'the gates again');
    expect(world.effects).toEqual([]);
    await skipUntil(harness.connection, handle.workflowId, 6 * hour);
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    expect(world.effects).toEqual(['apply shop 100']);
  });

  test('a start whose latest instant passes while the record is away never happens', async () => {
    const { world } = harness;
    whileWritten(() => {
      world.lateMs = hour;
    });
    const handle = await world.start({ schedule: { startBy: later(hour / 2) } });
    await expect(handle.result()).resolves.toMatchObject({ state: 'expired', residue: 'none' });
    expect(world.effects).toEqual([]);
  });

  test('a window that closes while people hold a release before its first step is waited for anew', async () => {
    const { world } = harness;
    world.calendar.rules = [aWindow({ zone: 'UTC', from: local(-hour), to: local(2 * hour) })];
    world.behaviour.stages = [aStage({ rules: [qaRule] })];
    const handle = await world.start();
    await world.until((view) => view.stages[0]?.approval?.state === 'open', 'the request');
    let isShut = true;
    world.behaviour.door = () => {
      if (isShut) return { kind: 'shut', because: 'on purpose' };
      return { kind: 'open', because: 'both agree' };
    };
    await world.decide(handle, 'ana', 'approve');
    await world.until((view) => view.holds.some(({ kind }) => kind === 'door'), 'the door');
    await skipUntil(harness.connection, handle.workflowId, 3 * hour);
    isShut = false;
    await world.command(handle, 'resume', { reason: 'looked at' });
    await world.until(() => kinds('window') === 'waiting', 'the window');
    expect(world.effects).toEqual([]);
    await handle.terminate();
  });

  test('a freeze that says abort takes it back at once', async () => {
    const { world } = harness;
    world.behaviour.stages = [aStage({ deploy: steps([10, '5h'], [100, '0s']) })];
    const handle = await world.start();
    await world.until((view) => view.stages[0]?.rollout[0]?.steps[0]?.state === 'holding', 'the first step');
    world.calendar.rules = [frozen(3 * hour, { inFlight: 'abort' })];
    await world.wakeRelease(handle, 'Freeze holiday was made by ana.');
    await expect(handle.result()).resolves.toMatchObject({ state: 'rolledBack' });
    expect(world.effects).toEqual(['apply shop 10', 'undo shop']);
  });

  test('what it waits for is dropped by people', async () => {
    const { world } = harness;
    const dependency = { kind: 'release' as const, releaseId: 'rel_other' };
    world.calendar.dependencies = [
      { dependency, release: { id: 'rel_other', title: 'payments 2.1.0', state: 'failed', owner: 'cem' } },
    ];
    const handle = await world.start({ needs: [dependency] });
    const view = await world.until(() => kinds('dependencies') === 'denied', 'the dependency');
    expect(view.headline).toContain('payments 2.1.0 was needed and failed; ask cem.');
    await world.command(handle, 'dropDependency', { number: 1, reason: 'works without' });
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
  });

  test('tells owners of dates that move, once, and keeps when each was reached', async () => {
    const { world } = harness;
    const handle = await world.start({
      schedule: { at: later(30 * hour) },
      milestones: [
        { kind: 'codeComplete', plannedAt: later(-hour) },
        { kind: 'goNoGo', plannedAt: later(2 * hour), owner: 'ana' },
        { kind: 'live', plannedAt: later(3 * hour), owner: 'cem' },
      ],
    });
    await world.until((view) => view.stages[0]?.calendar !== undefined, 'the calendar');
    await skipUntil(harness.connection, handle.workflowId, 31 * hour);
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    const slipped = world.events.filter(({ action }) => action === 'milestone.slipped');
    expect(slipped[0]?.sentence).toContain('live');
    expect(world.notices.some(({ kind, to }) => kind === 'rescheduled' && to.includes('cem'))).toBe(true);
    expect(world.view?.milestones?.map(({ actualAt }) => actualAt !== undefined)).toEqual([true, true, true]);
  });
});
