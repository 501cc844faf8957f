/** Whether a branch or path matches a pattern in which `*` stands for anything but a slash and `**` for anything at all. */
export function matchesGlob(text: string, pattern: string): boolean {
  const source = pattern
    .split(/(\*\*\/|\*\*|\*|\?)/)
    .map((part) => wild[part] ?? part.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&'))
    .join('');
  return new RegExp(`^${source}$`).test(text);
}

/** `**` and a slash also stand for no folder at all. */
const wild: Readonly<Record<string, string>> = { '**/': '(?:.*/)?', '**': '.*', '*': '[^/]*', '?': '[^/]' };
