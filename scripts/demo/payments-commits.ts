import { ben, bump, cleo, type Commit } from './commit.ts';

/** The history of the service that the shop pays with, oldest first: 2.0.0 is what runs, 2.1.0 is good. */
export const paymentsCommits: readonly Commit[] = [
  { author: cleo, at: '2026-01-13T10:12:00Z', message: 'feat: charge customers', edits: [], tag: 'v2.0.0' },
  {
    author: cleo,
    at: '2026-01-28T14:45:00Z',
    message: 'feat(charge): say in which currency\n\nThe shop prints it on the receipt.',
    edits: [
      {
        file: 'src/charge.js',
        from: 'id: randomUUID(), cents }',
        to: "id: randomUUID(), cents, currency: 'EUR' }",
      },
      {
        file: 'test/charge.test.js',
        from: "test('what is no amount",
        to: "test('a charge names its currency', () => {\n  assert.equal(charge(450).currency, 'EUR');\n});\n\ntest('what is no amount",
      },
    ],
  },
  { ...bump('2.0.0', '2.1.0', '2026-01-29T09:00:00Z'), author: ben },
];
