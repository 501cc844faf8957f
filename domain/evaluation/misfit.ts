import { suggestion, type PolicyPath } from '../policy/problem.ts';
import type { Facts } from './facts.schema.ts';

/** Where something does not fit, what is wrong, and what to write instead. */
export interface Misfit {
  path: (string | number)[];
  detail: string;
  remedy: string;
}

/** An instant that cannot be: one still to come, or one before the request was opened. */
export function wrongTime(
  path: PolicyPath,
  at: string | undefined,
  { now, request }: Pick<Facts, 'now' | 'request'>,
): Misfit[] {
  if (at === undefined) return [];
  if (Date.parse(at) > Date.parse(now))
    return [
      {
        path: [...path],
        detail: `${at} lies after \`now\`, which is ${now}.`,
        remedy: 'Write an instant that has been, or a later `now`.',
      },
    ];
  const openedAt = request?.openedAt;
  if (openedAt === undefined || Date.parse(at) >= Date.parse(openedAt)) return [];
  return [
    {
      path: [...path],
      detail: `${at} lies before the request was opened, which was ${openedAt}.`,
      remedy: 'Write a later instant, or an earlier `request.openedAt`.',
    },
  ];
}

/** A name that is not among those known, with the one that was probably meant. */
export const unknown = (what: string, path: PolicyPath, name: string, known: readonly string[]): Misfit[] =>
  known.includes(name)
    ? []
    : [
        {
          path: [...path],
          detail: `There is no ${what} "${name}".`,
          remedy: suggestion(name, known, 'Leave it out: there is none.'),
        },
      ];

export const ids = (named: readonly { id: string }[]): string[] => named.map(({ id }) => id);
