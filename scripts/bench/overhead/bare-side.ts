import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { BareReply, BareRequest, BareSettings } from '../bare/contract.ts';
import { approver, checkIds, service, versionOf, type Side } from './side.ts';

const main = fileURLToPath(new URL('../bare/main.js', import.meta.url));

type Asked = BareRequest extends infer Request
  ? Request extends { number: number }
    ? Omit<Request, 'number'>
    : never
  : never;

/** The bare workflow's worker and client as one process. */
export async function startBareSide(settings: BareSettings, url: string): Promise<Side> {
  const child = fork(main, [], {
    env: { ...process.env, BENCH_BARE: JSON.stringify(settings), NODE_ENV: 'production' },
  });
  const waiting = new Map<number, (reply: { problem?: string }) => void>();
  let asked = 0;
  const ready = new Promise<void>((resolve, reject) => {
    child.on('message', (reply: BareReply) => {
      if ('ready' in reply) resolve();
      else waiting.get(reply.number)?.(reply);
    });
    child.once('exit', (code) => reject(new Error(`The bare worker ended with ${code ?? 'a signal'}`)));
  });
  await ready;
  const ask = async (request: Asked): Promise<void> => {
    const number = (asked += 1);
    const replied = new Promise<{ problem?: string }>((resolve) => waiting.set(number, resolve));
    child.send({ ...request, number });
    const { problem } = await replied;
    waiting.delete(number);
    if (problem !== undefined) throw new Error(problem);
  };
  return {
    pid: child.pid ?? 0,
    async start(number) {
      const version = versionOf(number);
      const id = `bare/${service}/${version}`;
      await ask({ do: 'start', order: { id, service, version, url, checks: [...checkIds], approver } });
      return id;
    },
    readyToApprove: async (id) => async () => ask({ do: 'approve', id, person: approver.id }),
    async stop() {
      const ended = once(child, 'exit');
      await ask({ do: 'stop' });
      await ended;
    },
  };
}
