import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How many errors there are of each service at each weight, as a monitoring says it: `GET /shop/50` is `{"rate": 0}`. */
export interface ErrorRates {
  /** Without a slash at its end. */
  url: string;
  /** From now on all that this service answers at this weight are errors. */
  raise(service: string, weight: number): void;
  close(): void;
}

export async function startErrorRates(): Promise<ErrorRates> {
  const raised = new Set<string>();
  const server = createServer((request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ rate: raised.has(request.url ?? '') ? 1 : 0 }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    raise: (service, weight) => void raised.add(`/${service}/${weight}`),
    close: () => void (server.closeAllConnections(), server.close()),
  };
}
