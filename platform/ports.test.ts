import { createServer, type AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import { claimPort } from './ports.ts';

const wanted = { host: '127.0.0.1', use: 'the pages', flag: 'port' };

test('port 0 gives a free port below those that outgoing connections get, which is still free after an end and a new start', async () => {
  const port = await claimPort({ ...wanted, port: 0 });
  expect(port).toBeGreaterThanOrEqual(20_000);
  expect(port).toBeLessThan(32_000);
});

test('an address that this machine does not have is refused at once', async () => {
  await expect(claimPort({ ...wanted, host: '203.0.113.9', port: 0 })).rejects.toMatchObject({
    code: 'EADDRNOTAVAIL',
  });
});

test('a taken port is refused with who has it and the flag that chooses another', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const error: unknown = await claimPort({ ...wanted, port }).catch((thrown: unknown) => thrown);
  server.close();
  expect(error).toMatchObject({
    code: 'PORT_IN_USE',
    problem: { remedy: expect.stringContaining('--port NUMBER') },
  });
  if (process.platform === 'linux') expect(String(error)).toContain(`process ${process.pid}`);
});
