import { randomUUID } from 'node:crypto';
import type { Problem } from '../domain/problem-code.ts';
import { isZone } from '../domain/policy/zone.ts';
import { messageOf, problem } from '../platform/errors.ts';
import { pause } from '../platform/pause.ts';
import { readEvents, untilAborted, type StreamEvent } from './event-stream.ts';
import { startDeadline } from './deadline.ts';
import { CliProblem } from './problem.ts';
import type { ServerAddress } from './server-address.ts';

export interface PostOptions {
  /** Key of one intention: repeats under the same key are one. Made here where none is given. */
  key?: string;
  ifMatch?: string;
}

/** The HTTP API as the commands use it. Answers are what the server sent; `answers.ts` says which type they have. */
export interface Client {
  address: ServerAddress;
  /** @param signal where it aborts, nobody waits for the answer any more */
  get: (path: string, query?: Record<string, string | undefined>, signal?: AbortSignal) => Promise<unknown>;
  post: (path: string, body: unknown, options?: PostOptions) => Promise<unknown>;
  /** Puts another state in the place of the one that was looked at. */
  put: (path: string, body: unknown, options: Required<Pick<PostOptions, 'ifMatch'>>) => Promise<unknown>;
  /** Corrects some fields; the same correction twice is once. */
  patch: (path: string, body: unknown) => Promise<unknown>;
  delete: (path: string, body?: unknown) => Promise<unknown>;
  /** Any method and path; the raw answer, whatever its status. */
  call: (method: string, path: string, body?: string) => Promise<Response>;
  /** The zone in which whoever asks reads times, as the last answer named it; undefined before one did. */
  readerZone: () => string | undefined;
  /** Server-sent events until the server closes the line. */
  stream: (path: string, o: { lastEventId?: string; signal: AbortSignal }) => AsyncGenerator<StreamEvent>;
}

/** Replaced in tests. */
export interface ClientPorts {
  fetch?: typeof fetch;
  /** Pause before a repeated request; over at once where `signal` aborts. */
  pause?: (ms: number, signal?: AbortSignal) => Promise<unknown>;
}

const TRIES = 3;
const ANSWER_WITHIN_MS = 35_000;

const asJson = { 'content-type': 'application/json' };

/** What each verb sends, by a transport that repeats what may be repeated. */
const verbsOver = (
  send: (method: string, path: string, init: RequestInit) => Promise<unknown>,
): Pick<Client, 'get' | 'post' | 'put' | 'patch' | 'delete'> => ({
  get: (path, query = {}, signal) =>
    send('GET', withQuery(path, query), signal === undefined ? {} : { signal }),
  post: (path, body, { key = randomUUID(), ifMatch } = {}) =>
    send('POST', path, {
      body: JSON.stringify(body),
      headers: {
        ...asJson,
        'idempotency-key': key,
        ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
      },
    }),
  put: (path, body, { ifMatch }) =>
    send('PUT', path, { body: JSON.stringify(body), headers: { ...asJson, 'if-match': ifMatch } }),
  patch: (path, body) => send('PATCH', path, { body: JSON.stringify(body), headers: asJson }),
  delete: (path, body) =>
    send('DELETE', path, body === undefined ? {} : { body: JSON.stringify(body), headers: asJson }),
});

/**
 * Talks to one server. What may safely be repeated is repeated after a lost connection, a 429 or a 503: reads always,
 * creations because each carries an Idempotency-Key that stays the same.
 * @throws CliProblem with the server's problem, or SERVER_UNREACHABLE
 */
export function createClient(address: ServerAddress, ports: ClientPorts = {}): Client {
  const send = ports.fetch ?? fetch;
  const wait = ports.pause ?? pause;
  let zone: string | undefined;

  const request = async (method: string, path: string, init: RequestInit): Promise<Response> => {
    const headers = new Headers(init.headers);
    headers.set('user-agent', 'gantry-cli');
    if (!headers.has('accept')) headers.set('accept', 'application/json, application/problem+json');
    if (address.token !== undefined) headers.set('authorization', `Bearer ${address.token}`);
    try {
      const answer = await send(`${address.url}${path}`, { ...init, method, headers, redirect: 'error' });
      const named = answer.headers.get('gantry-zone');
      if (named !== null && isZone(named)) zone = named;
      return answer;
    } catch (error) {
      throw unreachable(address, error);
    }
  };

  const patiently = async (method: string, path: string, init: RequestInit): Promise<unknown> => {
    const left = init.signal ?? undefined;
    for (let attempt = 1; ; attempt += 1) {
      const deadline = startDeadline(left, ANSWER_WITHIN_MS);
      try {
        const answer = await request(method, path, { ...init, signal: deadline.signal });
        if (answer.ok) return await bodyOf(answer);
        throw await problemOf(answer);
      } catch (error) {
        if (attempt >= TRIES || isAborted(left) || !isWorthRepeating(error)) throw error;
        deadline.end();
        await wait(300 * 3 ** (attempt - 1), left);
        if (isAborted(left)) throw error; // a try that nobody waits for would be sent all the same
      } finally {
        deadline.end();
      }
    }
  };

  return {
    address,
    readerZone: () => zone,
    ...verbsOver(patiently),
    call: (method, path, body) =>
      request(method.toUpperCase(), path, {
        ...(body === undefined ? {} : { body }),
        headers: {
          ...(body === undefined ? {} : asJson),
          ...(method.toUpperCase() === 'POST' ? { 'idempotency-key': randomUUID() } : {}),
        },
      }),
    async *stream(path, { lastEventId, signal }) {
      const answer = await request('GET', path, {
        signal,
        headers: {
          accept: 'text/event-stream',
          ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
        },
      });
      if (!answer.ok) throw await problemOf(answer);
      if (answer.body && answer.headers.get('content-type')?.startsWith('text/event-stream') === true) {
        yield* readEvents(untilAborted(answer.body, signal));
      }
    },
  };
}

/** Asked anew: what the compiler knows of `signal` is from before the wait. */
const isAborted = (signal: AbortSignal | undefined): boolean => signal?.aborted === true;

/** `?` and the parameters that have a value. */
export function withQuery(path: string, query: Record<string, string | undefined>): string {
  const set = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return set.length === 0 ? path : `${path}?${new URLSearchParams(set).toString()}`;
}

/** The server is away or busy: the same request may do well later. */
export function isWorthRepeating(error: unknown): boolean {
  if (!(error instanceof CliProblem)) return false;
  return error.problem.code === 'SERVER_UNREACHABLE' || [429, 502, 503].includes(error.problem.status);
}

async function bodyOf(answer: Response): Promise<unknown> {
  const text = await answer.text();
  if (text === '') return undefined;
  const isJson = answer.headers.get('content-type')?.includes('json') === true;
  return isJson ? (JSON.parse(text) as unknown) : text;
}

/** The problem that an answer carries; one that carries none was written by something before our server. */
export async function problemOf(answer: Response): Promise<CliProblem> {
  const requestId = answer.headers.get('request-id') ?? undefined;
  const text = await answer.text();
  if (answer.headers.get('content-type')?.includes('json') === true) {
    const body = JSON.parse(text) as Partial<Problem>;
    if (typeof body.code === 'string' && typeof body.detail === 'string') {
      return new CliProblem({ ...blank(answer.status), ...body }, requestId);
    }
  }
  const detail = `The server answered ${answer.status} without saying why.`;
  return new CliProblem({ ...blank(answer.status), detail }, requestId);
}

const blank = (status: number): Problem => ({
  ...problem(status >= 500 ? 'SERVER_UNREACHABLE' : 'REQUEST_INVALID', {}),
  remedy: 'Check that the address is that of a Gantry server: `gantry doctor`.',
  status,
  retryable: status >= 500,
});

function unreachable(address: ServerAddress, error: unknown): CliProblem {
  if (error instanceof Error && error.name === 'AbortError') throw error;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const detail = `No Gantry server answers at ${address.url} (from ${address.from}): ${messageOf(cause)}.`;
  return new CliProblem({
    ...problem('SERVER_UNREACHABLE', { url: address.url, detail }),
    detail,
    remedy: 'Start one with `gantry up`, or name yours with --url or GANTRY_URL.',
  });
}
