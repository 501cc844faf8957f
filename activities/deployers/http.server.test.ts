import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { HttpDeployerSchema, type HttpDeployer } from '../../domain/policy/deployer.schema.ts';
import { operationFolder } from '../../platform/command/operations.ts';
import { createOutgoing } from '../../platform/outgoing.ts';
import { describeDeployer } from '../../test/support/deployer-conformance.ts';
import { Calls, type Behaviour } from '../../test/support/deployer-world.ts';
import { servePlace } from '../../test/support/served-place.ts';
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

/** A job server as many have it: one job for each idempotency key. Unless it is calm, it loses first answers and is away now and then. */
describeDeployer('http', async (_folder, { isCalm }) => {
  const jobs = new Map<string, { behaviour: Behaviour; version: string }>();
  const calls = new Calls();
  const place = await servePlace();
  let number = 0;
  const server = await serve((request, response, body) => {
    number += 1;
    if (calls.isLeftAt('received')) return;
    const [, verb, name = ''] = (request.url ?? '').split('/');
    if (verb === 'start') {
      const key = String(request.headers['idempotency-key']);
      const isNew = !jobs.has(key);
      const { version } = JSON.parse(body) as { version: string };
      jobs.set(key, { behaviour: name as Behaviour, version });
      if (calls.isLeftAt('acted')) return;
      if (isNew && !isCalm) return void request.socket.destroy();
      return send(response, 202, { state: 'queued' }, { location: `/job/${key}` });
    }
    const job = jobs.get(name);
    if (!isCalm && number % 4 === 0) return send(response, 503, {});
    if (job === undefined) return send(response, 404, {});
    const { behaviour } = job;
    if (behaviour === 'fails') return send(response, 200, { state: 'failed' });
    if (behaviour === 'hangs') return send(response, 200, { state: 'running' });
    place.bringOut(job.version);
    if (calls.isLeftAt('acted')) return;
    const shout = behaviour === 'shouts' ? { token: request.headers.authorization } : {};
    return send(response, 200, { state: 'done', ...shout });
  });
  return {
    deployer: (behaviour, timeout = '20s') => {
      const start = (version: string) => ({
        url: `${server.url}/start/${behaviour}`,
        headers: { authorization: 'Bearer secret://DEPLOY_TOKEN' },
        body: { version },
      });
      return HttpDeployerSchema.parse({
        kind: 'http',
        apply: start('{{version}}'),
        undo: start('{{previousVersion}}'),
        timeout,
        follow: { interval: '1s' },
        probe: { url: place.url },
      });
    },
    ledger: () => [...jobs.keys()],
    close: async () => {
      server.close();
      place.close();
    },
    calls,
    place,
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
