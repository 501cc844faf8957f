import { createServer } from 'node:http';
import { readCart, total } from './cart.js';
import { catalogue } from './catalogue.js';
import { charge } from './charge.js';
import { checkout } from './checkout.js';
import { createMetrics } from './metrics.js';

/** The shop as an HTTP server that does not listen yet. */
export function createShop({ version }) {
  const metrics = createMetrics(version);

  const pages = {
    '/': () => ({ articles: [...catalogue].map(([id, { name, cents }]) => ({ id, name, cents })) }),
    '/cart': (query) => {
      const cart = readCart(query.get('articles') ?? '');
      return { articles: cart, cents: total(cart) };
    },
    '/checkout': async (query) => {
      const order = checkout(readCart(query.get('articles') ?? ''));
      return { order, charge: await charge(order.cents) };
    },
  };

  const own = {
    '/health': () => ({ status: 'ok', version, pid: process.pid }),
    '/version': () => ({ version }),
    '/metrics.json': () => metrics.json(),
  };

  return createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://shop');
    if (pathname === '/metrics') {
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(metrics.text());
      return;
    }
    if (own[pathname]) {
      answer(response, 200, own[pathname]());
      return;
    }
    const [status, body] = await serve(pages[pathname], searchParams);
    metrics.count(status);
    answer(response, status, body);
  });
}

async function serve(page, query) {
  if (!page) return [404, { error: 'No such page' }];
  try {
    return [200, await page(query)];
  } catch (error) {
    if (error instanceof RangeError) return [400, { error: error.message }];
    return [500, { error: 'Something broke' }];
  }
}

function answer(response, status, body) {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
