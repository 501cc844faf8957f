import { ben, bump, cleo, type Commit } from './commit.ts';

const shippingSource = `/** What an order weighs with its box, in grams. */
export const shippingGrams = (cart) => 150 + cart.reduce((sum, article) => sum + article.grams, 0);
`;

const shippingTest = `import assert from 'node:assert/strict';
import test from 'node:test';
import { readCart } from '../src/cart.js';
import { checkout } from '../src/checkout.js';

test('an order says what it weighs with its box', () => {
  assert.equal(checkout(readCart('tea,mug')).grams, 610);
});
`;

// The mistake of 1.5.0: only the first parcel is ever made, so the fifth article has none to go into. Its tests know
// small orders only; customers do not.
const parcelsSource = `const ARTICLES_IN_A_PARCEL = 4;

/** Splits an order into parcels that one person can carry. */
export function packParcels(cart) {
  const parcels = [{ articles: [], grams: 150 }];
  cart.forEach((article, position) => {
    const parcel = parcels[Math.floor(position / ARTICLES_IN_A_PARCEL)];
    parcel.articles.push(article.id);
    parcel.grams += article.grams;
  });
  return parcels;
}
`;

const parcelsTest = `import assert from 'node:assert/strict';
import test from 'node:test';
import { readCart } from '../src/cart.js';
import { packParcels } from '../src/parcels.js';

test('a small order goes into one parcel', () => {
  assert.deepEqual(packParcels(readCart('tea,mug')), [{ articles: ['tea', 'mug'], grams: 610 }]);
});

test('four articles still fit into one parcel', () => {
  assert.equal(packParcels(readCart('tea,tea,tea,tea')).length, 1);
});
`;

const enoughParcelsTest = `
test('the fifth article goes into a second parcel', () => {
  assert.equal(packParcels(readCart('tea,tea,tea,tea,tea')).length, 2);
});
`;

// The mistake of 1.6.0: no charge is ever closed, so the table is full after the sixtieth. Neither its tests nor a tenth of
// the customers get that far.
const chargeSource = `const MOST_OPEN = 60;
const open = new Set();

/** Charges an order. Throws where payments does not answer, or too much is under way at once. */
export async function charge(cents) {
  if (open.size >= MOST_OPEN) throw new Error('Too many charges are under way');
  const attempt = Symbol('charge');
  open.add(attempt);
  const answer = await fetch(\`\${process.env.PAYMENTS_URL}/charge?cents=\${cents}\`);
  if (!answer.ok) throw new Error(\`Payments answered with \${answer.status}\`);
  const { id, currency } = await answer.json();
  if (currency === undefined) throw new Error('This shop needs payments 2.1.0 or newer');
  return { id, currency };
}
`;

const clockSource = `import { readFileSync } from 'node:fs';

/** Epoch milliseconds. A rehearsal moves this clock ahead by the milliseconds in the file that CLOCK_FILE names. */
export function now() {
  try {
    return Date.now() + Number(readFileSync(process.env.CLOCK_FILE, 'utf8'));
  } catch {
    return Date.now();
  }
}
`;

// The mistake of 1.7.0: the list is read once and never again. Nothing shows in the hour for which it holds.
const pricesSource = `import { catalogue } from './catalogue.js';
import { now } from './clock.js';

const HOLDS_FOR_MS = 3_600_000;
let list;

/** The price of an article in cents, from the list of this hour. Throws where the list has run out. */
export function priceOf(id) {
  list ??= { prices: new Map(catalogue), until: now() + HOLDS_FOR_MS };
  if (now() >= list.until) throw new Error('The price list has run out');
  return list.prices.get(id).cents;
}
`;

const pricesTest = `import assert from 'node:assert/strict';
import test from 'node:test';
import { priceOf } from '../src/prices.js';

test('an article costs what the list of this hour says', () => {
  assert.equal(priceOf('tea'), 450);
});
`;

/**
 * The history of the shop, oldest first. 1.3.0 is what runs; 1.4.0 is good; 1.5.0 passes its own tests and the scan, and
 * fails one checkout in two where customers buy more than four articles; 1.6.0 needs payments 2.1.0 and stops charging after
 * sixty orders; 1.7.0 mends that, passes every canary, and breaks when its price list runs out after an hour.
 */
export const shopCommits: readonly Commit[] = [
  { author: ben, at: '2026-01-12T09:04:00Z', message: 'feat: open the shop', edits: [], tag: 'v1.3.0' },
  {
    author: cleo,
    at: '2026-01-19T13:20:00Z',
    message: 'feat(checkout): say what an order weighs\n\nThe carrier wants to know before it comes.',
    edits: [
      { file: 'src/shipping.js', text: shippingSource },
      { file: 'test/shipping.test.js', text: shippingTest },
      {
        file: 'src/checkout.js',
        from: "import { total } from './cart.js';\n",
        to: "import { total } from './cart.js';\nimport { shippingGrams } from './shipping.js';\n",
      },
      {
        file: 'src/checkout.js',
        from: 'cents: total(cart) }',
        to: 'cents: total(cart), grams: shippingGrams(cart) }',
      },
    ],
  },
  {
    author: ben,
    at: '2026-01-20T08:41:00Z',
    message: 'fix(cart): accept blanks between articles',
    edits: [
      { file: 'src/cart.js', from: ".split(',')\n", to: ".split(',')\n    .map((name) => name.trim())\n" },
      {
        file: 'test/cart.test.js',
        from: "test('an empty cart costs nothing'",
        to: "test('blanks between articles do not matter', () => {\n  assert.equal(readCart('tea, mug').length, 2);\n});\n\ntest('an empty cart costs nothing'",
      },
    ],
  },
  bump('1.3.0', '1.4.0', '2026-01-20T10:00:00Z'),
  {
    author: cleo,
    at: '2026-01-26T15:02:00Z',
    message: 'feat(checkout): pack large orders into several parcels',
    edits: [
      { file: 'src/parcels.js', text: parcelsSource },
      { file: 'test/parcels.test.js', text: parcelsTest },
      {
        file: 'src/checkout.js',
        from: "import { shippingGrams } from './shipping.js';\n",
        to: "import { packParcels } from './parcels.js';\nimport { shippingGrams } from './shipping.js';\n",
      },
      {
        file: 'src/checkout.js',
        from: 'grams: shippingGrams(cart) }',
        to: 'grams: shippingGrams(cart), parcels: packParcels(cart) }',
      },
    ],
  },
  {
    author: ben,
    at: '2026-01-27T09:30:00Z',
    message: 'feat(catalogue): sell ginger biscuits',
    edits: [
      {
        file: 'src/catalogue.js',
        from: "  ['honey',",
        to: "  ['biscuits', { name: 'Ginger biscuits', cents: 380, grams: 250 }],\n  ['honey',",
      },
    ],
  },
  bump('1.4.0', '1.5.0', '2026-01-27T11:00:00Z'),
  {
    author: cleo,
    at: '2026-02-02T10:20:00Z',
    message: 'fix(checkout): make as many parcels as an order needs',
    edits: [
      {
        file: 'src/parcels.js',
        from: 'const parcels = [{ articles: [], grams: 150 }];',
        to: 'const count = Math.ceil(cart.length / ARTICLES_IN_A_PARCEL);\n  const parcels = Array.from({ length: count }, () => ({ articles: [], grams: 150 }));',
      },
      {
        file: 'test/parcels.test.js',
        from: "test('four articles still",
        to: `${enoughParcelsTest.trimStart()}\ntest('four articles still`,
      },
    ],
  },
  {
    author: ben,
    at: '2026-02-03T16:31:00Z',
    message: 'feat(checkout): print the currency on the receipt',
    edits: [{ file: 'src/charge.js', text: chargeSource }],
  },
  bump('1.5.0', '1.6.0', '2026-02-04T09:15:00Z'),
  {
    author: ben,
    at: '2026-02-09T11:08:00Z',
    message: 'fix(checkout): close a charge once it is answered\n\nAny payments will do again.',
    edits: [
      {
        file: 'src/charge.js',
        from: '  const answer = await fetch(',
        to: '  const answer = await send(cents).finally(() => open.delete(attempt));\n  return answer;\n}\n\nasync function send(cents) {\n  const answer = await fetch(',
      },
      {
        file: 'src/charge.js',
        from: "  if (currency === undefined) throw new Error('This shop needs payments 2.1.0 or newer');\n",
        to: '',
      },
    ],
  },
  {
    author: cleo,
    at: '2026-02-10T14:26:00Z',
    message: 'feat(cart): promise prices for an hour\n\nCustomers pay what they were shown.',
    edits: [
      { file: 'src/clock.js', text: clockSource },
      { file: 'src/prices.js', text: pricesSource },
      { file: 'test/prices.test.js', text: pricesTest },
      {
        file: 'src/cart.js',
        from: "import { catalogue } from './catalogue.js';\n",
        to: "import { catalogue } from './catalogue.js';\nimport { priceOf } from './prices.js';\n",
      },
      { file: 'src/cart.js', from: 'sum + article.cents', to: 'sum + priceOf(article.id)' },
    ],
  },
  bump('1.6.0', '1.7.0', '2026-02-11T09:40:00Z'),
];
