import { InvalidArgumentError } from 'commander';

/** For an option that takes several names: repeated, one after the other, or with commas between: `--access viewer,releaser`. */
export function listed(text: string, before: string[] = []): string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.includes(''))
    throw new InvalidArgumentError('Write names with a comma between them, such as a,b.');
  return [...before, ...names];
}
