import { describe, expect, test } from '@jest/globals';
import type { WatchView } from '../domain/watch/watch.ts';
import { cliAgainstStub } from '../test/support/cli-against-stub.ts';
import { aRelease } from '../test/support/release-view.ts';

const { against } = cliAgainstStub();
const watched: WatchView = {
  releaseId: 'rel_1',
  environment: 'production',
  service: 'shop',
  version: '1.7.0',
  health: 'regressed',
  because: 'errors: 1 failed',
  exposedAt: '2026-11-24T10:00:00.000Z',
  until: '2026-11-27T10:00:00.000Z',
  looks: 3,
  metrics: [],
  updatedAt: '2026-11-24T11:30:00.000Z',
};
const path = 'GET /v1/releases/shop%401.7.0/watches';
const answered = (body: object) => ({ [path]: { status: 200, body } });
const command = ['watch', 'show', 'shop@1.7.0'];

describe('gantry watch show', () => {
  test('says what regressed and what makes it good, and ends with 1', async () => {
    const remedies = [{ id: 'back-1', headline: 'shop 1.4.0 is being deployed.', state: 'deploying' }];
    const { code, out } = await against(answered({ items: [watched], remedies }), command);
    expect(code).toBe(1);
    expect(out).toMatch(/shop\s+1\.7\.0\s+production\s+regressed\s.*\s3\s+errors: 1 failed/);
    expect(out).toContain('To be made good by back-1: shop 1.4.0 is being deployed.');
  });

  test('does not call made good what a remedy was to make good that was aborted', async () => {
    const remedies = [{ id: 'back-1', headline: 'shop 1.4.0 was aborted.', state: 'aborted' }];
    const { out } = await against(answered({ items: [watched], remedies }), command);
    expect(out).toContain('back-1 was to make it good, and was aborted: shop 1.4.0 was aborted.');
    expect(out).not.toContain('ade good by');
  });

  test('ends with 0 once a newer version has taken over, and hides nothing of it from a machine', async () => {
    const body = { items: [{ ...watched, result: 'superseded' }], remedies: [] };
    const { code, out } = await against(answered(body), [...command, '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual(body);
  });

  test('says that nothing is watched instead of calling it healthy', async () => {
    const { code, out, err } = await against(answered({ items: [], remedies: [] }), command);
    expect(code).toBe(0);
    expect(out + err).toContain('Nothing of this release is watched');
    expect(out + err).not.toContain('healthy');
  });
});

test('gantry release show says what became of a release that ended well', async () => {
  const released = aRelease({ state: 'succeeded' });
  const remedies = [{ id: 'back-1', headline: 'shop 1.4.0 is released.', state: 'succeeded' }];
  const { code, out } = await against(
    {
      'GET /v1/releases/rel_1': { status: 200, body: released },
      'GET /v1/releases/rel_1/watches': { status: 200, body: { items: [watched], remedies } },
    },
    ['release', 'show', 'rel_1'],
  );
  expect(code).toBe(0);
  expect(out).toMatch(/shop\s+1\.7\.0\s+production\s+regressed/);
  expect(out).toContain('Made good by back-1');
});
