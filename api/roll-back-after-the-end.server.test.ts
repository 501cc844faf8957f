import { expect, test } from '@jest/globals';
import request from 'supertest';
import { apiPerTest } from '../test/support/api-per-test.ts';
import { inProduction } from '../test/support/in-production.ts';

const api = apiPerTest();
const { released } = inProduction(api);

const succeeded = async (version: string): Promise<string> => {
  const { order } = await released(version, {
    ...{ exposure: 100, status: 'succeeded' },
    ended: { state: 'succeeded', residue: 'none', reached: 'production' },
  });
  return order.releaseId;
};

const refused = async (id: string, name: string) => {
  const { status, body } = await request(api.app)
    .post(`/v1/releases/${id}/${name}`)
    .set('Authorization', await api.bearer('operator'))
    .send({ reason: 'checkout fails' });
  expect([status, body.code]).toEqual([409, 'RELEASE_ENDED']);
  return (body as { remedy: string }).remedy;
};

test('whoever rolls back what has succeeded is told the order that brings the version before back', async () => {
  await succeeded('1.4.0');
  const bad = await succeeded('1.5.0');
  expect(await refused(bad, 'roll-back')).toBe(
    `Bring back shop 1.4.0 in production by a new release: \`gantry release create shop 1.4.0 --intent rollback --to production --remediates ${bad}\`. The page of the release offers the same.`,
  );
  expect(await refused(bad, 'abort')).not.toContain('--intent rollback');
});

test('and nothing of the kind where something else runs there by now', async () => {
  const first = await succeeded('1.4.0');
  await succeeded('1.5.0');
  expect(await refused(first, 'roll-back')).not.toContain('--intent rollback');
});
