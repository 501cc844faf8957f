import { beforeAll, describe, expect, test } from '@jest/globals';
import supertest from 'supertest';
import type { Access } from '../../domain/policy/policy.schema.ts';
import { anAskedRelease, apiDeps, type Asked } from '../../test/support/asked-release.ts';
import { pagesSeenBy } from '../../test/support/pages-seen-by.ts';
import { storeOfFile } from '../../test/support/a-store.ts';

const store = storeOfFile();
let soon: Asked;
let late: Asked;

const vote = { choice: 'approve', via: 'link', decisionId: 'd', at: '2026-06-01T10:00:00.000Z' } as const;
const asking = (asked: string[], votes: string[], candidates: string[]) => ({
  asked,
  votes: votes.map((person) => ({ ...vote, person })),
  seats: [{ rule: 'qa', atLeast: votes.length + 1, filled: votes.length, candidates }],
});

const seenBy = (id: string, access: Access[], { on = store, services = [] as string[] } = {}) =>
  supertest(
    pagesSeenBy(
      apiDeps(on, store.dir, () => ({})),
      id,
      access,
      services,
    ),
  ).get('/approvals');

/** The text of a section, by the id of its heading; empty where there is none. */
const section = (text: string, id: string): string =>
  (new RegExp(`<section aria-labelledby="${id}">([\\s\\S]*?)</section>`).exec(text)?.[1] ?? '')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/\s+/g, ' ');

async function anOpenRequest(deadline: string, over: ReturnType<typeof asking>): Promise<Asked> {
  const asked = await anAskedRelease(store, { deadline });
  const [stage] = asked.view.stages;
  const view = {
    ...asked.view,
    stages: [{ ...stage!, approval: { ...stage!.approval!, deadline, ...over } }],
  };
  await store.pool.query('update releases set view = $2 where id = $1', [view.id, JSON.stringify(view)]);
  return { ...asked, view };
}

test('says to whom nothing waits that nothing does, and when something would', async () => {
  const empty = await store.another();
  const { text } = await seenBy('ana', ['approver'], { on: empty }).expect(200);
  expect(text).toContain('Nothing waits for a decision, of yours or of anybody.');
  expect(text).toContain('href="/approvals"  aria-current="page"');
  await seenBy('ana', [], { on: empty }).expect(403);
});

describe('requests that are open', () => {
  beforeAll(async () => {
    late = await anOpenRequest('2099-06-09T09:00:00.000Z', asking(['ana', 'dee'], [], ['ana', 'dee']));
    soon = await anOpenRequest('2099-06-04T09:00:00.000Z', asking(['ana', 'dee'], ['dee'], ['ana']));
    await anOpenRequest('2099-06-05T09:00:00.000Z', asking(['dee'], [], ['dee']));
  });

  test('are first what the reader can decide, the nearest deadline on top, with names and a way to the form', async () => {
    const { text } = await seenBy('ana', ['viewer', 'approver']).expect(200);
    const mine = section(text, 'mine');
    expect(mine).toContain('Needs 1 of qa: Ana Lopez or Dee Fox.');
    expect(mine).toContain('Needs 1 of qa: Ana Lopez.');
    expect(text.indexOf(`/releases/${soon.view.id}#decide`)).toBeGreaterThan(0);
    expect(text.indexOf(`/releases/${soon.view.id}#decide`)).toBeLessThan(
      text.indexOf(`/releases/${late.view.id}#decide`),
    );
    expect(section(text, 'others')).toContain('Needs 1 of qa: Dee Fox.');
    expect(text.indexOf('id="mine"')).toBeLessThan(text.indexOf('id="others"'));
  });

  test('that were answered stand apart, with the answer', async () => {
    const { text } = await seenBy('dee', ['viewer', 'approver']).expect(200);
    expect(section(text, 'decided')).toMatch(/shop 1\.4\.0 → production ✓ you approved/);
    expect(section(text, 'mine').split('→ production')).toHaveLength(3);
    expect(section(text, 'others')).toBe('');
  });

  test('offer no decision to whoever is asked and may not give one, and say why', async () => {
    const { text } = await seenBy('ana', ['viewer']).expect(200);
    expect(section(text, 'mine')).toContain('You may not: it needs approver.');
    expect(text).not.toContain('#decide');
  });

  test('wait for others only, where nobody asks the reader', async () => {
    const { text } = await seenBy('ben', ['viewer', 'approver']).expect(200);
    expect(section(text, 'mine')).toContain('Nothing waits for you.');
    expect(section(text, 'others').split('→ production')).toHaveLength(4);
  });

  test('stay hidden from a token of another service', async () => {
    const { text } = await seenBy('ana', ['approver'], { services: ['cart'] }).expect(200);
    expect(text).not.toContain('shop 1.4.0');
  });
});
