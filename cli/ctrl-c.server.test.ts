import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeAll, expect, test } from '@jest/globals';
import { startApiStub, type ApiStub } from '../test/support/api-stub.ts';
import { builtGantry } from '../test/support/built-gantry.ts';
import { aRelease } from '../test/support/release-view.ts';
import { until } from '../test/support/until.ts';

let main: string;
let stub: ApiStub | undefined;
let child: ChildProcess | undefined;

beforeAll(async () => {
  main = await builtGantry();
}, 90_000);

afterEach(async () => {
  child?.kill('SIGKILL');
  await stub?.close();
});

/** `gantry release create … --wait` as a process of its own, against a server whose release never ends. */
async function waiting(
  hangs?: 'create' | 'stream',
): Promise<{ running: ChildProcess; said: () => string; ended: Promise<unknown[]> }> {
  const view = aRelease();
  const never = (): undefined => undefined;
  stub = await startApiStub({
    'POST /v1/releases': hangs === 'create' ? never : { status: 202, body: view },
    'GET /v1/releases/rel_1': hangs === 'stream' ? [{ body: view }, never] : { body: view },
    'GET /v1/releases/rel_1/events': (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`id: 4\nevent: state\ndata: ${JSON.stringify(view)}\n\n`);
    },
  });
  const words = ['release', 'create', 'shop', '1.4.0', '--wait'];
  const running = spawn(process.execPath, [main, ...words], {
    env: { ...process.env, NODE_OPTIONS: '', GANTRY_URL: stub.url, GANTRY_TOKEN: 'secret' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child = running;
  let text = '';
  for (const stream of [running.stdout, running.stderr])
    stream.on('data', (piece: Buffer) => void (text += piece.toString('utf8')));
  const ended = once(running, 'exit');
  return { running, said: () => text, ended };
}

test.each<['create' | 'stream' | undefined, string, string]>([
  [
    undefined,
    'Waiting for 1 approval',
    'Stopped following; the release goes on. Follow it again: gantry release follow rel_1',
  ],
  ['stream', 'Waiting for 1 approval', 'Stopped following; the release goes on.'],
  ['create', '', 'Interrupted. The release may have been recorded'],
])(
  'the first Ctrl-C ends with words and 130, soon, also where the server hangs: %s',
  async (hangs, before, words) => {
    const { running, said, ended } = await waiting(hangs);
    await until('the request that hangs, or what it waits for', () =>
      hangs === undefined
        ? said().includes(before)
        : said().includes(before) && (stub?.seen.length ?? 0) >= (hangs === 'create' ? 1 : 4),
    );
    running.kill('SIGINT');
    expect(await ended).toEqual([130, null]);
    expect(said()).toContain(words);
  },
  40_000,
);

test('a second Ctrl-C ends it whatever it does', async () => {
  const { running, said, ended } = await waiting();
  await until('what it waits for', () => said().includes('Waiting for 1 approval'));
  running.kill('SIGINT');
  running.kill('SIGINT');
  const [code, signal] = await ended;
  expect(code === 130 || signal === 'SIGINT').toBe(true);
}, 40_000);
