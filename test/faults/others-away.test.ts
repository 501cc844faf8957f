import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { ReleaseView } from '../../domain/release/release.ts';
import type { RiskFactor } from '../../domain/risk/model.ts';
import type { RiskSnapshot } from '../../domain/risk/snapshot.ts';
import { noticesOf } from '../../platform/record/notices.ts';
import { askQa, faultPolicy } from '../support/fault-policy.ts';
import { decideByLink } from '../support/link-approver.ts';
import { startProduct, type Product } from '../support/product.ts';
import { commitVersion, riskyService } from '../support/risky-service.ts';
import { until } from '../support/until.ts';

let product: Product;
let bugs: Server;

beforeAll(async () => {
  bugs = createServer((_, response) => response.end('{"open":2}')).listen(0, '127.0.0.1');
  await once(bugs, 'listening');
  const tracker = `http://127.0.0.1:${(bugs.address() as AddressInfo).port}/bugs`;
  const eve = {
    ...{ id: 'eve', name: 'Eve', email: 'eve@acme.test', team: 'web' },
    roles: ['release-manager'], // whom a very high risk would ask
  };
  const policy = faultPolicy([{ id: 'shop', stage: askQa }, riskyService('cart', tracker)], [eve]);
  product = await startProduct({ apart: true, policy });
}, 90_000);

afterAll(async () => {
  bugs.close();
  await product.stop();
}, 60_000);

test('while the mail server is away the release waits for everybody to see; when it comes back the mail arrives once', async () => {
  const { mail, database } = product.servers;
  await mail.goAway();
  const id = await product.release('shop', '1.0.0');
  const waiting = await product.releaseThat(id, ({ state }) => state === 'gating');
  await until('an attempt to fail', async () =>
    (await noticesOf(database.store.db, id)).some(({ state, tries }) => state === 'failed' && tries > 1),
  );
  expect(waiting.headline).toMatch(/qa|ana|approv/i);
  expect((await product.cli('release', 'list')).stdout).toContain('shop 1.0.0');
  expect((await product.cli('release', 'why', id)).stdout).toMatch(/ana/i);
  expect(mail.mails).toEqual([]);

  await mail.comeBack();
  await product.approve('ana@acme.test', '1.0.0');
  await product.releaseThat(id, ({ state }) => state === 'succeeded');
  const asked = mail.mails.filter(({ subject }) => subject.startsWith('[Approve]'));
  expect(asked.map(({ to }) => to)).toEqual(['ana@acme.test']);
}, 120_000);

const isAsked = ({ stages, ended }: ReleaseView) =>
  ended !== undefined || stages[0]?.approval?.state === 'open';
const yes = async (person: string, version: string) =>
  decideByLink(await product.approvalLink(`${person}@acme.test`, `cart ${version}`), {
    ...{ decision: 'approve', version, comment: 'tried out on a copy' },
  });
const factor = ({ factors }: Pick<RiskSnapshot, 'factors'>, name: RiskFactor) =>
  factors.find((one) => one.factor === name);

test('the risk of a version is gathered from all its sources, chooses who must agree, and marks as unknown what is away', async () => {
  const common = { by: 'Dan', coveredOf100: 92, bugs: [], findings: [['error', 'OLD']] } as const;
  commitVersion(product.dir, 'cart', '1.0.0', { ...common, files: { 'src/cart.js': 'let cart;\n' } });
  const first = await product.release('cart', '1.0.0');
  await product.releaseThat(first, isAsked);
  await yes('ana', '1.0.0');
  await product.releaseThat(first, ({ state }) => state === 'succeeded');

  commitVersion(product.dir, 'cart', '2.0.0', {
    ...{ by: 'Cem', coveredOf100: 88, bugs: [['blocker', 'carts are lost']] },
    findings: [
      ['error', 'OLD'],
      ['error', 'SQL'],
      ['warning', 'LONG'],
    ],
    files: { 'db/migrations/2.sql': 'update carts set total = 0;\n' },
  });
  const id = await product.release('cart', '2.0.0');
  const { stages } = await product.releaseThat(id, isAsked);
  const risk = stages[0]!.risk!;
  expect(factor(risk, 'migration')).toMatchObject({
    points: 10,
    evidence: ['db/migrations/2.sql: backfill'],
  });
  expect(factor(risk, 'newAuthor')).toMatchObject({ points: 3, evidence: ['first change here by Cem'] });
  expect(factor(risk, 'coverage')).toMatchObject({
    ...{ points: 6, evidence: ['unit: 92.0 % → 88.0 % of lines'] },
    sentence: 'Line coverage is 4.0 points lower than that of the version there.',
  });
  expect(factor(risk, 'findings')).toMatchObject({
    points: 5,
    evidence: ['error: SQL src/cart.js', 'warning: LONG src/cart.js'],
  });
  expect(factor(risk, 'bugs')).toMatchObject({
    ...{ points: 8, state: 'measured' },
    sentence: 'Known open bugs: 1 blocker, 0 major, 2 minor.',
    evidence: ['blocker: B-1 carts are lost', expect.stringContaining('2')],
  });
  expect(risk.points).toBe(risk.factors.reduce((sum, { points }) => sum + points, 0));
  expect(risk).toMatchObject({ band: 'high', duties: ['comment', 'ownersSeat', 'smallFirstStep'] });
  expect(stages[0]!.approval).toMatchObject({
    seats: [
      { rule: 'qa', candidates: ['ana'] },
      { rule: 'Ben or Eve', candidates: ['eve'] },
    ],
  });
  const page = (await product.call<string>('GET', `/releases/${id}`)).body;
  expect(page).toContain(`${risk.points}`);
  expect(page).toContain('Line coverage is 4.0 points lower');
  expect(page).toContain('carts are lost');

  bugs.closeAllConnections();
  bugs.close();
  const preview = await product.call<RiskSnapshot>('POST', '/v1/risk', { service: 'cart', version: '2.0.0' });
  expect(factor(preview.body, 'bugs')).toMatchObject({ state: 'unknown', points: 5 });
  expect(factor(preview.body, 'bugs')?.sentence).toMatch(/^Unknown: /);
  await product.call('POST', `/v1/releases/${id}/retry-check`, { check: 'unit' });
  const shaken = await product.releaseThat(
    id,
    (view) => factor(view.stages[0]!.risk!, 'bugs')?.state === 'unknown',
  );
  expect(shaken.stages[0]!.approval).toMatchObject({ state: 'open' });
  expect((await product.call<string>('GET', `/releases/${id}`)).body).toMatch(/unknown/i);

  await yes('ana', '2.0.0');
  const half = await product.releaseThat(id, (view) => view.stages[0]?.approval?.votes.length === 1);
  expect(half).toMatchObject({ state: 'gating', headline: expect.stringContaining('Eve') });
  await yes('eve', '2.0.0');
  await product.releaseThat(id, ({ state }) => state === 'succeeded');
}, 120_000);
