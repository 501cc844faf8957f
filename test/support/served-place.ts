import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerInMood, type Mood, type Place } from './deployer-world.ts';

/** A service that says over HTTP at /version which version of it runs: 404 where none does. */
export interface ServedPlace extends Place {
  url: string;
  bringOut(version: string | undefined): void;
  close(): void;
}

export async function servePlace(): Promise<ServedPlace> {
  let version: string | undefined = '1.3.0';
  let mood: Mood | undefined;
  const server = createServer((request, response) => {
    if (answerInMood(mood, { version: 'no connection to the orchestrator' }, { request, response })) return;
    if (version === undefined || request.url !== '/version') return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ version }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/version`,
    before: '1.3.0',
    bringOut: (next) => {
      version = next;
    },
    clear: () => {
      version = undefined;
    },
    answers: (next) => {
      mood = next;
    },
    close: () => void (server.closeAllConnections(), server.close()),
  };
}
