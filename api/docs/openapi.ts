import { OpenApiGeneratorV31, OpenAPIRegistry, type RouteConfig } from '@asteasolutions/zod-to-openapi';
import { catalogue } from '../../platform/error-catalogue.ts';
import type { ProblemCode } from '../../domain/problem-code.ts';
import type { Route } from '../http/route.ts';
import { ProblemSchema } from '../routes/common.schema.ts';

/** What any operation may answer, beside its own problems. */
const everywhere: readonly ProblemCode[] = [
  'REQUEST_MALFORMED',
  'REQUEST_INVALID',
  'NOT_SIGNED_IN',
  'NOT_ALLOWED',
  'RATE_LIMITED',
  'STORAGE_UNAVAILABLE',
];

/** The OpenAPI 3.1 document of these routes, from the schemas that parse their requests. */
export function openApiDocument(routes: readonly Route[], o: { publicUrl: string; version: string }) {
  const registry = new OpenAPIRegistry();
  registry.registerComponent('securitySchemes', 'token', {
    type: 'http',
    scheme: 'bearer',
    description: 'An API token: `gantry token create`.',
  });
  for (const route of routes) registry.registerPath(pathOf(route));
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: {
      title: 'Gantry',
      version: o.version,
      description:
        'Releases as durable processes. Enumerations may grow and fields may be added; clients must bear both.',
    },
    servers: [{ url: o.publicUrl }],
    security: [{ token: [] }],
  });
}

function pathOf(route: Route): RouteConfig {
  const { method, path, summary, params, query, body, example, answer } = route;
  return {
    method,
    path,
    summary,
    operationId: operationId(route),
    tags: [path.split('/')[2] ?? ''],
    description: `Action \`${route.action}\`.`,
    request: {
      params,
      query,
      ...(body
        ? {
            body: {
              required: true,
              content: {
                'application/json': { schema: body, ...(example === undefined ? {} : { example }) },
              },
            },
          }
        : {}),
    },
    responses: { [answer.status]: success(answer), ...problemsOf(route) },
  };
}

function success({ description, schema, type }: Route['answer']) {
  if (type !== undefined)
    return { description, content: { [type]: { schema: { type: 'string' as const } } } };
  return { description, ...(schema ? { content: { 'application/json': { schema } } } : {}) };
}

/** Problems share a status: each status lists the codes that may come with it. */
function problemsOf(route: Route): Record<string, object> {
  const codes = [...new Set([...everywhere, ...(route.problems ?? [])])];
  const statuses = new Set(codes.map((code) => catalogue[code].status));
  return Object.fromEntries(
    [...statuses].sort().map((status) => {
      const here = codes.filter((code) => catalogue[code].status === status);
      return [
        status,
        { description: here.join(', '), content: { 'application/problem+json': { schema: ProblemSchema } } },
      ];
    }),
  );
}

/** `postReleasesIdRollBack`: from method and path, so that it is unique without anybody choosing it. */
const operationId = ({ method, path }: Route): string =>
  method +
  path
    .replaceAll(/[^a-zA-Z]+(\w)?/g, (_, letter: string | undefined) => (letter ?? '').toUpperCase())
    .replace(/^V/, '');
