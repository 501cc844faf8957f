import { expect, test } from '@jest/globals';
import request from 'supertest';
import { apiPerTest } from '../../test/support/api-per-test.ts';

const api = apiPerTest();

test('the page of problems is one of ours: signed in only, with navigation, and codes and commands as code', async () => {
  await request(api.app).get('/docs/problems').expect(401);
  const { text, headers } = await request(api.app)
    .get('/docs/problems')
    .set('Authorization', await api.bearer('viewer'))
    .expect(200);
  expect(text).toContain('<link rel="stylesheet" href="/static/');
  expect(text).toContain('<nav aria-label="Main">');
  expect(text).toContain('<section id="idempotency-in-progress">');
  expect(text).toContain('<h2><code>IDEMPOTENCY_IN_PROGRESS</code></h2>');
  expect(text).toMatch(/<code>gantry doctor<\/code>/);
  expect(text).not.toContain('`');
  // without it a browser would send its form to sign out with the origin "null"
  expect(headers['referrer-policy']).toBe('strict-origin');
});
