import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Calls } from './deployer-world.ts';
import { jobAnswer, runAnswer, type Fullness } from './github-answers.ts';
import { misfits, type GithubShape } from './github-shapes.ts';

export interface FakeRun {
  id: number;
  display_title: string;
  event: 'workflow_dispatch';
  status: 'queued' | 'in_progress' | 'completed';
  conclusion: 'success' | 'failure' | 'cancelled' | null;
  created_at: string;
  workflow: string;
  inputs: Record<string, string>;
}

interface Said {
  code: number;
  body?: unknown;
  /** What the body is; left out: an error. */
  shape?: GithubShape;
  headers?: Record<string, string>;
}

type Trouble = 'none' | 'loseAnswer' | 'unavailable' | 'limited';

/**
 * The part of GitHub's REST API (2022-11-28) that the deployer uses, with its habits: a dispatch answers 204 without saying
 * which run it made, the run is listed only later, and the same dispatch twice makes two runs. Whatever it is asked and answers
 * is held against GitHub's published description (`github-shapes.json`): closing it fails where something did not fit.
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
  /** Jobs of each run; 1 unless told. */
  jobs?: number;
  /** Runs of others that are listed before ours. */
  others?: number;
  /** `nulls`: with null wherever GitHub may send it; `full` unless told. */
  fullness?: Fullness;
}) {
  const runs: FakeRun[] = [];
  const lists = new Map<number, number>();
  const requests: { method: string; path: string; body: string; headers: IncomingMessage['headers'] }[] = [];
  const calls = new Calls();
  const wrong: string[] = [];
  const fullness = o.fullness ?? 'full';
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (calls.isLeftAt('received')) return;
      const said = answer(request, Buffer.concat(chunks).toString());
      if (calls.isLeftAt('acted')) return;
      if (said !== 'lost' && said.body !== undefined)
        wrong.push(...misfits(said.shape ?? 'error', said.body));
      if (said === 'lost') request.socket.destroy();
      else send(response, said);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;

  function answer(request: IncomingMessage, body: string): Said | 'lost' {
    const asked = new URL(request.url ?? '', url);
    const [, repository = '', path = ''] =
      /^\/repos\/([^/]+\/[^/]+)\/actions(.*)$/.exec(asked.pathname) ?? [];
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
      wrong.push(...misfits('dispatch', JSON.parse(body)));
      dispatch(id ?? '', JSON.parse(body) as { inputs: Record<string, string> });
      return trouble === 'loseAnswer' ? 'lost' : { code: 204 };
    }
    if (what === 'workflows' && more === 'runs') {
      const listed = [...others(id ?? ''), ...runs.filter((run) => run.workflow === id && isListed(run))];
      const page = pageOf(listed, asked.searchParams).map((run) => runAnswer(run, repository, fullness));
      return { code: 200, shape: 'runs', body: { total_count: listed.length, workflow_runs: page } };
    }
    const run = runs.find((one) => String(one.id) === id);
    if (what !== 'runs' || !run) return { code: 404, body: { message: 'Not Found' } };
    if (more === 'cancel') {
      Object.assign(run, { status: 'completed', conclusion: 'cancelled' });
      return { code: 202, shape: 'nothing', body: {} };
    }
    if (more === 'jobs') {
      const name = o.jobName?.(request.headers.authorization ?? '') ?? 'deploy';
      const all = Array.from({ length: o.jobs ?? 1 }, () => jobAnswer(run, name, repository, fullness));
      const jobs = pageOf(all, asked.searchParams);
      return { code: 200, shape: 'jobs', body: { total_count: all.length, jobs } };
    }
    look(run);
    return { code: 200, shape: 'run', body: runAnswer(run, repository, fullness) };
  }

  function dispatch(workflow: string, { inputs }: { inputs: Record<string, string> }): void {
    const id = runs.length + 1;
    runs.unshift({
      id,
      display_title:
        o.isNamed === false ? 'Deploy' : `Deploy ${inputs['version'] ?? ''} (${inputs['operation'] ?? ''})`,
      event: 'workflow_dispatch',
      status: 'queued',
      conclusion: null,
      created_at: new Date().toISOString(),
      workflow,
      inputs,
    });
  }

  const others = (workflow: string): FakeRun[] =>
    Array.from({ length: o.others ?? 0 }, (_, index) => ({
      ...{ id: 1000 + index, display_title: `Deploy 1.3.0 (another+${index})`, event: 'workflow_dispatch' },
      ...{ status: 'completed', conclusion: 'success', created_at: new Date().toISOString() },
      ...{ workflow, inputs: {} },
    }));

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
    calls,
    /** @throws Error where something was asked or answered that GitHub's description does not know */
    close: () => {
      server.closeAllConnections();
      server.close();
      if (wrong.length > 0)
        throw new Error(`GitHub knows nothing of this: ${[...new Set(wrong)].join('; ')}`);
    },
  };
}

const pageOf = <T>(all: readonly T[], asked: URLSearchParams): T[] => {
  const size = Math.min(100, Number(asked.get('per_page') ?? 30));
  const page = Number(asked.get('page') ?? 1);
  return all.slice((page - 1) * size, page * size);
};

const send = (response: ServerResponse, { code, body, headers }: Said): void =>
  void (body === undefined
    ? response.writeHead(code).end()
    : response.writeHead(code, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body)));
