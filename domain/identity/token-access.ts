import type { Access } from '../policy/policy.schema.ts';

/**
 * What a token is to have and its person has not: tokens narrow and never add (trust §4.2), so it would count for nothing, and count
 * unseen on the day that the person is given it. Whoever has `admin` may pass any of it on but `approver`: administrators decide nothing by
 * being administrators.
 */
export const accessBeyond = (wanted: readonly Access[], person: readonly Access[]): Access[] =>
  wanted.filter((one) => !person.includes(one) && (one === 'approver' || !person.includes('admin')));
