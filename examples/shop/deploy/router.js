import { Agent, createServer, request as forward } from 'node:http';
import { claim } from './alive.js';
import { createCounts } from './counts.js';
import { isDone, recordEffect } from './ledger.js';
import { backendsFile, readJson, routerFile, routerPort, service, writeJson } from './places.js';
import { createShare } from './share.js';

// The front door of one environment: `router.js production`. Shares traffic between versions by weight and counts
// their answers. What it was told survives it.

const environment = process.argv[2];
const file = routerFile(environment);
if (!(await claim(file, '/router'))) process.exit(0);
writeJson(file, { pid: process.pid });

const agent = new Agent({ keepAlive: true, maxSockets: 64 });
const counts = createCounts(service);
const pick = createShare();
/** Version → {port, weight}. */
const backends = new Map(Object.entries(readJson(backendsFile(environment)) ?? {}));
for (const version of backends.keys()) counts.expect(version);

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://router');
  if (pathname === '/metrics')
    return void response
      .writeHead(200, { 'content-type': 'text/plain; version=0.0.4' })
      .end(counts.text(environment));
  if (pathname === '/metrics.json') return void metrics(searchParams, response);
  if (pathname === '/router')
    return void json(response, 200, {
      pid: process.pid,
      environment,
      backends: Object.fromEntries(backends),
    });
  if (pathname === '/router/route' && request.method === 'PUT') return void route(request, response);
  pass(request, response);
});

/** Those of another service are asked of its own router: one address is enough for all of an environment. */
async function metrics(query, response) {
  const of = query.get('service') ?? service;
  if (of === service) return json(response, 200, metricsOf(query.get('version')));
  const address = `http://127.0.0.1:${routerPort(environment, of)}/metrics.json?${query}`;
  const answer = await fetch(address, { signal: AbortSignal.timeout(2000) }).catch(() => undefined);
  if (answer?.ok) return json(response, 200, await answer.json());
  return json(response, 502, { error: `The router of ${of} does not answer` });
}

function metricsOf(version) {
  if (version !== null) return counts.json(version);
  return {
    environment,
    versions: Object.fromEntries(counts.versions().map((known) => [known, counts.json(known)])),
  };
}

function pass(request, response) {
  const version = pick(new Map([...backends].map(([name, { weight }]) => [name, weight])));
  if (version === undefined) return void json(response, 503, { error: 'Nothing is deployed here' });
  hand({ version, port: backends.get(version).port, agent }, request, response);
}

function hand({ version, port, agent }, request, response) {
  const { method, url, headers } = request;
  const onward = forward({ agent, port, host: '127.0.0.1', method, path: url, headers }, (answer) => {
    counts.count(version, answer.statusCode);
    response.writeHead(answer.statusCode, { ...answer.headers, 'x-version': version });
    answer.pipe(response);
  });
  onward.on('error', () => {
    // The version may have closed a kept connection just as it was used again: what only reads is asked once more, on a new one.
    const hasBody = 'content-length' in headers || 'transfer-encoding' in headers; // which is read by now
    if (onward.reusedSocket && method === 'GET' && !hasBody && !response.headersSent)
      return void hand({ version, port, agent: false }, request, response);
    counts.count(version, 502);
    if (response.headersSent) response.destroy();
    else json(response, 502, { error: 'The version behind does not answer' }, { 'x-version': version });
  });
  request.pipe(onward);
}

/**
 * PUT {operation, version, backends}: the whole table at once. A repeated operation changes nothing: the look into the
 * ledger, the change and its line happen without a pause between them, so no second request can come in between.
 */
async function route(request, response) {
  let text = '';
  for await (const chunk of request) text += chunk;
  const { operation, version, backends: wanted } = JSON.parse(text);
  if (isDone(operation)) return void json(response, 200, { repeated: true });
  backends.clear();
  for (const [name, backend] of Object.entries(wanted)) {
    backends.set(name, backend);
    counts.expect(name);
  }
  writeJson(backendsFile(environment), wanted);
  const weights = Object.fromEntries([...backends].map(([name, { weight }]) => [name, weight]));
  recordEffect({ operation, effect: 'route', service, environment, version, weights });
  json(response, 200, { repeated: false });
}

function json(response, status, body, headers = {}) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

server.listen(routerPort(environment), '127.0.0.1', () => {
  writeJson(file, { pid: process.pid, port: server.address().port });
});
process.once('SIGTERM', () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
