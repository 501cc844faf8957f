import { existsSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { chromium } from 'playwright-core';
import { askQa, faultPolicy } from '../support/fault-policy.ts';
import { startProduct, type Product } from '../support/product.ts';

const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
const isBrowserNeeded = process.env['GANTRY_TEST_REQUIRE_ALL'] !== undefined;
const withBrowser = existsSync(executablePath) || isBrowserNeeded ? test : test.skip;

let product: Product;
let id: string;
let link: string;

beforeAll(async () => {
  product = await startProduct({ policy: faultPolicy([{ id: 'shop', stage: askQa }]) });
  id = await product.release('shop', '1.0.0');
  link = await product.approvalLink('ana@acme.test', '1.0.0');
}, 90_000);

afterAll(async () => {
  await product.stop();
}, 60_000);

async function expectNothingDecided(): Promise<void> {
  const { state, stages } = await product.view(id);
  expect(state).toBe('gating');
  expect(stages[0]?.approval).toMatchObject({ state: 'open', votes: [] });
  const said = (await product.timeline(id)).map(({ action }) => action);
  expect(said.filter((action) => action.startsWith('decision.'))).toEqual([]);
}

test.each([
  ['HEAD', 'HEAD', 1, {}],
  ['GET', 'GET', 1, {}],
  ['five GETs', 'GET', 5, {}],
  ['a prefetch', 'GET', 1, { purpose: 'prefetch', 'sec-purpose': 'prefetch;prerender' }],
  ['OPTIONS', 'OPTIONS', 1, {}],
])('%s decides nothing', async (_, method, times, headers) => {
  const answers = await Promise.all(
    Array.from({ length: times }, async () => fetch(link, { method, headers })),
  );
  const wanted = method === 'OPTIONS' ? 405 : 200;
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => wanted));
  await expectNothingDecided();
});

test('following every link and address on the page and in the mails decides nothing', async () => {
  const page = await (await fetch(link)).text();
  const mails = await product.mails();
  const onPage = [...page.matchAll(/(?:href|src|action)="([^"]+)"/g)].map(([, address = '']) => address);
  const inMails = mails.flatMap(({ text }) => text.match(/https?:\/\/\S+/g) ?? []);
  const addresses = new Set(
    [...onPage, ...inMails].map((one) => new URL(one.replaceAll('&amp;', '&'), link).href),
  );
  const own = [...addresses].filter((address) => address.startsWith(product.url));
  expect(own.some((address) => address.endsWith('/decision'))).toBe(true);
  for (const address of own) for (const method of ['HEAD', 'GET']) await fetch(address, { method });
  await expectNothingDecided();
});

test('posting the form as it was served, with nothing filled in, decides nothing', async () => {
  const origin = new URL(link).origin;
  const page = await (await fetch(link)).text();
  const digest = /name="digest" value="([^"]+)"/.exec(page)?.[1] ?? '';
  expect(digest).toMatch(/^[0-9a-f]{64}$/);
  const headers = { origin, 'content-type': 'application/x-www-form-urlencoded' };
  const answer = await fetch(`${link}/decision`, {
    method: 'POST',
    headers,
    body: `digest=${digest}&comment=`,
  });
  expect(answer.status).toBe(422);
  await expectNothingDecided();
});

test('a double click on a form that nobody has filled in decides nothing', async () => {
  const headers = { origin: new URL(link).origin, 'content-type': 'application/x-www-form-urlencoded' };
  const digest = /name="digest" value="([^"]+)"/.exec(await (await fetch(link)).text())?.[1] ?? '';
  const press = () => fetch(`${link}/decision`, { method: 'POST', headers, body: `digest=${digest}` });
  const answers = await Promise.all([press(), press()]);
  expect(answers.map(({ status }) => status)).toEqual([422, 422]);
  await expectNothingDecided();
});

withBrowser(
  `a browser that sends the first form of each page untouched, however the page would stop it, decides nothing`,
  async () => {
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    try {
      const page = await browser.newPage();
      const statuses: number[] = [];
      page.on('response', (answer) => {
        if (answer.request().method() === 'POST') statuses.push(answer.status());
      });
      await page.goto(link, { waitUntil: 'networkidle' });
      // `submit` asks no field whether it is filled in; `requestSubmit` and the button do.
      await page.evaluate(`document.forms[0].submit()`);
      await page.waitForURL(/\/decision$/); // the answer has come and is shown: nothing interrupts what follows
      await page.goto(link, { waitUntil: 'networkidle' });
      await page.evaluate(`document.forms[0].requestSubmit()`);
      await page.dblclick('form button');
      await page.waitForLoadState('networkidle');
      expect(statuses).toEqual([422]);
    } finally {
      await browser.close();
    }
    await expectNothingDecided();
  },
  60_000,
);

withBrowser(
  `a browser that runs scripts, ${executablePath}, opens the page and presses its button, and decides nothing`,
  async () => {
    // As root, as in containers, Chromium has no sandbox of its own.
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    try {
      const page = await browser.newPage();
      await page.goto(link, { waitUntil: 'networkidle' });
      await page.click('form button');
      await page.evaluate(`document.querySelector('form').submit()`);
      await page.waitForURL(/\/decision$/);
    } finally {
      await browser.close();
    }
    await expectNothingDecided();
  },
  60_000,
);
