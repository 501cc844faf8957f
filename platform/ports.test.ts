import { createServer, type AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import { claimPort } from './ports.ts';

const wanted = { host: '127.0.0.1', use: 'the pages', flag: 'port' };

test('port 0 gives a free port', async () => {
  expect(await claimPort({ ...wanted, port: 0 })).toBeGreaterThan(0);
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
