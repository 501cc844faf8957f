import { describe, expect, jest, test } from '@jest/globals';
import supertest from 'supertest';
import type { ReleaseView } from '../../domain/release/release.ts';
import { GantryError } from '../../platform/errors.ts';
import { closeRequest, decisionsOf } from '../../platform/record/approvals.ts';
import { recordBatch } from '../../platform/record/releases.ts';
import { anAskedRelease, type Asked, type Workflow } from '../../test/support/asked-release.ts';
import { approve, counts, isAway, linksPerTest } from '../../test/support/mail-link.ts';
import type { UpdateInput } from '../engine.ts';
import { saying } from '../saying.ts';

const behind = linksPerTest();
const { store, linkFor, post } = behind;

describe('a delay through a link', () => {
  const until = '2026-06-02T13:00:00.000Z';
  const postpone = { ...approve, decision: 'postpone', delay: until, comment: 'support is away' };

  /** Delays it as the workflow does, and tells the record. */
  const delays =
    ({ view }: Asked, seen: UpdateInput[] = []): Workflow =>
    async (update) => {
      seen.push(update);
      const input = update.input as { until: string; reason: string; commandId: string };
      const { until: end, reason, commandId } = input;
      const delay = {
        by: 'ana',
        as: 'approver' as const,
        at: behind.now.toISOString(),
        until: end,
        reason,
        commandId,
      };
      const after: ReleaseView = { ...view, seq: 2, postponements: [delay] };
      await recordBatch(store.db, {
        releaseId: view.id,
        events: [],
        view: after,
        workflow: { id: view.workflowId, runId: 'r' },
      });
      return { state: view.state, headline: view.headline, seq: 2 };
    };

  test('is offered beside approve and reject, as far as this person may, with nothing chosen', async () => {
    const asked = await anAskedRelease(store);
    const { text } = await supertest(behind.app).get((await linkFor(asked, 'ana')).path);
    expect(text).toMatch(/value="postpone"\s+required\s*\/>/);
    expect(text).toContain('1 d: until Wed 3 Jun 2026, 11:00 CEST');
    expect(text).not.toContain('2 d: until');
    expect(text).not.toMatch(/ selected|<details\s+open/);
    const owner = await supertest(behind.app).get((await linkFor(asked, 'dee')).path);
    expect(owner.text).toContain('1 d: until');
    expect(owner.text).not.toContain('2 d: until');
  });

  test('of more than an approver may give needs more than the link, of its owner too, and a way is named', async () => {
    const seen: UpdateInput[] = [];
    const asked = await anAskedRelease(store);
    behind.workflow = delays(asked, seen);
    const { path } = await linkFor(asked, 'dee');
    const { text } = await post(`${path}/decision`, {
      ...postpone,
      delay: '2026-06-05T09:00:00.000Z',
    }).expect(422);
    expect(text).toContain(
      'By the link in your mail alone you may postpone it by 24 h at most, and this is 3 d.',
    );
    expect(text).toContain('use the release page, or use');
    expect(seen).toEqual([]);
  });

  test('is one command with its end and its reason, sent twice too; the vote is still to be given', async () => {
    const asked = await anAskedRelease(store);
    const { path } = await linkFor(asked, 'ana');
    const seen: UpdateInput[] = [];
    behind.workflow = delays(asked, seen);
    for (let count = 0; count < 2; count += 1)
      await post(`${path}/decision`, postpone).expect(303).expect('Location', `${path}/receipt`);
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({
      name: 'postpone',
      input: { until, reason: 'support is away', by: { id: 'ana', kind: 'person', assurance: 'link' } },
    });
    const receipt = await supertest(behind.app).get(`${path}/receipt`).expect(200);
    expect(receipt.text).toContain('You postponed it. It counts for no vote.');
    expect(receipt.text).toContain('Tue 2 Jun 2026, 15:00 CEST (13:00 UTC)');
    const other = await post(`${path}/decision`, { ...postpone, delay: '2026-06-02T17:00:00.000Z' }).expect(
      409,
    );
    expect(other.text).toContain('a link postpones once');
    const again = await supertest(behind.app).get(path).expect(200);
    expect(again.text).toContain('You postponed it until');
    expect(again.text).not.toContain('value="postpone"');
    expect(await decisionsOf(store.db, asked.requestId)).toEqual([]);
    behind.workflow = counts;
    await post(`${path}/decision`, approve).expect(303);
    expect(await decisionsOf(store.db, asked.requestId)).toMatchObject([{ choice: 'approve' }]);
  });

  test('takes a local time of the reader as well', async () => {
    const asked = await anAskedRelease(store);
    const seen: UpdateInput[] = [];
    behind.workflow = delays(asked, seen);
    const { path } = await linkFor(asked, 'ana');
    await post(`${path}/decision`, { ...postpone, delay: '', until: '2026-06-02T15:00' }).expect(303);
    expect(seen).toMatchObject([{ input: { until } }]);
  });

  test.each<[string, Record<string, string>, string]>([
    ['without an end', { delay: '' }, 'Choose how long it is to wait'],
    ['with two ends', { until: '2026-06-02T15:00' }, 'not both'],
    ['without a reason', { comment: ' ' }, 'Say why it is to wait'],
    ['of more than they may', { delay: '2026-06-03T10:00:00.000Z' }, '24 h at most'],
    ['until a time that has passed', { delay: '2026-06-02T08:00:00.000Z' }, 'has passed'],
    ['with another version', { version: '9.9.9' }, 'not the version of this release'],
    ['under conditions', { conditions: 'ana@production: tell support' }, 'Only an approval'],
  ])('%s is refused beside its field and kept', async (_, over, words) => {
    const seen = jest.fn<Workflow>();
    behind.workflow = seen;
    const { path } = await linkFor(await anAskedRelease(store), 'ana');
    const { text } = await post(`${path}/decision`, { ...postpone, ...over }).expect(422);
    expect(text).toContain(words);
    expect(text).toMatch(/value="postpone"\s+required\s+checked/);
    expect(text).toMatch(/<details\s+open/);
    expect(seen).not.toHaveBeenCalled();
  });

  test('about something else than what is asked now is refused, and so is a vote with a time', async () => {
    const { path } = await linkFor(await anAskedRelease(store), 'ana');
    const { text } = await post(`${path}/decision`, { ...postpone, digest: 'e'.repeat(64) }).expect(409);
    expect(text).toContain('not what is asked now');
    const vote = await post(`${path}/decision`, { ...approve, delay: until }).expect(422);
    expect(vote.text).toContain('Only a postponement takes a time.');
  });

  test('that the release refuses says so in its words; where nobody answers it is not called done', async () => {
    const { path } = await linkFor(await anAskedRelease(store), 'ana');
    const refusing =
      (code: 'AUTHORITY_MISSING' | 'COMMAND_NOT_POSSIBLE', detail: string): Workflow =>
      () => {
        throw saying(new GantryError(code), { detail });
      };
    behind.workflow = refusing('AUTHORITY_MISSING', 'ana has postponed it once already: ask its owner.');
    expect((await post(`${path}/decision`, postpone).expect(403)).text).toContain(
      'once already: ask its owner',
    );
    behind.workflow = refusing('COMMAND_NOT_POSSIBLE', 'It has started already; pause it instead.');
    expect((await post(`${path}/decision`, postpone).expect(409)).text).toContain('pause it instead');
    behind.workflow = isAway;
    const { text } = await post(`${path}/decision`, postpone).expect(503);
    expect(text).toContain('it counts once');
    expect((await supertest(behind.app).get(`${path}/receipt`)).status).toBe(303);
  });

  test('that closes the request itself shows its receipt, and that nobody is asked anew yet', async () => {
    const asked = await anAskedRelease(store);
    const { path } = await linkFor(asked, 'ana');
    const delay = delays(asked);
    behind.workflow = async (update) => {
      const because = 'the release was postponed until Tue 2 Jun 13:00 UTC';
      const closing = {
        requestId: asked.requestId,
        state: 'superseded',
        at: behind.now.toISOString(),
        because,
      };
      await closeRequest(store.db, closing);
      return delay(update);
    };
    for (let count = 0; count < 2; count += 1) await post(`${path}/decision`, postpone).expect(303);
    expect((await supertest(behind.app).get(`${path}/receipt`)).text).toContain('The request is closed');
    const { text } = await supertest(behind.app).get(path).expect(410);
    expect(text).toContain('If you are needed, a mail with a new link comes to you');
    expect(text).toContain(': the release was postponed until Tue 2 Jun 13:00 UTC.');
    await post(`${path}/decision`, approve).expect(410);
  });

  test('is not offered, with the reason, to whoever has used theirs up or once it has started', async () => {
    const delay = { by: 'ana', as: 'approver' as const, at: '2026-06-01T09:00:00.000Z', until, reason: 'x' };
    const used = await anAskedRelease(store, { view: { postponements: [delay] } });
    const { path } = await linkFor(used, 'ana');
    const shown = await supertest(behind.app).get(path).expect(200);
    expect(shown.text).toContain('has postponed it once already: ask its owner.');
    expect(shown.text).not.toContain('value="postpone"');
    expect((await post(`${path}/decision`, postpone).expect(422)).text).toContain('once already');
    const started = await anAskedRelease(store, { stage: { state: 'deploying' } });
    const page = await supertest(behind.app).get((await linkFor(started, 'ana')).path);
    expect(page.text).toContain('It has started already.');
  });
});
