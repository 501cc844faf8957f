import { describe, expect, test } from '@jest/globals';
import { actions } from '../auth/access.ts';
import { routes } from '../routes/index.ts';
import { openApiDocument } from './openapi.ts';

const document = openApiDocument(routes, { publicUrl: 'http://127.0.0.1:8640', version: '0.0.0' });
const operations = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
  Object.keys(item as object).map((method) => `${method} ${path}`),
);

describe('the OpenAPI document', () => {
  test('has every route, and nothing else', () => {
    expect(operations.sort()).toEqual(routes.map((route) => `${route.method} ${route.path}`).sort());
  });

  test('names each operation once', () => {
    const ids = Object.values(document.paths ?? {}).flatMap((item) =>
      Object.values(item as Record<string, { operationId?: string }>).map((one) => one.operationId),
    );
    expect(new Set(ids).size).toBe(routes.length);
  });

  test('is 3.1 and refers only to what it has', () => {
    expect(document.openapi).toBe('3.1.0');
    const refs = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(
      (match) => match[1],
    );
    expect(refs.length).toBeGreaterThan(20);
    for (const ref of refs) expect(Object.keys(document.components?.schemas ?? {})).toContain(ref);
  });

  test('describes the parameters and the body of an operation', () => {
    const create = document.paths?.['/v1/releases']?.post;
    expect(JSON.stringify(create?.requestBody)).toContain('ReleaseOrder');
    const list = document.paths?.['/v1/releases']?.get;
    expect((list?.parameters ?? []).map((one) => (one as { name: string }).name)).toEqual(
      expect.arrayContaining(['limit', 'cursor', 'service', 'environment', 'state', 'open', 'from', 'to']),
    );
  });
});

describe('every route', () => {
  test.each(routes.map((route) => [`${route.method} ${route.path}`, route] as const))(
    '%s declares an action that the table knows',
    (_, route) => {
      expect(actions).toContain(route.action);
    },
  );

  test.each(
    routes.filter((route) => route.body).map((route) => [`${route.method} ${route.path}`, route] as const),
  )('%s has an example that its schema accepts', (_, route) => {
    expect(route.body?.safeParse(route.example)).toMatchObject({ success: true });
  });

  test.each(
    routes
      .filter((route) => route.method === 'post' || route.method === 'delete')
      .map((route) => [`${route.method} ${route.path}`, route] as const),
  )('%s refuses a field that it does not know', (_, route) => {
    if (!route.body) return;
    expect(route.body.safeParse({ ...(route.example as object), surprise: 1 }).success).toBe(false);
  });

  test.each(routes.filter((route) => route.path.includes('{')).map((route) => [route.path, route] as const))(
    '%s names its parameters',
    (path, route) => {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '');
      expect(Object.keys(route.params.shape).sort()).toEqual(named.sort());
    },
  );
});
