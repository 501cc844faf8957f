import { withStop } from '../../../domain/full-stop.ts';
import type { Problem } from '../../../domain/problem-code.ts';
import { html, type SafeHtml } from '../../../platform/html.ts';
import { csrfField } from '../../auth/csrf.ts';
import { changedWords } from './changed-words.ts';
import { refusedSection } from './refused.ts';
import { remedyHere } from './remedy-here.ts';

/** A form that was sent and not done: it is shown again with what was typed, and with what was wrong. */
export interface SentForm {
  /** The address that it was sent to, its query with it. */
  address: string;
  /** Every value of each field, by name. */
  values: Readonly<Record<string, readonly string[]>>;
  /** Left out: nothing was wrong, and it was only to be previewed. */
  problem?: Problem | undefined;
}

/** Id of a field, from the address of its form. */
export const idOf = ({ address }: Pick<SentForm, 'address'>, name: string): string =>
  `${address.slice(1).replaceAll(/[^A-Za-z0-9]+/g, '-')}-${name}`;

/** What is wrong with a field, and what to write. */
export const sentence = (wrong: { detail: string; remedy: string; code?: string }): string =>
  `${withStop(wrong.detail)} ${remedyHere(wrong)}`.trim();

/** Fields that no person has typed. */
const unseen = new Set([
  csrfField,
  'once',
  'seq',
  'seen',
  'verb',
  'verdict',
  'do',
  'requestId',
  'digest',
  'revision',
]);

/** What a form on the page of a release is for; on other pages people choose these themselves. */
const unseenAtRelease = new Set(['service', 'environment', 'to']);

const isTyped = (address: string, name: string): boolean =>
  !unseen.has(name) && !(address.startsWith('/releases/') && unseenAtRelease.has(name));

/**
 * What a page says on top of itself of a form that was not done. Where the form does not stand on it any more, because by now it
 * would be refused in any case, what was typed stands here instead.
 */
export function sentSection(
  { address, values, problem }: SentForm,
  { isShown }: { isShown: boolean },
): SafeHtml | undefined {
  if (problem === undefined) return undefined;
  const errors = problem.errors ?? [];
  const typed = Object.entries(values).filter(
    ([name, [value = '']]) => isTyped(address, name) && value.trim() !== '',
  );
  return refusedSection({
    title: problem.title,
    notice: errors.length > 0 ? undefined : sentence(problem),
    wrong: errors.map((one) => ({
      ...(isShown && one.pointer !== '' ? { id: idOf({ address }, one.pointer.slice(1)) } : {}),
      says: sentence(one),
    })),
    more: html`<p>
        ${changedWords(problem)}
        ${isShown ? 'What you typed stands in the form below.' : undefined}
      </p>
      ${
        isShown || typed.length === 0
          ? undefined
          : html`<p>What you typed:</p>
              <dl>
                ${typed.map(([name, all]) => html`<dt>${name}</dt><dd>${all.join(', ')}</dd>`)}
              </dl>`
      }`,
  });
}
