import { describe, expect, test } from '@jest/globals';
import type { Express } from 'express';
import supertest from 'supertest';
import type { Access } from '../../domain/policy/policy.schema.ts';
import type { TaskView, Vote } from '../../domain/release/release.ts';
import { anAskedRelease, apiDeps, type Asked } from '../../test/support/asked-release.ts';
import { pagesSeenBy } from '../../test/support/pages-seen-by.ts';
import { storeOfFile } from '../../test/support/a-store.ts';

const store = storeOfFile();

/** The pages as somebody sees them. */
const appFor = (id: string, access: Access[]): Express =>
  pagesSeenBy(
    apiDeps(store, store.dir, () => ({ state: 'gating', headline: 'done', seq: 0 })),
    id,
    access,
  );

/** What a page offers: the addresses that its forms post to, and for each button that is shut the sentence beside it. */
async function offered(
  { view }: Asked,
  id: string,
  access: Access[],
): Promise<{ forms: string[]; shut: Record<string, string> }> {
  const { text } = await supertest(appFor(id, access)).get(`/releases/${view.id}`).expect(200);
  const forms = [...text.matchAll(/action="\/releases\/[^/"]+\/([^"]+)"/g)].flatMap(([, path]) => path ?? []);
  const shut = [
    ...text.matchAll(/((?:<button disabled>[^<]*<\/button>\s*)+)<span class="quiet">([^<]*)<\/span>/g),
  ].flatMap(([, buttons = '', why = '']) =>
    [...buttons.matchAll(/disabled>([^<]*)</g)].map(([, label = '']) => [label, why] as const),
  );
  return { forms: [...new Set(forms)], shut: Object.fromEntries(shut) };
}

const failed = {
  ...{ id: 'audit', service: 'shop', outcome: 'failed' as const, required: true },
  ...{ summary: '1 finding', round: 1 },
};
const task: TaskView = {
  ...{ id: 't1', title: 'write the runbook', owner: 'ben', before: 'production', state: 'open' as const },
  ...{ askedBy: 'ana', openedAt: '2026-06-01T09:00:00.000Z', at: '2026-06-01T09:00:00.000Z', by: 'ana' },
};
const waiting = (over: Parameters<typeof anAskedRelease>[1] = {}): Promise<Asked> =>
  anAskedRelease(store, { stage: { checks: [failed] }, view: { tasks: [task] }, ...over });

describe('the forms of a release that waits', () => {
  test('are all shut for somebody who may only look, but for the task that is theirs', async () => {
    const asked = await waiting();
    const ben = await offered(asked, 'ben', ['viewer']);
    expect(ben.forms).toEqual(['tasks/t1']);
    expect(ben.shut).toMatchObject({
      'Send decision': 'Ben Ode may not vote: author of 2 commits. Ask Ana Lopez or Dee Fox.',
      'Give up':
        'Task t1 is not yours to move: Ana Lopez asked for it and may give it up; so may a release manager.',
      Pause: 'You may not: it needs operator or admin.',
      'Break the glass': 'You may not: it needs releaser or approver or operator.',
      'Waive a check': 'You may not: it needs approver or operator or admin.',
    });
    const nobody = await offered(asked, 'vera', ['viewer']);
    expect(nobody.forms).toEqual([]);
  });

  test('say to an approver without the role who may waive, break the glass and finish a task', async () => {
    const asked = await waiting();
    const ana = await offered(asked, 'ana', ['viewer', 'approver']);
    expect(ana.forms).toEqual(expect.arrayContaining(['decisions', 'tasks', 'tasks/t1', 'postpone']));
    expect(ana.forms).not.toEqual(expect.arrayContaining(['break-glass']));
    expect(ana.shut).toMatchObject({
      Done: 'Task t1 is not yours to move: it is with Ben Ode; so may a release manager.',
      'Break the glass': 'Only who is release-manager may break the glass here: ask Dee Fox.',
      'Waive a check':
        'Ana Lopez does not have the role release-manager, which waiving a check takes. Ask Dee Fox.',
    });
  });

  test('are open to the release manager', async () => {
    const dee = await offered(await waiting(), 'dee', ['viewer', 'approver', 'operator', 'admin']);
    expect(dee.forms).toEqual(
      expect.arrayContaining([
        ...['decisions', 'waivers', 'break-glass', 'postpone', 'tasks', 'tasks/t1', 'retry-check', 'pause'],
      ]),
    );
    expect(dee.shut).not.toHaveProperty('Done');
  });

  test('are shut to an administrator who is nobody of the release, where being one is not enough', async () => {
    const root = await offered(await waiting(), 'root', ['admin']);
    expect(root.forms).toEqual(expect.arrayContaining(['pause', 'abort', 'retry-check']));
    expect(root.shut).toMatchObject({
      Postpone: 'You may not: it needs releaser or approver or operator.',
      'Break the glass': 'You may not: it needs releaser or approver or operator.',
      'Add a task': 'You may not: it needs releaser or approver or operator.',
    });
  });

  test('say to an operator who is nothing to the release whom to ask', async () => {
    const olga = await offered(await waiting(), 'olga', ['viewer', 'operator']);
    const ask =
      'olga is no approver of this stage, no release manager, and does not own the release: ask Ana Lopez or Dee Fox.';
    expect(olga.forms).toEqual(expect.arrayContaining(['pause', 'abort', 'schedule']));
    expect(olga.shut).toMatchObject({ Postpone: ask, 'Add a task': ask });
  });

  test('are shut while it is undone, but for what helps with that', async () => {
    const asked = await waiting({
      view: { state: 'stuck', tasks: [task] },
      stage: { state: 'rollingBack', checks: [failed] },
    });
    const dee = await offered(asked, 'dee', ['viewer', 'approver', 'operator', 'admin']);
    expect(dee.forms).toContain('recover');
    expect(dee.forms).not.toEqual(expect.arrayContaining(['tasks/t1']));
    const because = expect.stringContaining('an undo failed, and first somebody recovers it');
    expect(dee.shut).toMatchObject({
      Pause: because,
      Reschedule: because,
      Done: because,
      'Add a task': because,
    });
  });
});

describe('the form of a decision', () => {
  test('is shut for who may vote by the rules but has lost the access for it', async () => {
    const ana = await offered(await waiting(), 'ana', ['viewer']);
    expect(ana.forms).not.toContain('decisions');
    expect(ana.shut['Send decision']).toBe('You may not: it needs approver.');
  });

  test('lets nobody take a vote back with less than it asked for', async () => {
    const vote: Vote = {
      ...{ person: 'ana', choice: 'approve', at: '2026-06-01T10:00:00.000Z', via: 'api', decisionId: 'd1' },
    };
    const rules = [{ role: 'qa', atLeast: 1, not: [], assurance: 'login' as const }];
    const strict = await anAskedRelease(store, { plan: { rules } });
    await store.pool.query(
      `update releases set view = jsonb_set(view, '{stages,0,approval,votes}', $1::jsonb) where id = $2`,
      [JSON.stringify([vote]), strict.view.id],
    );
    const ana = await offered(strict, 'ana', ['viewer', 'approver']);
    expect(ana.forms).not.toContain('withdrawals');
    expect(ana.shut['Take it back']).toContain('it asks for a sign-in at the provider');
  });
});

test('every field for a time names the zone in which it is read, that of the page: postpone as well as reschedule', async () => {
  const { view } = await waiting();
  const dee = appFor('dee', ['viewer', 'approver', 'operator', 'admin']);
  const { text } = await supertest(dee).get(`/releases/${view.id}`).expect(200);
  const fields = [
    ...text.matchAll(/<label[^>]*>([^]*?)<\/label\s*><input\s+type="datetime-local"\s+id="([^"]*)"/g),
  ];
  expect(fields.map(([, , id]) => id?.split('-').slice(-2).join('-'))).toEqual(
    expect.arrayContaining(['schedule-at', 'postpone-until']),
  );
  expect(text.split('type="datetime-local"')).toHaveLength(fields.length + 1);
  for (const [, label] of fields) expect(label).toMatch(/\(Europe\/Berlin[;)]/);
});

test('a stage whose glass was broken leads to its review', async () => {
  const dueAt = '2026-06-02T09:00:00.000Z';
  const { view } = await anAskedRelease(store, {
    stage: { glass: { breaks: [], review: { id: 'rev_1', dueAt } } },
  });
  const { text } = await supertest(appFor('ana', ['viewer']))
    .get(`/releases/${view.id}`)
    .expect(200);
  expect(text).toMatch(
    /<a href="\/reviews">its review<\/a> by somebody else is due on\s+<time datetime="2026-06-02T09/,
  );
});

test('a decision about several services names them as the release does, whatever the order of deployment', async () => {
  const one = await anAskedRelease(store);
  const [shop] = one.plan.components;
  const cart = { ...shop!, service: 'cart', version: '2.0.0' };
  const both = await anAskedRelease(store, {
    plan: { components: [cart, shop!] },
    view: { components: [...one.view.components, { service: 'cart', version: '2.0.0' }] },
  });
  const { text } = await supertest(appFor('ana', ['viewer', 'approver'])).get(`/releases/${both.view.id}`);
  expect(text).toMatch(/<p>shop from [^;<]*; cart from /);
});
