import { createTransport } from 'nodemailer';
import type { Pool } from 'pg';
import type { BareOrder } from './contract.ts';

export type BareActivities = ReturnType<typeof createBareActivities>;

/** The effects of the bare release, each as short as it can be without being wrong. */
export function createBareActivities({ pool, smtpUrl }: { pool: Pool; smtpUrl: string }) {
  const transport = createTransport({ url: smtpUrl });
  return {
    async check({ order, id }: { order: BareOrder; id: string }): Promise<{ status: number }> {
      const { status } = await fetch(`${order.url}/checks/${id}?version=${order.version}`);
      if (status !== 200) throw new Error(`check ${id} answered ${status}`);
      return { status };
    },

    async record({ order, state }: { order: BareOrder; state: string }): Promise<void> {
      await pool.query(
        'insert into bare_release (id, service, version, state, at) values ($1, $2, $3, $4, now()) on conflict (id) do update set state = excluded.state',
        [order.id, order.service, order.version, state],
      );
    },

    async mail({ order }: { order: BareOrder }): Promise<void> {
      const title = `${order.service} ${order.version}`;
      await transport.sendMail({
        from: 'releases@bench.test',
        to: order.approver,
        subject: `[Approve] ${title}`,
        text: `All checks of ${title} have passed. Please approve it: http://127.0.0.1/approve/${order.id}\n`,
        html: `<p>All checks of <b>${title}</b> have passed. <a href="http://127.0.0.1/approve/${order.id}">Approve it</a></p>`,
      });
    },

    async deploy({ order }: { order: BareOrder }): Promise<{ state: string }> {
      const answer = await fetch(`${order.url}/jobs`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': order.id },
        body: JSON.stringify({ service: order.service, version: order.version, weight: 100 }),
      });
      if (!answer.ok) throw new Error(`the deployment was answered with ${answer.status}`);
      return (await answer.json()) as { state: string };
    },
  };
}
