import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Calls } from './deployer-world.ts';

export interface FakeRun {
  id: number;
  name: string;
  display_title: string;
  event: 'workflow_dispatch';
  status: 'queued' | 'in_progress' | 'completed';
  conclusion: 'success' | 'failure' | 'cancelled' | null;
  created_at: string;
  html_url: string;
  workflow: string;
  inputs: Record<string, string>;
}

interface Said {
  code: number;
  body?: unknown;
  headers?: Record<string, string>;
}

type Trouble = 'none' | 'loseAnswer' | 'unavailable' | 'limited';

/**
 * The part of GitHub's REST API (2022-11-28) that the deployer uses, with its habits: a dispatch answers 204 without saying
 * which run it made, the run is listed only later, and the same dispatch twice makes two runs. Shapes are those of GitHub's
 * published description of the API.
 */
export async function serveGithub(o: {
  /** What becomes of a run each time that somebody looks. */
  step: (run: FakeRun) => Pick<FakeRun, 'status' | 'conclusion'>;
  troubles?: (call: { number: number; method: string; path: string }) => Trouble;
  /** Lists of runs that are answered before a new one is in them. */
  listedAfter?: number;
  /** Whether the workflow's run-name shows inputs.operation. */
  isNamed?: boolean;
  jobName?: (authorization: string) => string;
}) {
  const runs: FakeRun[] = [];
  const lists = new Map<number, number>();
  const requests: { method: string; path: string; body: string; headers: IncomingMessage['headers'] }[] = [];
  const told = new EventEmitter();
  const calls = new Calls();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (calls.isLeftAt('received')) return;
      const said = answer(request, Buffer.concat(chunks).toString());
      if (calls.isLeftAt('acted')) return;
      if (said === 'lost') request.socket.destroy();
      else send(response, said);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;

  function answer(request: IncomingMessage, body: string): Said | 'lost' {
    const path = (request.url ?? '').split('?')[0]?.replace('/repos/acme/shop/actions', '') ?? '';
    const method = request.method ?? '';
    requests.push({ method, path, body, headers: request.headers });
    const trouble = o.troubles?.({ number: requests.length, method, path }) ?? 'none';
    if (trouble === 'unavailable') return { code: 503, body: { message: 'Service Unavailable' } };
    if (trouble === 'limited')
      return {
        code: 403,
        body: { message: 'API rate limit exceeded' },
        headers: { 'x-ratelimit-remaining': '0' },
      };
    const [, what, id, more] = path.split('/');
    if (what === 'workflows' && more === 'dispatches') {
      dispatch(id ?? '', JSON.parse(body) as { inputs: Record<string, string> });
      return trouble === 'loseAnswer' ? 'lost' : { code: 204 };
    }
    if (what === 'workflows' && more === 'runs') {
      const listed = runs.filter((run) => run.workflow === id && isListed(run));
      return { code: 200, body: { total_count: listed.length, workflow_runs: listed.map(shown) } };
    }
    const run = runs.find((one) => String(one.id) === id);
    if (what !== 'runs' || !run) return { code: 404, body: { message: 'Not Found' } };
    if (more === 'cancel') {
      Object.assign(run, { status: 'completed', conclusion: 'cancelled' });
      return { code: 202, body: {} };
    }
    if (more === 'jobs')
      return {
        code: 200,
        body: {
          total_count: 1,
          jobs: [
            {
              id: 1,
              run_id: run.id,
              name: o.jobName?.(request.headers.authorization ?? '') ?? 'deploy',
              status: run.status,
              conclusion: run.conclusion,
              steps: [{ number: 1, name: 'roll out', status: 'completed', conclusion: run.conclusion }],
            },
          ],
        },
      };
    look(run);
    return { code: 200, body: shown(run) };
  }

  function dispatch(workflow: string, { inputs }: { inputs: Record<string, string> }): void {
    const id = runs.length + 1;
    runs.unshift({
      id,
      name: 'Deploy',
      display_title:
        o.isNamed === false ? 'Deploy' : `Deploy ${inputs['version'] ?? ''} (${inputs['operation'] ?? ''})`,
      event: 'workflow_dispatch',
      status: 'queued',
      conclusion: null,
      created_at: new Date().toISOString(),
      html_url: `https://github.test/acme/shop/actions/runs/${id}`,
      workflow,
      inputs,
    });
    told.emit('dispatched');
  }

  function isListed(run: FakeRun): boolean {
    const looked = (lists.get(run.id) ?? 0) + 1;
    lists.set(run.id, looked);
    look(run);
    return looked > (o.listedAfter ?? 0);
  }

  function look(run: FakeRun): void {
    if (run.status !== 'completed') Object.assign(run, o.step(run));
  }

  return {
    url,
    runs,
    requests,
    dispatched: async () => void (runs.length > 0 || (await once(told, 'dispatched'))),
    calls,
    close: () => void (server.closeAllConnections(), server.close()),
  };
}

/** GitHub shows no inputs of a run. */
function shown(run: FakeRun): Partial<FakeRun> {
  const { inputs, workflow, ...rest } = run;
  void inputs;
  void workflow;
  return rest;
}

const send = (response: ServerResponse, { code, body, headers }: Said): void =>
  void (body === undefined
    ? response.writeHead(code).end()
    : response.writeHead(code, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body)));
