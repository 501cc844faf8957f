import type { ColumnType } from 'kysely';

/** `timestamptz`: comes out as a Date, goes in as one or as RFC 3339. */
export type Instant = ColumnType<Date, Date | string, Date | string>;
export type MaybeInstant = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;
/** `jsonb`: goes in as text, comes out parsed. */
export type Json<T> = ColumnType<T, string, string>;
export type MaybeJson<T> = ColumnType<T | null, string | null | undefined, string | null>;
/** A column that rows from before it leave empty. */
export type Maybe<T> = ColumnType<T | null, T | null | undefined, T | null>;
