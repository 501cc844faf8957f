import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readLink } from '../../platform/links.ts';
import { openInbox, type Inbox } from '../../platform/inbox.ts';
import { createLogger } from '../../platform/logger.ts';
import type { Store } from '../../platform/database/open.ts';
import { listMail, readMail, type KeptMail } from '../../platform/record/mailbox.ts';
import { noticesOf } from '../../platform/record/notices.ts';
import { timeline } from '../../platform/record/releases.ts';
import { openSecrets, type Secrets } from '../../platform/secrets.ts';
import { anAskedRelease, publicUrl, type Asked } from '../../test/support/asked-release.ts';
import { startPostgres, type TestServer } from '../../test/support/postgres.ts';
import type { NoticeInput } from '../contract.ts';
import { createSendNotices } from './send.ts';

let server: TestServer;
let store: Store;
let inbox: Inbox;
let secrets: Secrets;
const log = createLogger({ level: 'silent' });

beforeAll(async () => {
  server = await startPostgres();
  store = await server.database();
  secrets = openSecrets({ dataDir: server.dir });
  inbox = await openInbox({ store, log });
}, 60_000);
afterAll(async () => {
  await inbox.close();
  await server.stop();
});

const sending = (smtpUrl: string) =>
  createSendNotices({
    store,
    secrets,
    log,
    config: { publicUrl, smtpUrl, mailFrom: 'Gantry <gantry@acme.test>' },
  });

const asking = ({ view, requestId }: Asked, to: string[]): NoticeInput => ({
  occasion: `approval/${requestId}/ask`,
  kind: 'approvalRequest',
  releaseId: view.id,
  to,
  requestId,
  environment: 'production',
  sentence: 'Ben asks for shop 1.4.0.',
});

const confirming = ({ view, requestId }: Asked, to: string[]): NoticeInput => ({
  occasion: `approval/${requestId}/counted/dec_1`,
  kind: 'confirmation',
  releaseId: view.id,
  to,
  requestId,
  sentence: 'ana chose to approve shop 1.4.0.',
  facts: { person: 'ana', choice: 'approve', via: 'link' },
});

/** Mail of one release, oldest first: others share the mailbox. */
async function mailOf({ view }: Asked): Promise<KeptMail[]> {
  const all = await Promise.all(
    (await listMail(store.db, { limit: 200 })).map((one) => readMail(store.db, one.id)),
  );
  return all
    .filter((mail) => mail !== undefined)
    .filter((mail) => mail.raw.includes(`<${view.id}@acme.test>`))
    .reverse();
}

describe('a request for approval', () => {
  test('reaches each person with a link of their own', async () => {
    const asked = await anAskedRelease(store);
    expect(await sending(inbox.smtpUrl)(asking(asked, ['ana', 'dee']))).toEqual({ sent: 2, failed: [] });
    const mail = await mailOf(asked);
    expect(mail.map((one) => one.recipient)).toEqual(['ana@acme.test', 'dee@acme.test']);
    const jtis = mail.map((one) => {
      const [, token] = /\/a\/(\S+)/.exec(one.text)!;
      expect(one.html).toContain(token);
      return readLink(secrets, 'approval', token!)!.jti;
    });
    expect(new Set(jtis).size).toBe(2);
  });

  test('says in its headers who sent it, whom to answer and what it belongs to', async () => {
    const asked = await anAskedRelease(store);
    await sending(inbox.smtpUrl)(asking(asked, ['ana']));
    const [mail] = await mailOf(asked);
    const headers = mail!.raw.split('\r\n\r\n')[0]!.replaceAll(/\r\n\s+/g, ' ');
    expect(headers).toMatch(/^Auto-Submitted: auto-generated$/m);
    expect(headers).toMatch(/^X-Auto-Response-Suppress: All$/m);
    expect(headers).toMatch(/^Reply-To: .*dee@acme\.test/m);
    expect(headers).toMatch(/^From: .*gantry@acme\.test/m);
    expect(headers).toContain(`References: <${asked.view.id}@acme.test>`);
    expect(headers).toContain(`In-Reply-To: <${asked.view.id}@acme.test>`);
    expect(headers).not.toContain('List-Unsubscribe');
    expect(mail!.subject).toContain('[Approve] shop 1.4.0 → production');
  });

  test('is sent once, however often it is asked for, and each person is noted', async () => {
    const asked = await anAskedRelease(store);
    const send = sending(inbox.smtpUrl);
    await send(asking(asked, ['ana']));
    expect(await send(asking(asked, ['ana', 'dee']))).toEqual({ sent: 2, failed: [] });
    expect(await mailOf(asked)).toHaveLength(2);
    const sent = (await timeline(store.db, asked.view.id, { limit: 50 })).filter(
      (entry) => entry.action === 'notice.sent',
    );
    expect(sent.map((entry) => entry.object)).toEqual(['ana', 'dee']);
  });

  test('waits for a server that is away, and then arrives once', async () => {
    const asked = await anAskedRelease(store);
    const away = await openInbox({ store, log });
    await away.close();
    await expect(sending(away.smtpUrl)(asking(asked, ['ana', 'dee']))).rejects.toMatchObject({
      type: 'MAIL_FAILED',
      nonRetryable: false,
    });
    expect(await noticesOf(store.db, asked.view.id)).toMatchObject([
      { state: 'failed' },
      { state: 'failed' },
    ]);
    await sending(inbox.smtpUrl)(asking(asked, ['ana', 'dee']));
    expect(await mailOf(asked)).toHaveLength(2);
    expect(await noticesOf(store.db, asked.view.id)).toMatchObject([{ state: 'sent' }, { state: 'sent' }]);
  });

  test('to somebody who has left gantry.yaml is not sent and said so', async () => {
    const asked = await anAskedRelease(store);
    expect(await sending(inbox.smtpUrl)(asking(asked, ['ana', 'gone']))).toEqual({
      sent: 1,
      failed: [{ person: 'gone', because: 'is no longer in gantry.yaml' }],
    });
  });
});

test('a confirmation gives its link to take the vote back to the voter only', async () => {
  const asked = await anAskedRelease(store);
  await sending(inbox.smtpUrl)(confirming(asked, ['ana', 'dee']));
  const [toAna, toDee] = await mailOf(asked);
  const [, token] = /\/w\/(\S+)/.exec(toAna!.text)!;
  expect(readLink(secrets, 'withdraw', token!)).toBeDefined();
  expect(toDee!.text + toDee!.html).not.toContain('/w/');
});
