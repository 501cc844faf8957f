/** `Ana`, `Ana or Ben`, `Ana, Ben or Cem`; from five on `Ana, Ben, Cem or 3 others`. */
export function listOf(items: readonly string[], joint: 'and' | 'or'): string {
  const shown = items.length > 4 ? [...items.slice(0, 3), `${items.length - 3} others`] : items;
  const last = shown.at(-1);
  return last === undefined
    ? ''
    : shown.length === 1
      ? last
      : `${shown.slice(0, -1).join(', ')} ${joint} ${last}`;
}
