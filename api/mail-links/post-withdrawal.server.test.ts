import { describe, expect, jest, test } from '@jest/globals';
import supertest from 'supertest';
import type { Person } from '../../domain/policy/policy.schema.ts';
import { closeRequest } from '../../platform/record/approvals.ts';
import { recordBatch } from '../../platform/record/releases.ts';
import { anAskedRelease, type Asked, type Workflow } from '../../test/support/asked-release.ts';
import { anaBecomes, linksPerTest } from '../../test/support/mail-link.ts';

const behind = linksPerTest();
const { store, linkFor, post } = behind;

const nowAnaIs = async (changes: readonly Partial<Person>[]) => anaBecomes(store, changes);

describe('a link to take a vote back', () => {
  async function voted(): Promise<Asked> {
    const asked = await anAskedRelease(store);
    const view = structuredClone(asked.view);
    view.seq = 2;
    view.stages[0]!.approval!.votes = [
      { person: 'ana', choice: 'approve', at: '2026-06-02T08:00:00.000Z', via: 'link', decisionId: 'dec_1' },
    ];
    await recordBatch(store.db, {
      releaseId: view.id,
      events: [],
      view,
      workflow: { id: view.workflowId, runId: 'r' },
    });
    return { ...asked, view };
  }

  test('shows the vote and changes nothing by being opened', async () => {
    const link = await linkFor(await voted(), 'ana', 'withdraw', 'counted/1');
    const calls = jest.fn<Workflow>();
    behind.workflow = calls;
    expect((await supertest(behind.app).get(link.path).expect(200)).text).toContain('You chose to approve');
    expect(calls).not.toHaveBeenCalled();
  });

  test('takes it back when its form is sent with the box ticked', async () => {
    const asked = await voted();
    const link = await linkFor(asked, 'ana', 'withdraw', 'counted/1');
    const calls = jest.fn<Workflow>(() => ({ state: 'gating', headline: 'taken back', seq: 0 }));
    behind.workflow = calls;
    await post(link.path, {}).expect(422);
    expect(calls).not.toHaveBeenCalled();
    await post(link.path, { confirm: 'yes' }).expect(303).expect('Location', link.path);
    expect(calls).toHaveBeenCalledTimes(1);
    expect(calls.mock.calls[0]![0]).toMatchObject({
      name: 'withdraw',
      input: { person: 'ana', requestId: asked.requestId },
    });
  });

  test('does nothing for somebody who has lost the access to decide', async () => {
    const link = await linkFor(await voted(), 'ana', 'withdraw', 'counted/1');
    await nowAnaIs([{ access: ['viewer'] }]);
    const calls = jest.fn<Workflow>();
    behind.workflow = calls;
    expect((await post(link.path, { confirm: 'yes' }).expect(403)).text).toContain(
      'does not have the access',
    );
    expect(calls).not.toHaveBeenCalled();
  });

  test('does nothing once the request is closed', async () => {
    const asked = await voted();
    await closeRequest(store.db, {
      requestId: asked.requestId,
      state: 'approved',
      at: behind.now.toISOString(),
      because: 'Approved.',
    });
    await post((await linkFor(asked, 'ana', 'withdraw', 'counted/1')).path, { confirm: 'yes' }).expect(410);
  });
});
