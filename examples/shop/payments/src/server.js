import { createServer } from 'node:http';
import { charge } from './charge.js';

/** Payments as an HTTP server that does not listen yet. */
export function createPayments({ version }) {
  const pages = {
    '/': () => ({ service: 'payments' }),
    '/health': () => ({ status: 'ok', version, pid: process.pid }),
    '/version': () => ({ version }),
    '/charge': (query) => charge(Number(query.get('cents'))),
  };
  return createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://payments');
    const [status, body] = serve(pages[pathname], searchParams);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
}

function serve(page, query) {
  if (!page) return [404, { error: 'No such page' }];
  try {
    return [200, page(query)];
  } catch (error) {
    if (error instanceof RangeError) return [400, { error: error.message }];
    return [500, { error: 'Something broke' }];
  }
}
