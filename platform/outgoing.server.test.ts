import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import { createOutgoing, namedTarget } from './outgoing.ts';

/** What answers inside; it must never be reached by an address that gantry.yaml does not name. */
let server: Server;
let port: number;
let reached: { url: string; headers: Record<string, unknown> }[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    reached.push({ url: request.url ?? '', headers: request.headers });
    const target = new URL(request.url ?? '/', 'http://x').searchParams.get('to');
    if (target) response.writeHead(302, { location: target }).end();
    else if (request.url === '/flood') response.end('x'.repeat(3_000_000));
    else if (request.url === '/bomb')
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(50_000_000)));
    else if (request.url === '/headers') response.writeHead(200, { 'x-long': 'x'.repeat(20_000) }).end();
    else if (request.url === '/hang') response.write('a');
    else response.end('hello');
  });
  server.listen(0, '::', 0);
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  reached = [];
});

const names: Record<string, string[]> = {
  'inside.test': ['127.0.0.1'],
  'inside6.test': ['::1'],
  'mixed.test': ['93.184.215.14', '127.0.0.1'],
  'mapped.test': ['::ffff:127.0.0.1'],
  'cloud.test': ['169.254.169.254'],
  'private.test': ['10.0.0.7'],
  'empty.test': [],
};
const resolve = async (host: string): Promise<{ address: string; family: number }[]> => {
  const found = names[host];
  if (!found) throw new Error(`no such host ${host}`);
  return found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
};
/** The port of the server counts as an ordinary one, so that the address alone must stop each call. */
const outgoing = () => createOutgoing({ resolve, ports: [80, 443, port] });
const codeOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
    return 'reached';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('an outgoing call to a hostile address', () => {
  const hostile = [
    'http://127.0.0.1:PORT/',
    'http://127.1:PORT/',
    'http://127.0.1:PORT/',
    'http://2130706433:PORT/',
    'http://0x7f000001:PORT/',
    'http://0x7f.1:PORT/',
    'http://0177.0.0.1:PORT/',
    'http://017700000001:PORT/',
    'http://127.0.0.1.:PORT/',
    'http://127.255.255.254:PORT/',
    'http://0.0.0.0:PORT/',
    'http://0:PORT/',
    'http://①②⑦.⓪.⓪.①:PORT/',
    'http://127。0。0。1:PORT/',
    'http://[::1]:PORT/',
    'http://[::]:PORT/',
    'http://[0:0:0:0:0:0:0:1]:PORT/',
    'http://[::ffff:127.0.0.1]:PORT/',
    'http://[::ffff:7f00:1]:PORT/',
    'http://[::ffff:0:127.0.0.1]:PORT/',
    'http://[::127.0.0.1]:PORT/',
    'http://[64:ff9b::127.0.0.1]:PORT/',
    'http://[64:ff9b::a9fe:a9fe]/latest/meta-data/',
    'http://[2002:7f00:1::]:PORT/',
    'http://[fe80::1]:PORT/',
    'http://[fd00::1]:PORT/',
    'http://[fd00:ec2::254]/latest/meta-data/',
    'http://[ff02::1]:PORT/',
    'http://[fec0::1]:PORT/',
    'http://10.1.2.3:PORT/',
    'http://172.16.0.1:PORT/',
    'http://192.168.0.1:PORT/',
    'http://100.64.0.1:PORT/',
    'http://169.254.169.254/latest/meta-data/',
    'http://0xa9fea9fe/latest/meta-data/',
    'http://2852039166/latest/meta-data/',
    'http://100.100.100.200/',
    'http://168.63.129.16/',
    'http://192.0.0.192/',
    'http://224.0.0.1:PORT/',
    'http://255.255.255.255:PORT/',
    'http://240.0.0.1:PORT/',
    'http://inside.test:PORT/',
    'http://INSIDE.test:PORT/',
    'http://inside6.test:PORT/',
    'http://mixed.test:PORT/',
    'http://mapped.test:PORT/',
    'http://cloud.test/',
    'http://private.test:PORT/',
    'http://empty.test/',
    'http://93.184.215.14:22/',
    'http://ana:secret@93.184.215.14/',
    'http://ana@127.0.0.1:PORT/',
    'file:///etc/passwd',
    'ftp://127.0.0.1:PORT/',
    'gopher://127.0.0.1:PORT/_GET',
    'data:text/plain,hello',
    'javascript:alert(1)',
    'unix:/var/run/docker.sock',
    '//127.0.0.1:PORT/',
    'not an address',
    '',
  ];

  test.each(hostile)('%s is refused and nothing is sent', async (template) => {
    const url = template.replace('PORT', String(port));
    expect(await codeOf(outgoing()({ url }))).toBe('TARGET_REFUSED');
    expect(reached).toHaveLength(0);
  });

  test('a name that cannot be resolved is not reached', async () => {
    expect(await codeOf(outgoing()({ url: 'http://gone.test/' }))).toBe('TARGET_UNREACHABLE');
  });

  test.each([
    'http://169.254.169.254/',
    'http://cloud.test/',
    'http://[64:ff9b::a9fe:a9fe]/',
    'http://[fd00:ec2::254]/',
  ])('the cloud metadata address %s is refused even where gantry.yaml names it', async (url) => {
    expect(await codeOf(outgoing()({ url, allow: namedTarget(url) }))).toBe('TARGET_REFUSED');
  });
});

describe('an outgoing call', () => {
  const inside = (path: string): { url: string; allow: string[] } => {
    const url = `http://127.0.0.1:${String(port)}${path}`;
    return { url, allow: namedTarget(url) };
  };

  test('reaches an inside target that gantry.yaml names, by address or name', async () => {
    expect(await outgoing()(inside('/'))).toMatchObject({ status: 200, text: 'hello', isCut: false });
    const named = `http://inside.test:${String(port)}/`;
    expect(await createOutgoing({ resolve })({ url: named, allow: namedTarget(named) })).toMatchObject({
      status: 200,
    });
  });

  test.each([
    'http://127.1:PORT/x',
    'http://inside.test:PORT/x',
    'http://169.254.169.254/',
    'file:///etc/passwd',
  ])('does not follow a redirect to %s that is not named', async (template) => {
    const to = encodeURIComponent(template.replace('PORT', String(port)).replace('127.1', '127.0.0.2'));
    expect(await codeOf(outgoing()(inside(`/?to=${to}`)))).toBe('TARGET_REFUSED');
    expect(reached).toHaveLength(1);
  });

  test('follows a redirect on the same host with its headers, and to another without', async () => {
    const other = `http://inside.test:${String(port)}/second`;
    const { url, allow } = inside(`/?to=${encodeURIComponent(`/?to=${encodeURIComponent(other)}`)}`);
    await outgoing()({
      url,
      allow: [...allow, ...namedTarget(other)],
      headers: { authorization: 'Bearer abc' },
    });
    expect(reached.map((hit) => hit.headers['authorization'])).toEqual([
      'Bearer abc',
      'Bearer abc',
      undefined,
    ]);
  });

  test('gives back the redirect itself after the third', async () => {
    const around = encodeURIComponent('/again');
    const nested = [1, 2, 3, 4].reduce((to) => encodeURIComponent(`/?to=${to}`), around);
    expect(await outgoing()(inside(decodeURIComponent(nested)))).toMatchObject({ status: 302 });
    expect(reached).toHaveLength(4);
  });

  test('never sends a POST on to another address', async () => {
    expect(await outgoing()({ ...inside('/?to=/x'), method: 'POST', body: '{}' })).toMatchObject({
      status: 302,
    });
    expect(reached).toHaveLength(1);
  });

  test.each(['/flood', '/bomb'])('keeps 1 MiB of %s', async (path) => {
    const answer = await outgoing()(inside(path));
    expect(answer).toMatchObject({ isCut: true });
    expect(answer.text).toHaveLength(1024 * 1024);
  });

  test('refuses headers of more than 16 KiB', async () => {
    expect(await codeOf(outgoing()(inside('/headers')))).toBe('TARGET_UNREACHABLE');
  });

  test('gives up at its time limit although bytes came', async () => {
    expect(await codeOf(outgoing()({ ...inside('/hang'), timeLimitMs: 300 }))).toBe('TARGET_UNREACHABLE');
  });
});

describe('the allow-list', () => {
  test.each([
    ['http://prometheus.internal:9090/x?y={{version}}', ['prometheus.internal:9090']],
    ['https://Deploy.Example.test/{{service}}', ['deploy.example.test:443']],
    ['http://{{service}}.internal/', []],
    ['http://internal:{{weight}}/', []],
    ['file:///etc/passwd', []],
  ])('takes from %s the targets %j', (template, targets) => {
    expect(namedTarget(template)).toEqual(targets);
  });
});
