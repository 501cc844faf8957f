import { expect, test } from '@jest/globals';
import request from 'supertest';
import { readPolicy } from '../platform/policy/read-policy.ts';
import { currentPolicy } from '../platform/record/policies.ts';
import { apiPerTest } from '../test/support/api-per-test.ts';

const api = apiPerTest();

test('a release without a plan calls by name who asked for it', async () => {
  const releaser = await api.bearer('releaser');
  const { body: made } = await request(api.app)
    .post('/v1/releases')
    .set('Authorization', releaser)
    .set('Idempotency-Key', 'one')
    .send({ components: [{ service: 'shop', version: '1.4.0' }] })
    .expect(202);
  const { body } = await request(api.app)
    .get(`/v1/releases/${made.id}`)
    .set('Authorization', releaser)
    .expect(200);
  expect(body.requestedBy.person).toBe('ben');
  expect(body.names).toEqual({ ben: 'Ben' });
});

test('a policy that was applied with a token names whose it is, on the page, too', async () => {
  const admin = await api.bearer('admin');
  const text = `${(await currentPolicy(api.deps.store.db))?.text ?? ''}# another\n`.replace('Acme', 'Acme 2');
  expect(readPolicy(text).problems).toEqual([]);
  await request(api.app).post('/v1/policy').set('Authorization', admin).send({ text }).expect(200);
  const { body } = await request(api.app).get('/v1/policy').set('Authorization', admin).expect(200);
  expect(body).toMatchObject({ appliedBy: { person: 'ana' }, names: { ana: 'Ana' } });
  const { text: page } = await request(api.app)
    .get('/policy')
    .set('Authorization', admin)
    .set('Accept', 'text/html')
    .expect(200);
  expect(page).toMatch(/Applied by<\/dt>\s*<dd>Ana<\/dd>/);
  expect(page).not.toContain(body.appliedBy.id);
});
