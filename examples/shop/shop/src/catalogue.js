/** What the shop sells: prices in cents, weights in grams. */
export const catalogue = new Map([
  ['tea', { name: 'Tea', cents: 450, grams: 120 }],
  ['mug', { name: 'Mug', cents: 990, grams: 340 }],
  ['kettle', { name: 'Kettle', cents: 3900, grams: 1200 }],
  ['honey', { name: 'Honey', cents: 720, grams: 500 }],
]);
