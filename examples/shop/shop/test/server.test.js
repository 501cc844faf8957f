import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import test, { after, before } from 'node:test';
import { createShop } from '../src/server.js';

const server = createShop({ version: '0.0.0-test' });
const payments = createServer((_, response) => response.end('{"id":"1","currency":"EUR"}'));
let base;

before(async () => {
  await new Promise((resolve) => payments.listen(0, '127.0.0.1', resolve));
  process.env.PAYMENTS_URL = `http://127.0.0.1:${payments.address().port}`;
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${server.address().port}`;
});
after(() => {
  server.close();
  server.closeAllConnections();
  payments.close();
  payments.closeAllConnections();
});

const get = async (path) => {
  const answer = await fetch(base + path);
  return { status: answer.status, body: await answer.json() };
};

test('the front page lists the articles', async () => {
  const { status, body } = await get('/');
  assert.equal(status, 200);
  assert.ok(body.articles.some((article) => article.id === 'tea'));
});

test('a cart shows its total', async () => {
  assert.equal((await get('/cart?articles=tea,mug')).body.cents, 1440);
});

test('checkout answers with the order', async () => {
  assert.equal((await get('/checkout?articles=honey')).body.order.articles, 1);
  assert.equal((await get('/checkout?articles=honey')).body.charge.id, '1');
});

test('an empty checkout is the mistake of the customer', async () => {
  assert.equal((await get('/checkout')).status, 400);
});

test('the version says what runs', async () => {
  assert.deepEqual((await get('/version')).body, { version: '0.0.0-test' });
});

test('metrics count the answers to customers and none of their own', async () => {
  const before = (await get('/metrics.json')).body;
  await get('/');
  const after = (await get('/metrics.json')).body;
  assert.equal(after.requests, before.requests + 1);
  assert.equal(after.errorRate, 0);
});
