import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { askQa, faultPolicy } from '../support/fault-policy.ts';
import { smallDisk } from '../support/small-disk.ts';
import { startProduct, type Product } from '../support/product.ts';
import { until } from '../support/until.ts';

/** Takes all room that is left; gives the file that holds it. */
function fill(folder: string): string {
  const file = join(folder, 'fill');
  const descriptor = openSync(file, 'w');
  try {
    for (;;) writeSync(descriptor, Buffer.alloc(1024 * 1024));
  } catch {
    return file; // nothing more fits
  } finally {
    closeSync(descriptor);
  }
}

const disk = smallDisk(400);

(disk ? describe : describe.skip)('a disk that is full', () => {
  const { path = '', remove } = disk ?? {};
  let product: Product;

  beforeAll(async () => {
    product = await startProduct({ within: path, policy: faultPolicy([{ id: 'shop', stage: askQa }]) });
  }, 90_000);

  afterAll(async () => {
    await product?.stop();
    remove?.();
  }, 60_000);

  interface Ready {
    parts: Record<string, { state: string; detail: string; remedy?: string }>;
  }
  const readiness = async () => product.call<Ready>('GET', '/ready');

  test('is said by everything that is asked, loses nothing that was acknowledged, and is over once there is room', async () => {
    const before = await product.release('shop', '1.0.0');
    await product.releaseThat(before, ({ state }) => state === 'gating');
    const file = fill(path);
    const acknowledged: string[] = [];
    let patch = 0;
    const refused = await until('a refusal', async () => {
      patch += 1;
      const components = [{ service: 'shop', version: `1.1.${patch}` }];
      const { status, body } = await product.call<{ id?: string; code?: string }>('POST', '/v1/releases', {
        components,
      });
      if (status === 202) acknowledged.push(body.id ?? '');
      return status === 202 ? undefined : { status, code: body.code };
    });
    expect(refused).toEqual({ status: 507, code: 'STORAGE_FULL' });
    const { status, body } = await readiness();
    expect(status).toBe(503);
    expect(body.parts['disk']).toMatchObject({
      state: 'down',
      detail: expect.stringContaining('on the disk of the data folder'),
      remedy: expect.stringContaining('Free some room'),
    });
    expect((await product.cli('status')).stderr).toMatch(/disk: Only \d+ MiB are free on the disk of /);

    rmSync(file);
    await until('room', async () => (await readiness()).status === 200);
    const after = await product.release('shop', '2.0.0');
    for (const id of [before, ...acknowledged, after])
      await product.releaseThat(id, ({ stages }) => stages[0]?.approval?.state === 'open', 60_000);
    const audit = await product.call<{ valid: boolean }>('GET', '/v1/audit/verify');
    expect(audit.body.valid).toBe(true);
  }, 150_000);
});
