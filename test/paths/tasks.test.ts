import { describe, expect, test } from '@jest/globals';
import { pathHarness } from '../support/path-harness.ts';
import { aStage, qaRule } from '../support/release-world.ts';

const as = (id: string) => ({ by: { id, kind: 'person' as const } });

describe('an approval under conditions', () => {
  const harness = pathHarness();

  const approved = async (rules = [qaRule]) => {
    const { world } = harness;
    world.behaviour.stages = [
      aStage({
        rules,
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
});
