import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { HttpDeployerSchema, type HttpDeployer } from '../../domain/policy/deployer.schema.ts';
import { operationFolder } from '../../platform/command/operations.ts';
import { createOutgoing } from '../../platform/outgoing.ts';
import { describeDeployer, type Behaviour } from '../../test/support/deployer-conformance.ts';
import { httpDeployer } from './http.ts';

type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;

async function serve(answer: Answer) {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => answer(request, response, Buffer.concat(chunks).toString()));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return { url, close: () => void (server.closeAllConnections(), server.close()) };
}
const send = (
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void =>
  void response
    .writeHead(status, { 'content-type': 'application/json', ...headers })
    .end(JSON.stringify(body));

/** A job server as many have it: one job for each idempotency key. Every other connection breaks. */
describeDeployer('http', async () => {
  const jobs = new Map<string, Behaviour>();
  const told = new EventEmitter();
  let released = false;
  let calls = 0;
  const server = await serve((request, response) => {
    calls += 1;
    const [, verb, name] = (request.url ?? '').split('/');
    if (verb === 'start') {
      const key = String(request.headers['idempotency-key']);
      jobs.set(key, name as Behaviour);
      told.emit('begun');
      // the effect has happened, and the first answer gets lost
      if (calls === 1) return void request.socket.destroy();
      return send(response, 202, { state: 'queued' }, { location: `/job/${key}` });
    }
    const behaviour = jobs.get(name ?? '');
    if (calls % 4 === 0) return send(response, 503, {});
    if (behaviour === 'fails') return send(response, 200, { state: 'failed' });
    if (behaviour === 'hangs' || (behaviour === 'waits' && !released))
      return send(response, 200, { state: 'running' });
    const shout = behaviour === 'shouts' ? { token: request.headers.authorization } : {};
    return send(response, 200, { state: 'done', ...shout });
  });
  return {
    deployer: (behaviour, timeout = '20s') => {
      const start = {
        url: `${server.url}/start/${behaviour}`,
        headers: { authorization: 'Bearer secret://DEPLOY_TOKEN' },
      };
      return HttpDeployerSchema.parse({
        kind: 'http',
        apply: start,
        undo: start,
        timeout,
        follow: { interval: '1s' },
      });
    },
    ledger: () => [...jobs.keys()],
    begun: async () => void (jobs.size > 0 || (await once(told, 'begun'))),
    release: () => {
      released = true;
    },
    close: async () => server.close(),
  };
});

describe('an http deployer', () => {
  async function applyTo(answer: Answer, changes: Record<string, unknown> = {}) {
    const server = await serve(answer);
    const start = { url: `${server.url}/start` };
    const deploy: HttpDeployer = HttpDeployerSchema.parse({
      kind: 'http',
      apply: start,
      undo: start,
      timeout: '3s',
      ...changes,
    });
    const effect = {
      operationId: 'op-1',
      deploy,
      facts: { service: 'shop', version: '1.4.0', environment: 'production', weight: '10' },
      policyDir: '/',
      folder: operationFolder('/nonexistent', 'op-1'),
    };
    return httpDeployer(createOutgoing())
      .apply(effect, {})
      .finally(() => server.close());
  }

  test('sends the key and what is to be done', async () => {
    const seen: unknown[] = [];
    await applyTo((request, response, body) => {
      seen.push(request.headers['idempotency-key'], JSON.parse(body));
      send(response, 200, { state: 'success' });
    });
    expect(seen).toEqual([
      'op-1',
      { operation: 'op-1', service: 'shop', version: '1.4.0', environment: 'production', weight: 10 },
    ]);
  });

  test.each([
    ['a refusal', 400, {}, 'failed'],
    ['a state in the answer', 200, { state: 'error' }, 'failed'],
    ['a plain success', 204, {}, 'done'],
    ['an accepted job without an address', 202, {}, 'unknown'],
    ['a server that stays down', 500, {}, 'unknown'],
    ['a job that runs, without an address', 200, { state: 'running' }, 'unknown'],
    ['a state that is no text', 200, { state: 3 }, 'unknown'],
    ['an answer that names no state', 200, { ok: true }, 'done'],
  ])('takes %s (%d %j) for %s', async (_, status, body, outcome) => {
    expect(await applyTo((_request, response) => send(response, status, body))).toMatchObject({ outcome });
  });

  test('is unknown where the answer has not the id that the job is to be followed by', async () => {
    const follow = { url: 'http://127.0.0.1/job/{{job}}' };
    const end = await applyTo((_request, response) => send(response, 200, { ok: true }), { follow });
    expect(end).toMatchObject({ outcome: 'unknown', because: expect.stringContaining('no "id"') });
  });

  test.each([
    ['text/plain', 'ok', 'done'],
    ['text/html', 'ok', 'unknown'],
    ['application/json', '{"ok":', 'unknown'],
  ])('takes an answer of type %s that says %s for %s', async (type, body, outcome) => {
    const end = await applyTo((_request, response) =>
      response.writeHead(200, { 'content-type': type }).end(body),
    );
    expect(end).toMatchObject({ outcome });
  });

  test('is unknown where the job cannot be found any more', async () => {
    const end = await applyTo((request, response) =>
      request.url === '/start' ? send(response, 201, {}, { location: '/job/1' }) : send(response, 404, {}),
    );
    expect(end).toMatchObject({ outcome: 'unknown', because: expect.stringContaining('404') });
  });

  test('does not follow a job to an address inside that gantry.yaml does not name', async () => {
    let reached = 0;
    const inside = await serve((_request, response) => {
      reached += 1;
      send(response, 200, { state: 'done' });
    });
    const end = await applyTo((_request, response) =>
      send(response, 201, {}, { location: `${inside.url}/job` }),
    );
    inside.close();
    expect(end).toMatchObject({ outcome: 'unknown' });
    expect(reached).toBe(0);
  });
});
