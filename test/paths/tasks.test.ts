import { describe, expect, test } from '@jest/globals';
import type { StagePlan } from '../../domain/release/plan.ts';
import { pathHarness } from '../support/path-harness.ts';
import { aStage, qaRule } from '../support/release-world.ts';
import { skipUntil } from '../support/time-skipping.ts';

const hour = 3_600_000;
const as = (id: string) => ({ by: { id, kind: 'person' as const } });

describe('an approval under conditions', () => {
  const harness = pathHarness();

  const approved = async (rules = [qaRule], over: Partial<StagePlan> = {}) => {
    const { world } = harness;
    world.behaviour.stages = [
      aStage({
        rules,
        ...over,
        candidates: [
          { id: 'ana', name: 'Ana', roles: ['qa'] },
          { id: 'cem', name: 'Cem', team: 'web', roles: ['qa'] },
          { id: 'dee', name: 'Dee', team: 'web', roles: [] },
        ],
      }),
    ];
    const handle = await world.start();
    const view = await world.until((v) => v.stages[0]?.approval?.state === 'open', 'the request');
    const before = view.stages[0]!.environment;
    const conditions = [{ title: 'write the runbook', owner: 'web', before }];
    return { world, handle, before, conditions };
  };

  test('becomes a task that its stage waits for, and starts when its owner says that it is done', async () => {
    const { world, handle, conditions } = await approved();
    await world.decide(handle, 'ana', 'approve', { conditions });
    const view = await world.until(
      (v) =>
        v.stages[0]?.verdicts.some(({ gate, kind }) => gate === 'tasks' && kind === 'needsPeople') ?? false,
      'the task',
    );
    expect(view.stages[0]?.approval?.state).toBe('approved');
    expect(view.tasks).toMatchObject([{ id: 't1', owner: 'web', state: 'open', askedBy: 'ana' }]);
    expect(view.headline).toContain('write the runbook');
    expect(world.notices.find(({ kind }) => kind === 'taskAssigned')?.to).toEqual(['cem', 'dee']);
    expect(world.effects).toEqual([]);
    const move = (id: string, to: string, reason?: string) =>
      world.command(handle, 'moveTask', { ...as(id), task: 't1', to, ...(reason ? { reason } : {}) });
    await expect(move('zoe', 'done')).rejects.toMatchObject({ cause: { type: 'AUTHORITY_MISSING' } });
    await expect(move('cem', 'blocked')).rejects.toMatchObject({ cause: { type: 'COMMAND_NOT_POSSIBLE' } });
    await move('cem', 'blocked', 'no access to the wiki');
    await world.until((v) => v.headline.includes('no access to the wiki'), 'what blocks it');
    await move('cem', 'accepted');
    await expect(move('dee', 'done')).rejects.toMatchObject({ cause: { type: 'AUTHORITY_MISSING' } });
    await move('cem', 'done', 'see the wiki');
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    expect(world.view?.tasks).toMatchObject([{ state: 'done', by: 'cem', acceptedBy: 'cem' }]);
  });

  test('is added without a vote as well: its stage waits for it, and for one without a stage nothing does', async () => {
    const { world, handle, before } = await approved();
    const add = (id: string, over: object) =>
      world.command(handle, 'addTask', { ...as(id), title: 'tell support', owner: 'web', ...over });
    await expect(add('dee', { before })).rejects.toMatchObject({ cause: { type: 'AUTHORITY_MISSING' } });
    for (const wrong of [{ before: 'moon' }, { owner: 'nobody' }, { due: 'soon' }, { title: undefined }])
      await expect(add('ana', { before, ...wrong })).rejects.toMatchObject({
        cause: { type: 'COMMAND_NOT_POSSIBLE' },
      });
    expect(await add('ana', { before })).toMatchObject({
      note: `It is task t1: open, with web, before ${before}.`,
    });
    await add('ana', { title: 'clean up' });
    await world.decide(handle, 'ana', 'approve');
    const view = await world.until(
      (v) => v.headline.includes('tell support') && v.stages[0]?.approval?.state === 'approved',
      'the task',
    );
    expect(view.tasks).toMatchObject([{ id: 't1', before, askedBy: 'ana' }, { id: 't2' }]);
    expect(view.tasks?.[1]).not.toHaveProperty('before');
    expect(world.effects).toEqual([]);
    await world.command(handle, 'moveTask', { ...as('cem'), task: 't1', to: 'done' });
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    expect(world.notices.filter(({ kind }) => kind === 'taskAssigned').map(({ to }) => to)).toEqual([
      ['cem', 'dee'],
      ['cem', 'dee'],
    ]);
  });

  test('is refused where nobody could meet it, and counts for nothing with a rejection', async () => {
    const { world, handle, before, conditions } = await approved();
    const refused = { cause: { type: 'CONDITION_INVALID' } };
    const wrong = (over: object) => [{ title: 'do it', owner: 'web', before, ...over }];
    await expect(
      world.decide(handle, 'ana', 'approve', { conditions: wrong({ owner: 'nobody' }) }),
    ).rejects.toMatchObject(refused);
    await expect(
      world.decide(handle, 'ana', 'approve', { conditions: wrong({ before: 'moon' }) }),
    ).rejects.toMatchObject(refused);
    await expect(world.decide(handle, 'ana', 'reject', { conditions })).rejects.toMatchObject(refused);
    expect((await world.state(handle)).stages[0]?.approval?.votes).toEqual([]);
    await world.decide(handle, 'ana', 'approve');
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
  });

  test('is void where its author votes again without it; who asked for it may give it up', async () => {
    const { world, handle, conditions } = await approved([{ ...qaRule, atLeast: 2 }]);
    await world.decide(handle, 'ana', 'approve', { conditions });
    await world.decide(handle, 'ana', 'approve');
    await world.decide(handle, 'cem', 'approve', { conditions });
    await world.until((v) => v.tasks !== undefined, 'the task');
    expect(world.view?.tasks?.map(({ askedBy }) => askedBy)).toEqual(['cem']);
    const giveUp = (id: string) =>
      world.command(handle, 'moveTask', { ...as(id), task: 't1', to: 'cancelled', reason: 'it exists' });
    await expect(giveUp('dee')).rejects.toMatchObject({ cause: { type: 'AUTHORITY_MISSING' } });
    await giveUp('cem');
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
  });

  const reminders = () =>
    harness.world.notices
      .filter(({ kind }) => kind === 'taskReminder')
      .map(({ facts, to, occasion }) => ({
        who: to.join(' '),
        as: facts?.['as'],
        step: occasion.split('/')[3],
      }));

  test('that is due is reminded of: a quarter ahead, when it is due, then daily; once its release’s owner hears of it, and nobody once it is done', async () => {
    // so long that no weekend moves two steps to one morning, and that nothing else ends it
    const long = { approval: { ...aStage().approval, expiresMs: 2000 * hour } };
    const { world, handle, before } = await approved([qaRule], long);
    const due = new Date(Date.now() + 480 * hour).toISOString();
    await world.command(handle, 'addTask', {
      ...as('ana'),
      title: 'tell support',
      owner: 'web',
      before,
      due,
    });
    await world.command(handle, 'addTask', { ...as('ana'), title: 'clean up', owner: 'web' });
    await skipUntil(harness.connection, handle.workflowId, 355 * hour);
    expect(reminders()).toEqual([]);
    await skipUntil(harness.connection, handle.workflowId, 220 * hour); // to the fourth day after it was due
    const said = reminders();
    expect(said.slice(0, 3)).toEqual([
      { who: 'cem dee', as: 'owner', step: 'ahead' },
      { who: 'cem dee', as: 'owner', step: 'due' },
      { who: 'cem dee', as: 'owner', step: 'daily' },
    ]);
    expect(said.filter(({ as: how }) => how === 'answering')).toEqual([
      { who: 'ben', as: 'answering', step: 'daily' },
    ]);
    expect(new Set(world.notices.map(({ occasion }) => occasion)).size).toBe(world.notices.length);
    expect(world.events.find(({ action }) => action === 'task.reminded')?.facts).toMatchObject({
      task: 't1',
      people: ['cem', 'dee'],
    });
    await world.command(handle, 'moveTask', { ...as('cem'), task: 't1', to: 'done' });
    await skipUntil(harness.connection, handle.workflowId, 200 * hour);
    expect(reminders()).toEqual(said);
    await world.decide(handle, 'ana', 'approve');
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    expect(reminders()).toEqual(said); // nobody waits for the other one, and it has no time
  });

  test('without a time is reminded of while its stage waits for people alone; who is away hears nothing', async () => {
    const { world, handle, conditions } = await approved();
    const away = (person: string) => ({
      person,
      from: new Date(Date.now() - hour).toISOString(),
      until: new Date(Date.now() + 2000 * hour).toISOString(),
    });
    world.behaviour.absences = [away('dee')];
    await world.decide(handle, 'ana', 'approve', { conditions });
    await world.until((v) => v.tasks !== undefined, 'the task');
    await skipUntil(harness.connection, handle.workflowId, 130 * hour); // over any weekend
    const said = reminders();
    expect(said.filter(({ as: how }) => how === 'owner').length).toBeGreaterThanOrEqual(2);
    expect(new Set(said.map(({ who, as: how }) => `${who} ${String(how)}`))).toEqual(
      new Set(['cem owner', 'ben answering']),
    );
    world.behaviour.absences = [away('dee'), away('cem')];
    await skipUntil(harness.connection, handle.workflowId, 100 * hour);
    expect(
      new Set(
        reminders()
          .slice(said.length)
          .map(({ who, as: how }) => `${who} ${String(how)}`),
      ),
    ).toEqual(new Set(['ben inPlace']));
    await world.command(handle, 'moveTask', { ...as('ben'), task: 't1', to: 'done' });
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
  });

  test('is waited for also where it is added after the gates, while it is looked what runs; once a step has begun it is refused', async () => {
    const { world } = harness;
    const looks: string[] = [];
    world.behaviour.stages = [aStage({ drift: 'stop' })];
    world.behaviour.probe = async () => {
      looks.push('look');
      return { kind: 'runs', version: looks.length === 1 ? '1.2.0' : '1.3.0', because: 'so says its probe' };
    };
    const handle = await world.start();
    const held = await world.until((v) => v.holds.some(({ kind }) => kind === 'drift'), 'the hold');
    const before = held.stages[0]!.environment;
    const add = () =>
      world.command(handle, 'addTask', {
        ...as('ben'),
        title: 'ask who deployed 1.2.0',
        owner: 'ben',
        before,
      });
    await add();
    await world.command(handle, 'resume', { reason: 'it was me' });
    await world.until((v) => v.headline.includes('ask who deployed'), 'the task');
    expect(world.effects).toEqual([]);
    let late: unknown;
    world.behaviour.applyStep = async () => {
      late = await add().catch((error: unknown) => error);
      return { outcome: 'done', because: 'done' };
    };
    await world.command(handle, 'moveTask', { ...as('ben'), task: 't1', to: 'done' });
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    expect(looks).toHaveLength(3); // after its resuming, and after the gates once more
    expect(late).toMatchObject({ cause: { type: 'COMMAND_NOT_POSSIBLE' } });
  });
});
