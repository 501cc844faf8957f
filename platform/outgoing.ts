import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { LookupFunction } from 'node:net';
import { Agent, fetch, type Response } from 'undici';
import { classify } from './address.ts';
import { connectionWords } from './connection-words.ts';
import { GantryError, messageOf } from './errors.ts';

const TIME_LIMIT_MS = 10_000;
const BODY_LIMIT = 1024 * 1024;
const HEADER_LIMIT = 16 * 1024;
const REDIRECT_LIMIT = 3;
const PLAIN_PORTS: readonly number[] = [80, 443];

export interface OutgoingRequest {
  url: string;
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'HEAD';
  headers?: Readonly<Record<string, string>>;
  body?: string;
  /** `host:port` that may lie inside: those that gantry.yaml itself names (see {@link namedTarget}). */
  allow?: readonly string[];
  /** In all, redirects and body included. Default 10 s. */
  timeLimitMs?: number;
  /** Redirects followed, at most 3. Default: 3 for GET and HEAD; nothing else is ever sent on. */
  redirects?: number;
  /** Certificates in PEM that are trusted for this call, redirects included, in place of those of the system. */
  ca?: string;
  signal?: AbortSignal;
}

export interface OutgoingAnswer {
  status: number;
  headers: Headers;
  text: string;
  /** The body was longer than 1 MiB; `text` is its beginning. */
  isCut: boolean;
  /** Where the answer came from, after redirects. */
  url: string;
}

interface Headers {
  get(name: string): string | null;
}

type Resolve = (host: string) => Promise<readonly { address: string; family: number }[]>;

/** How names are resolved and which ports need no naming; tests hand in their own. */
export interface OutgoingOptions {
  resolve?: Resolve;
  ports?: readonly number[];
}

export type Outgoing = (request: OutgoingRequest) => Promise<OutgoingAnswer>;

/**
 * Calls an address without letting anybody reach what lies inside through us (trust §5.1): http and https only, every
 * address checked, the connection pinned to a checked one, each redirect checked again, time and size limited.
 * @throws GantryError TARGET_REFUSED where the target is not allowed, TARGET_UNREACHABLE where no answer came.
 */
export function createOutgoing(options: OutgoingOptions = {}): Outgoing {
  const resolve = options.resolve ?? ((host) => lookup(host, { all: true }));
  const ports = options.ports ?? PLAIN_PORTS;
  return async (request) => {
    const limit = AbortSignal.timeout(request.timeLimitMs ?? TIME_LIMIT_MS);
    const signal = request.signal ? AbortSignal.any([limit, request.signal]) : limit;
    const isRead = (request.method ?? 'GET') === 'GET' || request.method === 'HEAD';
    let left = isRead ? Math.min(request.redirects ?? REDIRECT_LIMIT, REDIRECT_LIMIT) : 0;
    let url = parse(request.url);
    let headers = request.headers ?? {};
    for (;;) {
      const pinned = await checkTarget(url, { allow: request.allow ?? [], ports, resolve, signal });
      const answer = await send({ ...request, url: url.href, headers }, pinned, signal);
      const next = answer.location && left > 0 ? new URL(answer.location, url).href : undefined;
      if (next === undefined) return answer;
      left -= 1;
      const target = parse(next);
      // what was meant for one host is not shown to another
      if (target.origin !== url.origin) headers = {};
      url = target;
    }
  };
}

/** The `host:port` that a URL of gantry.yaml puts on the allow-list; none where a placeholder stands in its host or port. */
export function namedTarget(template: string): string[] {
  const authority = /^https?:\/\/([^/?#]*)/i.exec(template)?.[1];
  if (authority === undefined || authority.includes('{{') || !URL.canParse(template)) return [];
  return [hostAndPort(new URL(template))];
}

function parse(text: string): URL {
  if (!URL.canParse(text)) throw new GantryError('TARGET_REFUSED', { detail: 'it is not a web address' });
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw refused(url, 'only http and https are allowed');
  if (url.username !== '' || url.password !== '') throw refused(url, 'it holds a user name or password');
  return url;
}

const refused = (url: URL, detail: string, cause?: unknown): GantryError =>
  new GantryError('TARGET_REFUSED', { target: url.hostname, detail }, { cause });

const portOf = (url: URL): number => Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
const hostAndPort = (url: URL): string => `${url.hostname}:${portOf(url)}`;

interface Surroundings {
  allow: readonly string[];
  ports: readonly number[];
  resolve: Resolve;
  signal: AbortSignal;
}

/** The addresses that may be connected to. Literals are judged here, since the connector never asks a resolver about them. */
async function checkTarget(
  url: URL,
  around: Surroundings,
): Promise<readonly { address: string; family: number }[]> {
  const isNamed = around.allow.includes(hostAndPort(url));
  if (!isNamed && !around.ports.includes(portOf(url)))
    throw refused(url, `port ${portOf(url)} is not allowed`);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const family = isIP(host);
  const addresses = family > 0 ? [{ address: host, family }] : await resolveName(url, around);
  for (const { address } of addresses) {
    const kind = classify(address);
    if (kind === 'never') throw refused(url, 'it leads to an address that is never called');
    if (kind === 'inside' && !isNamed) throw refused(url, 'it leads to an address that is not public');
  }
  return addresses;
}

async function resolveName(
  url: URL,
  around: Surroundings,
): Promise<readonly { address: string; family: number }[]> {
  const host = url.hostname;
  const answers = await untilAborted(around.resolve(host), around.signal).catch((cause: unknown) => {
    throw new GantryError(
      'TARGET_UNREACHABLE',
      { target: host, detail: `its name cannot be resolved: ${messageOf(cause)}` },
      { cause },
    );
  });
  if (answers.length === 0) throw refused(url, 'its name has no address');
  return answers;
}

type Answer = OutgoingAnswer & { location: string | undefined };

async function send(
  request: OutgoingRequest,
  pinned: readonly { address: string; family: number }[],
  signal: AbortSignal,
): Promise<Answer> {
  const agent = new Agent({
    connect: { lookup: answerWith(pinned), ...(request.ca === undefined ? {} : { ca: request.ca }) },
    maxHeaderSize: HEADER_LIMIT,
    pipelining: 0,
  });
  try {
    const response = await fetch(request.url, {
      method: request.method ?? 'GET',
      headers: { ...request.headers },
      ...(request.body === undefined ? {} : { body: request.body }),
      redirect: 'manual',
      dispatcher: agent,
      signal,
    });
    const location =
      response.status >= 300 && response.status < 400 ? response.headers.get('location') : null;
    const body = await readBody(response);
    return {
      status: response.status,
      headers: response.headers,
      url: request.url,
      location: location ?? undefined,
      ...body,
    };
  } catch (cause) {
    const host = new URL(request.url).host;
    throw new GantryError(
      'TARGET_UNREACHABLE',
      { target: host, detail: reasonOf(cause, request) },
      { cause },
    );
  } finally {
    await agent.destroy();
  }
}

const answerWith =
  (pinned: readonly { address: string; family: number }[]): LookupFunction =>
  (_host, options, callback) => {
    const [first] = pinned;
    if (options.all) callback(null, [...pinned]);
    else callback(null, first?.address ?? '', first?.family ?? 4);
  };

/** Reads at most 1 MiB, counted after decompression. */
async function readBody(response: Response): Promise<{ text: string; isCut: boolean }> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    const bytes = chunk as Uint8Array;
    chunks.push(bytes.subarray(0, BODY_LIMIT - size));
    size += bytes.length;
    if (size > BODY_LIMIT) break;
  }
  return { text: Buffer.concat(chunks).toString('utf8'), isCut: size > BODY_LIMIT };
}

function reasonOf(cause: unknown, request: OutgoingRequest): string {
  if ((cause as { name?: unknown } | undefined)?.name === 'TimeoutError') {
    return `it did not answer within ${(request.timeLimitMs ?? TIME_LIMIT_MS) / 1000} s`;
  }
  const inner = cause instanceof Error ? (cause.cause ?? cause) : cause;
  return connectionWords(inner) ?? messageOf(inner);
}

function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
