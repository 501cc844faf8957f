import { expect, test } from '@jest/globals';
import { doneAlready, type Standing, type Wanted } from './done-already.ts';

const at = '2026-12-01T13:00:00.000Z';
const next = { number: 3, departsAt: at };
const hold = { by: 'ana', reason: 'nobody is here', at };
const nameOf = (id: string): string => ({ ana: 'Ana Lopez' })[id] ?? id;
const said = (wanted: Wanted, over: Partial<Standing>) =>
  doneAlready(wanted, { train: 'weekly', next, skipped: [], ...over }, nameOf);

test.each<[string, Wanted, Partial<Standing>, string]>([
  [
    'held',
    { name: 'hold' },
    { hold },
    'Train weekly is held already, by Ana Lopez since Tue 1 Dec 13:00 UTC: “nobody is here”. Nothing has changed.',
  ],
  ['not held', { name: 'resume' }, {}, 'Train weekly is not held: departure 3 is next.'],
  [
    'delayed to then',
    { name: 'delay', until: '2026-12-01T14:00:00+01:00', departure: 3 },
    {},
    'leaves Tue 1 Dec 13:00 UTC already',
  ],
  [
    'skipped',
    { name: 'skip', departure: 2 },
    { skipped: [2] },
    'Departure 2 of train weekly is skipped already.',
  ],
])('a train that is %s already is told so', (_, wanted, standing, expected) => {
  expect(said(wanted, standing)).toContain(expected);
});

test.each<[string, Wanted, Partial<Standing>]>([
  ['hold one that runs', { name: 'hold' }, {}],
  ['start one that is held', { name: 'resume' }, { hold }],
  ['start one that stands still', { name: 'resume' }, { next: undefined }],
  ['delay it further', { name: 'delay', until: '2026-12-01T14:00:00.000Z' }, {}],
  ['skip the next, whatever was skipped before', { name: 'skip' }, { skipped: [2] }],
  ['skip the next by its number', { name: 'skip', departure: 3 }, { skipped: [2] }],
  ['skip what has left', { name: 'skip', departure: 1 }, { skipped: [2] }],
  ['leave', { name: 'leave', departure: 3 }, {}],
])('there is something to do: %s', (_, wanted, standing) => {
  expect(said(wanted, standing)).toBeUndefined();
});
