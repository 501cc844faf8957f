import { expect, test } from '@jest/globals';
import { aRelease } from '../../test/support/release-view.ts';
import { nameAmong, namedIn, namesIn, namesOf, namesOfAll } from './names.ts';
import { headlineOf } from './words.ts';

const people = [
  { id: 'ana', name: 'Ana Lopez' },
  { id: 'ben', name: 'Ben Adler' },
  { id: 'ben2', name: 'Ben Adler' },
  { id: 'cleo', name: 'Cleo Park' },
];

test.each([
  ['ana', 'Ana Lopez'],
  ['ben', 'Ben Adler (ben)'],
  ['tok_1', 'tok_1'],
  ['toString', 'toString'],
])('%s is called %s', (id, name) => {
  expect(nameAmong(people, id)).toBe(name);
});

test('names that nobody noted are ids, also such as every object has', () => {
  const nameOf = namedIn({ ana: 'Ana Lopez' });
  expect(['ana', 'toString', 'dana'].map(nameOf)).toEqual(['Ana Lopez', 'toString', 'dana']);
  expect(namesOfAll('ana, dana', nameOf)).toBe('Ana Lopez, dana');
  expect(namedIn(undefined)('ana')).toBe('ana');
});

test('a list gives the names of those whom it mentions, and of nobody else', () => {
  expect(namesOf(['ana', undefined, 'alertmanager', 'ana'], people)).toEqual({ ana: 'Ana Lopez' });
  expect(namesOf(['alertmanager', undefined], people)).toBeUndefined();
});

test('a release notes the names of those whom it mentions, and of nobody else', () => {
  const view = {
    ...aRelease(),
    requestedBy: { id: 'tok_1', kind: 'token' as const, person: 'ana' },
    holds: [
      { by: 'ben', reason: 'checks the totals', at: '2026-11-26T10:00:00.000Z', kind: 'person' as const },
    ],
  };
  expect(namesIn(view, people)).toEqual({ ana: 'Ana Lopez', ben: 'Ben Adler (ben)' });
  expect(namesIn(view, [])).toBeUndefined();
});

test('a headline names who holds the release, and who ended it', () => {
  const names = { ana: 'Ana Lopez' };
  const at = '2026-11-26T10:00:00.000Z';
  const held = { by: 'ana', reason: 'checks', at, kind: 'person' as const };
  expect(headlineOf({ ...aRelease({ state: 'held' }), names, holds: [held] }, at)).toContain(
    'held by Ana Lopez since',
  );
  const ended = { at, because: 'too early', by: 'ana' };
  expect(headlineOf({ ...aRelease({ state: 'cancelled' }), names, ended }, at)).toContain(
    'was cancelled by Ana Lopez',
  );
});
