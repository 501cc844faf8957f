import { GantryError } from '../errors.ts';

/** Where a page of a list ended whose order is an instant, and an id among those of one instant. */
export interface Cursor {
  at: string;
  id: string;
}

export const cursorAt = (at: Date, id: string): string =>
  Buffer.from(`${at.toISOString()} ${id}`).toString('base64url');

/** @throws REQUEST_INVALID for a cursor that no list has given */
export function readCursor(cursor: string): Cursor {
  const [at, id, ...rest] = Buffer.from(cursor, 'base64url').toString('utf8').split(' ');
  if (
    at === undefined ||
    id === undefined ||
    rest.length > 0 ||
    !/^[\w.-]{1,80}$/.test(id) || // else what PostgreSQL keeps in no text would fail there, as if it were our defect
    !isInstant(at)
  )
    throw new GantryError('REQUEST_INVALID', { detail: 'the cursor was not made by this list' });
  return { at, id };
}

/** As {@link cursorAt} writes it: a day that there is, in a year that a database knows. */
const isInstant = (text: string): boolean =>
  /^(?!0000)\d{4}-/.test(text) && !Number.isNaN(Date.parse(text)) && new Date(text).toISOString() === text;
