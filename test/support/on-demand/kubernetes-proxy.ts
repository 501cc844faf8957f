import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { answerInMood, Calls, type Mood } from '../deployer-world.ts';
import type { ControlPlane } from './control-plane.ts';

/** One question that the real API was asked, and its answer. */
export interface Exchange {
  method: string;
  /** Without its query. */
  path: string;
  type?: string;
  body?: unknown;
  status: number;
  answer: unknown;
}

/** What stands before a real API: it sees everything, and a test can have it lose an answer or be away. */
export interface KubernetesProxy {
  url: string;
  exchanges: Exchange[];
  /** Operations whose patch took effect, in order. */
  patches: string[];
  /** Says `patched` when a patch took effect. */
  told: EventEmitter;
  calls: Calls;
  /** Has it answer in place of the real API from now on. */
  answers(mood: Mood): void;
  close(): void;
}

export async function startKubernetesProxy(
  plane: Pick<ControlPlane, 'url' | 'ca'>,
  troubles: (call: number, method: string) => 'none' | 'loseAnswer' | 'unavailable' = () => 'none',
): Promise<KubernetesProxy> {
  const told = new EventEmitter();
  const exchanges: Exchange[] = [];
  const patches: string[] = [];
  const calls = new Calls();
  let number = 0;
  let mood: Mood | undefined;

  async function pass(asked: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await textOf(asked);
    if (calls.isLeftAt('received')) return;
    number += 1;
    if (answerInMood(mood, { kind: 'Status' }, { request: asked, response })) return;
    const trouble = troubles(number, asked.method ?? '');
    if (trouble === 'unavailable') return void response.writeHead(503).end('{}');
    const { status, text } = await forward(plane, asked, body);
    const exchange = exchangeOf(asked, body, { status, text });
    exchanges.push(exchange);
    if (asked.method === 'PATCH' && status < 300) {
      patches.push(operationOf(exchange.answer));
      told.emit('patched');
    }
    if (calls.isLeftAt('acted')) return;
    if (trouble === 'loseAnswer') return void asked.socket.destroy();
    response.writeHead(status, { 'content-type': 'application/json' }).end(text);
  }

  const server = createServer((asked, response) => {
    pass(asked, response).catch(() => asked.socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...{ exchanges, patches, told, calls },
    answers: (next) => {
      mood = next;
    },
    close: () => void (server.closeAllConnections(), server.close()),
  };
}

const textOf = async (stream: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
};

const forward = async (
  { url, ca }: Pick<ControlPlane, 'url' | 'ca'>,
  { method, url: path = '', headers }: IncomingMessage,
  body: string,
): Promise<{ status: number; text: string }> =>
  new Promise((resolve, reject) => {
    const { host, connection, ...others } = headers;
    void [host, connection];
    const call = request(`${url}${path}`, { method, headers: others, ca }, (answer) => {
      textOf(answer).then((text) => resolve({ status: answer.statusCode ?? 0, text }), reject);
    });
    call.on('error', reject);
    call.end(body);
  });

function exchangeOf(
  { method = '', url = '', headers }: IncomingMessage,
  body: string,
  { status, text }: { status: number; text: string },
): Exchange {
  const type = headers['content-type'];
  return {
    ...{ method, path: url.split('?')[0] ?? '' },
    ...(body === '' || type === undefined ? {} : { type, body: JSON.parse(body) as unknown }),
    ...{ status, answer: JSON.parse(text) as unknown },
  };
}

const operationOf = (answer: unknown): string =>
  (answer as { metadata?: { annotations?: Record<string, string> } }).metadata?.annotations?.[
    'gantry.release/operation'
  ] ?? '';
