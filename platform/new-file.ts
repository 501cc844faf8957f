import { GantryError, messageOf } from './errors.ts';

/** USAGE for a file that could not be made; one that exists is never written over, and is said to exist. */
export function cannotMake(file: string, cause: unknown): GantryError {
  const exists = (cause as NodeJS.ErrnoException).code === 'EEXIST';
  return new GantryError(
    'USAGE',
    exists
      ? { detail: `the file ${file} exists already`, remedy: 'Choose another name; nothing is written over.' }
      : {
          detail: `${file} cannot be made: ${messageOf(cause)}`,
          remedy: 'Name a file in a folder of yours.',
        },
    { cause },
  );
}
