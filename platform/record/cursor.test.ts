import { expect, test } from '@jest/globals';
import { cursorAt, readCursor } from './cursor.ts';

test('where a page ended is where the next begins', () => {
  const at = new Date('2026-06-01T09:00:00.123Z');
  expect(readCursor(cursorAt(at, 'rel_01J.a-b'))).toEqual({
    at: '2026-06-01T09:00:00.123Z',
    id: 'rel_01J.a-b',
  });
});

test.each([
  ['no id', '2026-06-01T09:00:00.000Z'],
  ['more than an id', '2026-06-01T09:00:00.000Z a b'],
  ['what no text of the database can hold', '2026-06-01T09:00:00.000Z a\0b'],
  ['a day that there is not', '2026-02-31T00:00:00.000Z x'],
  ['a year that the database does not know', '0000-01-01T00:00:00.000Z x'],
  ['a year far away', '+012026-01-01T00:00:00.000Z x'],
  ['no instant', 'yesterday x'],
])('a cursor with %s is refused as somebody’s mistake', (_, text) => {
  expect(() => readCursor(Buffer.from(text).toString('base64url'))).toThrow(
    expect.objectContaining({ code: 'REQUEST_INVALID' }),
  );
});
