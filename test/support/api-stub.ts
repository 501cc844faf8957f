import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SeenRequest {
  method: string;
  path: string;
  query: Record<string, string>;
  headers: IncomingMessage['headers'];
  body: unknown;
}

type Answer =
  | { status?: number; body?: unknown; headers?: Record<string, string> }
  | ((response: ServerResponse) => void);

export interface ApiStub {
  url: string;
  seen: SeenRequest[];
  close: () => Promise<void>;
}

/** A server that answers `METHOD /path` as told, and problems for everything else. The n-th call gets the n-th answer; the last one stays. */
export async function startApiStub(answers: Record<string, Answer | Answer[]>): Promise<ApiStub> {
  const seen: SeenRequest[] = [];
  const left = new Map(
    Object.entries(answers).map(([key, value]) => [key, Array.isArray(value) ? [...value] : [value]]),
  );
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://stub');
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const key = `${request.method ?? ''} ${url.pathname}`;
    seen.push({
      method: request.method ?? '',
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: request.headers,
      body: text === '' ? undefined : JSON.parse(text),
    });
    const queue = left.get(key);
    const answer = queue && queue.length > 1 ? queue.shift() : queue?.[0];
    if (typeof answer === 'function') return answer(response);
    const {
      status = 200,
      body = {},
      headers = {},
    } = answer ?? {
      status: 404,
      body: problemBody({ code: 'NOT_FOUND', status: 404, detail: `There is no ${key}.` }),
    };
    response
      .writeHead(status, {
        'content-type': status >= 400 ? 'application/problem+json' : 'application/json',
        'request-id': 'req-1',
        ...headers,
      })
      .end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

export const problemBody = (o: {
  code: string;
  status: number;
  detail: string;
  remedy?: string;
  errors?: unknown[];
}) => ({
  type: `https://gantry.test/problems/${o.code.toLowerCase()}`,
  title: o.code,
  remedy: 'Do something else.',
  changed: false,
  retryable: false,
  instance: '/requests/req-1',
  ...o,
});

/** Writes server-sent events and ends the answer. */
export const eventStream =
  (...events: { id: number; event: string; data: unknown }[]) =>
  (response: ServerResponse): void => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(
      events
        .map(({ id, event, data }) => `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
        .join(''),
    );
  };
