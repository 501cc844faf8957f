import type { Request, Response } from 'express';
import { z } from 'zod';
import type { ProblemCode } from '../../domain/problem-code.ts';
import type { Action, ActionObject } from '../auth/access.ts';
import type { Caller } from '../auth/caller.ts';
import type { ApiDeps } from '../deps.ts';
import type { Streams } from '../streams.ts';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** What routes work with: the dependencies, and the streams that all routes share. */
export type RouteDeps = ApiDeps & { streams: Streams };

/** A request that has been read and whose sender is known. */
export interface Call<P, Q, B> {
  deps: RouteDeps;
  caller: Caller;
  params: P;
  query: Q;
  body: B;
  now: Date;
  requestId: string;
  req: Request;
  /** Only for replies that are written piece by piece. */
  res: Response;
}

/** An answer. `undefined` from a handler says that it has written its reply itself. */
export interface Reply {
  status?: number;
  body?: unknown;
  /** Revision of the resource: becomes its ETag, and makes If-None-Match and If-Match work. */
  seq?: number;
  headers?: Record<string, string>;
}

/** What the action is done to, for the table of access, and the thing itself for the handler. */
export interface Subject<S> {
  object: ActionObject;
  value: S;
}

/** One operation: how it is asked for, who may, what it answers. OpenAPI and the router are both made of these. */
export interface RouteSpec<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, S> {
  method: Method;
  /** As OpenAPI writes it: `/v1/releases/{id}`. */
  path: string;
  action: Action;
  summary: string;
  params?: P;
  query?: Q;
  body?: B;
  /** A body that works; a test parses it with the schema. */
  example?: z.input<B>;
  /** Successful answer. */
  answer: { status: number; description: string; schema?: z.ZodType; type?: string };
  /** Problems of its own, beside those that every operation may have. */
  problems?: readonly ProblemCode[];
  /** Finds what the action is done to; it is authorised before the handler sees it. */
  subject?: (call: Call<z.output<P>, z.output<Q>, z.output<B>>) => Promise<Subject<S>>;
  handle: (call: Call<z.output<P>, z.output<Q>, z.output<B>>, subject: S) => Promise<Reply | undefined>;
}

/** A route whose types have been checked where it was written. */
export interface Route extends Omit<
  RouteSpec<z.ZodType, z.ZodType, z.ZodType, never>,
  'subject' | 'handle' | 'params' | 'query'
> {
  params: z.ZodObject;
  query: z.ZodObject;
  subject?: (call: Call<unknown, unknown, unknown>) => Promise<Subject<unknown>>;
  handle: (call: Call<unknown, unknown, unknown>, subject: unknown) => Promise<Reply | undefined>;
}

const nothing = z.strictObject({});

/** Declares a route. Parts that it does not name must be empty: an unknown parameter is a mistake that we report. */
export function route<
  P extends z.ZodObject = typeof nothing,
  Q extends z.ZodObject = typeof nothing,
  B extends z.ZodType = z.ZodUndefined,
  S = undefined,
>(spec: RouteSpec<P, Q, B, S>): Route {
  // The registry keeps routes of every type side by side; `serve` hands each only what its own schemas have read.
  return { ...spec, params: spec.params ?? nothing, query: spec.query ?? nothing } as unknown as Route;
}
