import { describe, expect, test } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import type { PlannedComponent } from '../../domain/release/plan.ts';
import { leftBy } from '../../domain/rollout/live-in-part.ts';
import { runsInWords } from '../../domain/rollout/where.ts';
import { aFreeze } from '../support/a-calendar.ts';
import { pathHarness } from '../support/path-harness.ts';
import { aMetric, aStage, comingOut } from '../support/release-world.ts';
import { skipUntil } from '../support/time-skipping.ts';

const minute = 60_000;
const hour = 60 * minute;
const failed = async () => ({ outcome: 'failed' as const, because: 'exit code 1' });

const component = (service: string, ...dependsOn: string[]): PlannedComponent => ({
  service,
  version: '2.0.0',
  mode: 'deploy',
  previousVersion: '1.0.0',
  dependsOn,
});

/** A door that opens when it is told to: an effect that is under way. */
function latch() {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open: () => open(), opened };
}

describe('components side by side', () => {
  const harness = pathHarness();

  /** web needs api and cache, both need db: a diamond. */
  const diamond = [
    component('db'),
    component('api', 'db'),
    component('cache', 'db'),
    component('web', 'api', 'cache'),
  ];

  async function release(components: PlannedComponent[], over = {}): Promise<WorkflowHandle> {
    const { world } = harness;
    world.behaviour.stages = [aStage({ checks: [], parallel: 2, components, ...over })];
    return world.start({ components: components.map(({ service }) => ({ service, version: '2.0.0' })) });
  }

  const untilStuck = async (handle: WorkflowHandle) => {
    const { world, connection } = harness;
    await world.until(() => world.events.some(({ action }) => action === 'compensation.started'), 'the undo');
    await skipUntil(connection, handle.workflowId, 5 * minute); // the pauses between its three attempts
    return world.until(({ state }) => state === 'stuck', 'stuck');
  };

  const states = () =>
    Object.fromEntries(
      (harness.world.view?.stages[0]?.rollout ?? []).map((one) => [one.service, one.compensation?.state]),
    );

  test('go out as soon as what they depend on is there, those that are independent together', async () => {
    const { world } = harness;
    const both = latch();
    const busy = new Set<string>();
    world.behaviour.applyStep = async ({ component: { service } }) => {
      if (service === 'api' || service === 'cache') {
        busy.add(service);
        if (busy.size === 2) both.open();
        await both.opened; // never ends where they go one after the other
      }
      return { outcome: 'done', because: 'done' };
    };
    const handle = await release(diamond);
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    expect(world.effects[0]).toBe('apply db 100');
    expect(world.effects.slice(1, 3).toSorted()).toEqual(['apply api 100', 'apply cache 100']);
    expect(world.effects[3]).toBe('apply web 100');
  });

  test('B1: one judged bad at the end sends all of them back, dependants first', async () => {
    const { world } = harness;
    world.behaviour.analyse = async ({ component: { service } }) =>
      service === 'web' ? { phase: 'failed', because: 'errors is 0.2' } : {};
    const handle = await release(diamond, { analysis: [aMetric], soakMs: minute });
    await expect(handle.result()).resolves.toMatchObject({ state: 'rolledBack', residue: 'restored' });
    const undone = world.effects.slice(4);
    expect(undone[0]).toBe('undo web');
    expect(undone.slice(1, 3).toSorted()).toEqual(['undo api', 'undo cache']);
    expect(undone[3]).toBe('undo db');
  });

  test('B2: a failure lets a step under way end, starts nothing more, and undoes only what was touched', async () => {
    const { world } = harness;
    const cacheEnds = latch();
    const apiFailed = latch();
    world.behaviour.applyStep = async ({ component: { service } }) => {
      if (service === 'api') {
        await world.until(() => world.effects.includes('apply cache 100'), 'the cache');
        return { outcome: 'failed', because: 'exit code 1' };
      }
      if (service === 'cache') {
        await apiFailed.opened;
        cacheEnds.open();
      }
      return { outcome: 'done', because: 'done' };
    };
    const handle = await release(diamond);
    await world.until(() => world.events.some(({ action }) => action === 'step.failed'), 'the failure');
    expect(world.effects).not.toContain('undo api'); // not while the cache is still on its way
    apiFailed.open();
    await expect(handle.result()).resolves.toMatchObject({ state: 'rolledBack', residue: 'restored' });
    await cacheEnds.opened;
    expect(world.effects.slice(3, 5).toSorted()).toEqual(['undo api', 'undo cache']);
    expect(world.effects.slice(5)).toEqual(['undo db']);
    const of = (name: string) => world.view?.stages[0]?.rollout.find(({ service }) => service === name);
    expect(of('cache')?.steps.map(({ state }) => state)).toEqual(['done']);
    const web = of('web');
    expect(web?.steps.map(({ state }) => state)).toEqual(['pending']);
    expect(web?.compensation).toBeUndefined();
  });

  test('B3, B5: behind an undo that failed its providers wait; done by hand, it goes on to them', async () => {
    const { world } = harness;
    world.behaviour.analyse = async ({ component: { service } }) =>
      service === 'web' ? { phase: 'failed', because: 'errors is 0.2' } : {};
    world.behaviour.undoComponent = async ({ component: { service } }) =>
      service === 'api' ? failed() : { outcome: 'done', because: 'done' };
    const handle = await release(diamond, { analysis: [aMetric], soakMs: minute });
    const stuck = await untilStuck(handle);
    expect(states()).toEqual({
      web: 'compensated',
      cache: 'compensated',
      api: 'failed',
      db: 'needsPeople',
    });
    expect(world.effects.filter((effect) => effect === 'undo api')).toHaveLength(3);
    expect(world.effects).not.toContain('undo db');
    expect(stuck.headline).toContain(
      '2 of 4 services are back; db is on 2.0.0 and nobody knows what api has (it was at 100 % on 2.0.0)',
    );
    await world.command(handle, 'recover', { how: 'doneByHand', service: 'api', reason: 'switched by hand' });
    await expect(handle.result()).resolves.toMatchObject({ state: 'rolledBack', residue: 'restored' });
    expect(world.effects.at(-1)).toBe('undo db');
  });

  test('B4: one of two dependants that cannot go back keeps both providers; left so, it says what runs where', async () => {
    const { world } = harness;
    const components = [
      component('db'),
      component('api', 'db'),
      component('web', 'api'),
      component('mobile', 'api'),
    ];
    world.behaviour.analyse = async ({ component: { service } }) =>
      service === 'web' ? { phase: 'failed', because: 'errors is 0.2' } : {};
    world.behaviour.undoComponent = async ({ component: { service } }) =>
      service === 'mobile' ? failed() : { outcome: 'done', because: 'done' };
    const handle = await release(components, { analysis: [aMetric], soakMs: minute });
    await untilStuck(handle);
    expect(states()).toEqual({
      web: 'compensated',
      mobile: 'failed',
      api: 'needsPeople',
      db: 'needsPeople',
    });
    await world.command(handle, 'recover', { how: 'leave', reason: 'we roll forward' });
    await expect(handle.result()).resolves.toMatchObject({ state: 'failed', residue: 'partial' });
    expect(world.view?.headline).toContain('db: 2.0.0; api: 2.0.0; web: 1.0.0; mobile: 2.0.0.');
  });

  test('that are under way together when it is rolled back all come to their end, and are all undone', async () => {
    const { world } = harness;
    const ends = latch();
    world.behaviour.applyStep = async ({ component: { service } }) => {
      if (service !== 'db') await ends.opened;
      return { outcome: 'done', because: 'done' };
    };
    const handle = await release(diamond);
    await world.until(() => world.effects.length === 3, 'both');
    await world.command(handle, 'rollBack', { reason: 'customers complain' });
    ends.open();
    await expect(handle.result()).resolves.toMatchObject({ state: 'rolledBack', residue: 'restored' });
    expect(world.effects.slice(3, 5).toSorted()).toEqual(['undo api', 'undo cache']);
    expect(world.effects.slice(5)).toEqual(['undo db']);
  });

  test('are all left alone where a freeze comes before the first step of the first of them', async () => {
    const { world } = harness;
    let isDone = false;
    world.behaviour.recorded = async ({ events }) => {
      if (isDone || !events.some(({ action }) => action === 'step.started')) return;
      isDone = true;
      const zoned = { zone: 'UTC', from: new Date(Date.now() - hour).toISOString().slice(0, 19) };
      world.calendar.rules = [aFreeze(zoned)];
      world.calendar.revision += 1;
    };
    const handle = await release([component('db'), component('cache')]);
    await world.until(({ state }) => state === 'gating', 'the gates again');
    expect(world.effects).toEqual([]);
    await world.command(handle, 'abort', { reason: 'not today' });
    await expect(handle.result()).resolves.toMatchObject({ state: 'cancelled', residue: 'none' });
  });
});

describe('a pause that ends when a person goes on', () => {
  const harness = pathHarness();
  const manual = { steps: [{ weight: 10, hold: 'manual' }, { weight: 50, hold: '1h' }, { weight: 100 }] };

  async function waiting(): Promise<WorkflowHandle> {
    const { world } = harness;
    world.behaviour.stages = [comingOut(manual)];
    const handle = await world.start();
    await world.until(({ stages }) => stages[0]?.rollout[0]?.steps[0]?.until === 'manual', 'the pause');
    return handle;
  }

  test('lasts as long as nobody does; then the next pause can be skipped, too', async () => {
    const { world, connection } = harness;
    const handle = await waiting();
    expect(world.view?.headline).toContain('at 10 %, until a person goes on');
    expect(world.notices.at(-1)).toMatchObject({ kind: 'held', to: ['ben'] });
    await skipUntil(connection, handle.workflowId, 48 * hour);
    expect(world.effects).toEqual(['apply shop 10']);
    await expect(world.command(handle, 'advance', {})).rejects.toMatchObject({
      cause: { type: 'COMMAND_NOT_POSSIBLE', message: expect.stringContaining('give a reason') },
    });
    await world.command(handle, 'advance', { reason: 'looks good', commandId: 'cmd_once' });
    await world.command(handle, 'advance', { reason: 'looks good', commandId: 'cmd_once' });
    await world.until(({ stages }) => stages[0]?.rollout[0]?.exposure === 50, '50 %');
    await handle.signal('advance', { by: 'olga', reason: 'the campaign starts' });
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    expect(world.effects).toEqual(['apply shop 10', 'apply shop 50', 'apply shop 100']);
    expect(world.events.filter(({ action }) => action === 'step.skipped')).toHaveLength(2);
    expect(world.view?.stages[0]?.rollout[0]?.steps[1]?.skipped).toMatchObject({
      by: 'olga',
      reason: 'the campaign starts',
    });
  });

  test('goes to 100 % at once, past the steps between', async () => {
    const { world } = harness;
    const handle = await waiting();
    await world.command(handle, 'advance', { to: 100, reason: 'it mends checkout' });
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    expect(world.effects).toEqual(['apply shop 10', 'apply shop 100']);
    expect(world.view?.stages[0]?.rollout[0]?.steps.map(({ state }) => state)).toEqual([
      'done',
      'skipped',
      'done',
    ]);
  });

  test('is still that pause where it was held meanwhile and resumed: it says so at once, and a person lets it go on', async () => {
    const { world } = harness;
    const handle = await waiting();
    await world.command(handle, 'pause', { reason: 'incident' });
    await world.command(handle, 'resume', { reason: 'over' });
    await world.until((view) => view.holds.length === 0 && view.seq > 0, 'resumed');
    expect(world.view).toMatchObject({
      state: 'deploying',
      headline: expect.stringContaining('at 10 %, until a person goes on'),
    });
    await world.command(handle, 'advance', { to: 100, reason: 'it is fine' });
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    expect(world.effects).toEqual(['apply shop 10', 'apply shop 100']);
  });

  test('is refused in words where it is held, and rolls back from there', async () => {
    const { world } = harness;
    const handle = await waiting();
    await world.command(handle, 'pause', { reason: 'incident' });
    await expect(world.command(handle, 'advance', { reason: 'go' })).rejects.toMatchObject({
      cause: { message: expect.stringContaining('is held by Ben: incident') },
    });
    await world.command(handle, 'rollBack', { reason: 'customers complain' });
    await expect(handle.result()).resolves.toMatchObject({ state: 'rolledBack' });
    expect(world.effects).toEqual(['apply shop 10', 'undo shop']);
  });
});

describe('targets in waves', () => {
  const harness = pathHarness();
  const targets = ['eu-1', 'eu-2', 'us-1', 'us-2', 'ap-1'];
  const batches = (over = {}) => ({
    rollout: { kind: 'batches', targets, waves: [{ size: 1 }, { size: 2, hold: 'manual' }, {}], ...over },
  });
  const failOn = (...names: string[]) => {
    harness.world.behaviour.applyStep = async ({ target }) =>
      names.includes(target ?? '') ? failed() : { outcome: 'done', because: 'done' };
  };

  test('that fail too often go back, only those that were touched, the last wave first', async () => {
    const { world } = harness;
    failOn('us-1', 'ap-1');
    world.behaviour.stages = [comingOut(batches({ maxFailures: 2 }))];
    const handle = await world.start();
    await world.until(({ stages }) => stages[0]?.rollout[0]?.steps[1]?.until === 'manual', 'the second wave');
    expect(world.view?.stages[0]?.rollout[0]?.exposure).toBe(40); // eu-1 and eu-2 of five
    await world.command(handle, 'advance', { reason: 'one of three is bearable' });
    await expect(handle.result()).resolves.toMatchObject({ state: 'rolledBack', residue: 'restored' });
    const on = (verb: string) =>
      world.effects.filter((effect) => effect.startsWith(verb)).map((effect) => effect.split(' on ')[1]);
    expect(on('apply')).toEqual(targets);
    expect(on('undo')).toEqual(['ap-1', 'us-2', 'us-1', 'eu-2', 'eu-1']);
  });

  test('that are aborted between two waves go back where they were touched, and nowhere else', async () => {
    const { world } = harness;
    world.behaviour.stages = [comingOut(batches())];
    const handle = await world.start();
    await world.until(({ stages }) => stages[0]?.rollout[0]?.steps[1]?.until === 'manual', 'the second wave');
    await world.command(handle, 'abort', { reason: 'wrong branch' });
    await expect(handle.result()).resolves.toMatchObject({ state: 'aborted', residue: 'restored' });
    expect(world.effects.slice(3)).toEqual(['undo shop on us-1', 'undo shop on eu-2', 'undo shop on eu-1']);
    expect(world.view?.stages[0]?.rollout[0]?.targets?.map(({ state }) => state)).toEqual([
      ...['undone', 'undone', 'undone'],
      ...['pending', 'pending'],
    ]);
  });

  test('of which one fails under the limit ask a person before the release is through', async () => {
    const { world } = harness;
    failOn('us-1');
    world.behaviour.stages = [comingOut(batches({ maxFailures: 2, waves: undefined }))];
    const handle = await world.start();
    const held = await world.until(({ state }) => state === 'held', 'the hold');
    expect(held.holds[0]?.reason).toContain('failed on 1 of 5 targets');
    expect(runsInWords(held.stages[0] ?? { rollout: [] })).toContain(
      'shop on us-1: nobody knows (exit code 1)',
    );
    await world.command(handle, 'resume', { reason: 'us-1 is being retired' });
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
  });

  test('of which one cannot be undone are told apart in a table, and the rest goes back', async () => {
    const { world, connection } = harness;
    failOn('eu-2');
    world.behaviour.undoComponent = async ({ target }) =>
      target === 'eu-1' ? failed() : { outcome: 'done', because: 'done' };
    world.behaviour.stages = [comingOut(batches())];
    const handle = await world.start();
    await world.until(() => world.events.some(({ action }) => action === 'compensation.started'), 'the undo');
    await skipUntil(connection, handle.workflowId, 5 * minute);
    const stuck = await world.until(({ state }) => state === 'stuck', 'stuck');
    const [rollout] = stuck.stages[0]?.rollout ?? [];
    expect(rollout?.targets?.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'eu-1 undoFailed',
      'eu-2 undone',
      'us-1 undone',
      'us-2 pending',
      'ap-1 pending',
    ]);
    expect(world.effects.filter((effect) => effect === 'undo shop on eu-2')).toHaveLength(1);
    await world.command(handle, 'recover', { how: 'doneByHand', reason: 'switched by hand' });
    await expect(handle.result()).resolves.toMatchObject({ state: 'rolledBack' });
    expect(runsInWords(world.view?.stages[0] ?? { rollout: [] })).toContain('shop on eu-1: 1.3.0');
  });
});

describe('blue and green', () => {
  const harness = pathHarness();
  const test_ = { id: 'smoke', kind: 'command', run: ['./smoke.sh'] };
  const blueGreen = (over = {}) => ({ rollout: { kind: 'blueGreen', test: test_, keep: '1h', ...over } });

  test('is tested beside what runs, switched, and the old version taken away after its time', async () => {
    const { world, connection } = harness;
    world.behaviour.stages = [comingOut(blueGreen({ hold: 'manual' }), { checks: [] })];
    const handle = await world.start();
    const green = await world.until(
      ({ stages }) => stages[0]?.rollout[0]?.steps[0]?.until === 'manual',
      'green',
    );
    expect(green.stages[0]?.rollout[0]).toMatchObject({
      exposure: 0,
      steps: [{ test: { outcome: 'passed' } }, {}, {}],
    });
    await world.command(handle, 'advance', { reason: 'looked at it' });
    await world.until(({ stages }) => stages[0]?.rollout[0]?.exposure === 100, 'the switch');
    expect(world.effects).toEqual(['apply shop 0 deploy', 'apply shop 100 switch']);
    await skipUntil(connection, handle.workflowId, 2 * hour);
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    expect(world.effects.at(-1)).toBe('apply shop 100 retire');
  });

  test('stands without traffic where the release is aborted before the switch and left', async () => {
    const { world } = harness;
    world.behaviour.stages = [comingOut(blueGreen({ hold: 'manual' }), { checks: [] })];
    const handle = await world.start();
    await world.until(({ stages }) => stages[0]?.rollout[0]?.steps[0]?.until === 'manual', 'green');
    await world.command(handle, 'abort', { reason: 'stop it', leave: true });
    await expect(handle.result()).resolves.toMatchObject({ state: 'aborted', residue: 'left' });
    expect(world.effects).toEqual(['apply shop 0 deploy']);
    const view = world.view!;
    const { environment = '' } = view.stages[0] ?? {};
    const place = { view, environment, service: 'shop', isTouched: false };
    expect(leftBy(view, { left: [place], running: [] })).toMatchObject([
      { environment, part: { share: 0, isKnown: true, standing: 'aborted, and left there' } },
    ]);
    expect(view.headline).toContain('stands there without traffic');
  });

  test('is switched back while the old version is still there', async () => {
    const { world } = harness;
    world.behaviour.stages = [comingOut(blueGreen(), { checks: [] })];
    const handle = await world.start();
    await world.until(({ stages }) => stages[0]?.rollout[0]?.exposure === 100, 'the switch');
    await world.command(handle, 'rollBack', { reason: 'customers complain' });
    await expect(handle.result()).resolves.toMatchObject({ state: 'rolledBack', residue: 'restored' });
    expect(world.effects.at(-1)).toBe('undo shop switchBack');
  });

  test('leaves the old version standing where the way back after the switch fails and is left', async () => {
    const { world, connection } = harness;
    world.behaviour.stages = [comingOut(blueGreen(), { checks: [] })];
    world.behaviour.undoComponent = async () => ({
      outcome: 'failed',
      because: 'the router does not answer',
    });
    const handle = await world.start();
    await world.until(({ stages }) => stages[0]?.rollout[0]?.exposure === 100, 'the switch');
    await world.command(handle, 'rollBack', { reason: 'customers complain' });
    await world.until(({ state }) => state === 'rollingBack', 'the way back');
    await skipUntil(connection, handle.workflowId, 60_000); // the pauses between its attempts
    await world.until(({ state }) => state === 'stuck', 'stuck');
    await world.command(handle, 'recover', { how: 'leave', reason: 'we roll forward' });
    await expect(handle.result()).resolves.toMatchObject({ state: 'failed', residue: 'partial' });
    const view = world.view!;
    const { environment = '', rollout: [one] = [] } = view.stages[0] ?? {};
    const place = { view, environment, service: 'shop', isTouched: false };
    const running = [{ environment, service: 'shop', version: one?.version ?? '' }];
    expect(leftBy(view, { left: [place], running })).toMatchObject([
      {
        environment,
        part: { version: one?.previousVersion, share: 0, isKnown: true, standing: 'failed, and left there' },
      },
    ]);
  });

  test('never gets traffic where its test fails', async () => {
    const { world } = harness;
    world.behaviour.stages = [comingOut(blueGreen(), { checks: [] })];
    world.behaviour.runCheck = async () => ({ outcome: 'failed', summary: '1 of 3 failed' });
    const handle = await world.start();
    await expect(handle.result()).resolves.toMatchObject({ state: 'rolledBack', residue: 'restored' });
    expect(world.effects).toEqual(['apply shop 0 deploy', 'undo shop switchBack']);
    expect(world.view?.ended?.because).toContain('smoke of shop');
  });
});
