import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { GantryError } from '../../platform/errors.ts';
import { createLogger } from '../../platform/logger.ts';
import type { Store } from '../../platform/database/open.ts';
import { noticesOf, orderNotices } from '../../platform/record/notices.ts';
import { timeline } from '../../platform/record/releases.ts';
import { openSecrets, type Secrets } from '../../platform/secrets.ts';
import { anAskedRelease, publicUrl, type Asked } from '../../test/support/asked-release.ts';
import { startPostgres, type TestServer } from '../../test/support/postgres.ts';
import type { NoticeInput } from '../contract.ts';
import type { Mail, Mailer } from './mail.ts';
import { sendDue, startOutbox } from './outbox.ts';

let server: TestServer;
let store: Store;
let secrets: Secrets;
const log = createLogger({ level: 'silent' });
const domain = 'acme.test';

beforeAll(async () => {
  server = await startPostgres();
  store = await server.database();
  secrets = openSecrets({ dataDir: server.dir });
}, 60_000);
afterAll(async () => server.stop());

const depsWith = (mailer: Mailer) => ({
  store,
  secrets,
  log,
  mailer,
  config: { publicUrl, mailFrom: 'Gantry <gantry@acme.test>' },
});

function aMailer(answer: () => Promise<void> = async () => undefined) {
  const mails: Mail[] = [];
  const mailer: Mailer = {
    async send(mail) {
      await answer();
      mails.push(mail);
    },
  };
  return { mails, mailer };
}

const asking = ({ view, requestId }: Asked, ...to: string[]): NoticeInput => ({
  occasion: `approval/${requestId}/ask`,
  kind: 'approvalRequest',
  releaseId: view.id,
  to,
  requestId,
  environment: 'production',
  sentence: 'Ben asks for shop 1.4.0.',
});

const told = async (asked: Asked, action: string): Promise<string[]> =>
  (await timeline(store.db, asked.view.id, { limit: 50 }))
    .filter((entry) => entry.action === action)
    .map((entry) => entry.sentence);

const makeDue = async (asked: Asked): Promise<unknown> =>
  store.pool.query('update notices set next_at = now() where release_id = $1 and next_at is not null', [
    asked.view.id,
  ]);

const failing = (responseCode?: number) => async (): Promise<never> => {
  throw new GantryError('MAIL_FAILED', { detail: 'no' }, { cause: { responseCode } });
};

test('mail that is ordered twice is sent once to each person, with a link of their own, and noted', async () => {
  const asked = await anAskedRelease(store);
  const { mails, mailer } = aMailer();
  await orderNotices(store.db, [asking(asked, 'ana')], domain);
  await orderNotices(store.db, [asking(asked, 'ana', 'dee')], domain);
  await sendDue(depsWith(mailer), mailer);
  await sendDue(depsWith(mailer), mailer);
  expect(mails.map(({ to }) => to.address).sort()).toEqual(['ana@acme.test', 'dee@acme.test']);
  expect(new Set(mails.map(({ text }) => /\/a\/(\S+)/.exec(text)?.[1])).size).toBe(2);
  expect(await told(asked, 'notice.sent')).toHaveLength(2);
  expect(await noticesOf(store.db, asked.view.id)).toMatchObject([{ state: 'sent' }, { state: 'sent' }]);
});

test('two workers never send the same mail', async () => {
  const asked = await anAskedRelease(store);
  const { mails, mailer } = aMailer();
  await orderNotices(store.db, [asking(asked, 'ana', 'dee')], domain);
  await Promise.all([sendDue(depsWith(mailer), mailer), sendDue(depsWith(mailer), mailer)]);
  expect(mails).toHaveLength(2);
});

test('mail waits for a server that is away, and then arrives under the same Message-ID', async () => {
  const asked = await anAskedRelease(store);
  const away = aMailer(failing());
  await orderNotices(store.db, [asking(asked, 'ana')], domain);
  await sendDue(depsWith(away.mailer), away.mailer);
  const [failed] = await noticesOf(store.db, asked.view.id);
  expect(failed).toMatchObject({ state: 'failed', tries: 1 });
  expect(await told(asked, 'notice.failed')).toEqual([]);
  await makeDue(asked);
  const back = aMailer();
  await sendDue(depsWith(back.mailer), back.mailer);
  expect(back.mails.map(({ messageId }) => messageId)).toEqual([failed!.messageId]);
  expect(await noticesOf(store.db, asked.view.id)).toMatchObject([{ state: 'sent', tries: 2 }]);
});

test('a mail server that is away for a day is asked again at least every five minutes; once it is back all mail is out, once', async () => {
  const asked = await anAskedRelease(store);
  const away = aMailer(failing());
  await orderNotices(store.db, [asking(asked, 'ana', 'dee')], domain);
  const ordered = await noticesOf(store.db, asked.view.id);
  /** How long the mail waits for its next try. */
  const pauseMs = async (): Promise<number> => {
    const { rows } = await store.pool.query<{ ms: number }>(
      'select max(extract(epoch from next_at - clock_timestamp()) * 1000)::float as ms from notices where release_id = $1',
      [asked.view.id],
    );
    return rows[0]!.ms;
  };
  const pass = async (ms: number): Promise<unknown> =>
    store.pool.query(
      `update notices set next_at = next_at - $2 * interval '1 millisecond',
        created_at = created_at - $2 * interval '1 millisecond' where release_id = $1`,
      [asked.view.id, ms],
    );
  const pauses: number[] = [];
  const tryInVain = async (): Promise<void> => {
    await sendDue(depsWith(away.mailer), away.mailer);
    pauses.push(await pauseMs());
    await pass(pauses.at(-1)!);
  };
  while (pauses.length < 12) await tryInVain();
  // From here on the pauses are alike, so that the rest of the day is one of them.
  await pass(24 * 3_600_000 - pauses.reduce((sum, ms) => sum + ms, 0));
  await tryInVain();
  expect(Math.max(...pauses)).toBeLessThanOrEqual(300_000);
  expect(pauses.at(-1)).toBeGreaterThan(290_000);
  const back = aMailer();
  await sendDue(depsWith(back.mailer), back.mailer); // one pause after its return at the latest
  await sendDue(depsWith(back.mailer), back.mailer);
  expect(back.mails.map(({ messageId }) => messageId).sort()).toEqual(
    ordered.map(({ messageId }) => messageId).sort(),
  );
  expect(await told(asked, 'notice.failed')).toEqual([]);
});

test.each([
  ['the server refuses for good', failing(550), 'ana', false],
  ['nobody could be reached for a day and a half', failing(), 'ana', true],
  ['its reader has left gantry.yaml', failing(), 'gone', false],
])('mail is given up once %s, and the timeline says so', async (_why, answer, person, isOld) => {
  const asked = await anAskedRelease(store);
  const { mailer } = aMailer(answer);
  await orderNotices(store.db, [asking(asked, person)], domain);
  if (isOld)
    await store.pool.query(
      `update notices set created_at = now() - interval '37 hours' where release_id = $1`,
      [asked.view.id],
    );
  await sendDue(depsWith(mailer), mailer);
  await makeDue(asked);
  await sendDue(depsWith(mailer), mailer);
  expect(await told(asked, 'notice.failed')).toHaveLength(1);
  expect(await noticesOf(store.db, asked.view.id)).toMatchObject([{ state: 'failed', tries: 1 }]);
});

test.each(['now', 'soon'] as const)('mail that may go %s is sent and noted', async (when) => {
  const asked = await anAskedRelease(store);
  let isSent = (): void => undefined;
  const sent = new Promise<void>((resolve) => (isSent = resolve));
  const { mailer } = aMailer(async () => isSent());
  const outbox = startOutbox(depsWith(mailer));
  await orderNotices(store.db, [asking(asked, 'ana')], domain);
  outbox.ring(when);
  await sent;
  await outbox.close();
  expect(await noticesOf(store.db, asked.view.id)).toMatchObject([{ state: 'sent' }]);
});

test('a mail that its server keeps waiting holds up none that is ordered meanwhile, and closing waits for it', async () => {
  const asked = await anAskedRelease(store);
  const open = { slow: (): void => undefined };
  const held = new Promise<void>((resolve) => (open.slow = resolve));
  const out: string[] = [];
  let begun = (): void => undefined;
  const isBegun = new Promise<void>((resolve) => (begun = resolve));
  let quickIsOut = (): void => undefined;
  const quick = new Promise<void>((resolve) => (quickIsOut = resolve));
  const mailer: Mailer = {
    async send({ to }) {
      if (to.address === 'ana@acme.test') {
        begun();
        await held;
      } else quickIsOut();
      out.push(to.address);
    },
  };
  const outbox = startOutbox(depsWith(mailer));
  await orderNotices(store.db, [asking(asked, 'ana')], domain);
  outbox.ring();
  await isBegun;
  await orderNotices(store.db, [asking(asked, 'dee')], domain);
  outbox.ring();
  await quick;
  open.slow();
  await outbox.close();
  expect(out).toEqual(['dee@acme.test', 'ana@acme.test']);
  expect(await noticesOf(store.db, asked.view.id)).toMatchObject([{ state: 'sent' }, { state: 'sent' }]);
});

test('closing begins no more mail, however many wait for one of those under way', async () => {
  const asked = await anAskedRelease(store);
  let isBegun = 0;
  let tenBegun = (): void => undefined;
  const ten = new Promise<void>((resolve) => (tenBegun = resolve));
  let letGo = (): void => undefined;
  const held = new Promise<void>((resolve) => (letGo = resolve));
  const mailer: Mailer = {
    async send() {
      if ((isBegun += 1) === 10) tenBegun();
      await held;
    },
  };
  const outbox = startOutbox(depsWith(mailer));
  const one = asking(asked, 'ana');
  const eleven = Array.from({ length: 11 }, (_, index) => ({ ...one, occasion: `${one.occasion}/${index}` }));
  await orderNotices(store.db, eleven, domain);
  outbox.ring();
  await ten;
  const closed = outbox.close();
  letGo();
  await closed;
  expect(isBegun).toBe(10);
  expect((await noticesOf(store.db, asked.view.id)).filter(({ state }) => state === 'pending')).toHaveLength(
    1,
  );
  await sendDue(depsWith(mailer), mailer); // the next process
  expect(isBegun).toBe(11);
});

test.each([
  ['one change of the calendar', 'rescheduled', 'calendar'],
  ['one look for releases that stand still', 'stalled', 'look'],
] as const)(
  'what %s says of several releases is one mail to a reader, and noted with each',
  async (_, kind, fact) => {
    const [first, second] = [await anAskedRelease(store), await anAskedRelease(store)];
    const moved = ({ view }: Asked, cause: string): NoticeInput => ({
      occasion: `${kind}/production/${cause}`,
      kind,
      releaseId: view.id,
      to: ['ana'],
      environment: 'production',
      sentence: `ana lifted freeze sale. ${view.id} goes now.`,
      facts: { [fact]: cause },
    });
    await orderNotices(store.db, [moved(first, '7'), moved(second, '7'), moved(second, '8')], domain);
    const { mails, mailer } = aMailer();
    await sendDue(depsWith(mailer), mailer);
    expect(mails).toEqual([]); // the others of its kind are waited for
    await makeDue(first);
    await sendDue(depsWith(mailer), mailer);
    expect(mails).toHaveLength(1);
    expect(mails[0]?.subject).toContain('and 1 more');
    for (const { view } of [first, second]) expect(mails[0]?.text.replace(/\s+/g, ' ')).toContain(view.id);
    expect(await told(first, 'notice.sent')).toHaveLength(1);
    expect(await told(second, 'notice.sent')).toHaveLength(1);
    await makeDue(second);
    await sendDue(depsWith(mailer), mailer);
    expect(mails).toHaveLength(2);
    expect(mails[1]?.subject).not.toContain('more');
  },
);
