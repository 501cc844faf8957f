/**
 * Where somebody may be sent after signing in: a path of ours, and nothing else, however it is written (trust §4: no open
 * redirect). Whatever is not certainly ours becomes the first page.
 */
export function returnPath(wanted: unknown, publicUrl: string): string {
  if (typeof wanted !== 'string' || wanted.length > 1_000) return '/';
  // A browser drops tabs and line breaks and takes `\` for `/`; so they never reach it.
  if (!/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(wanted)) return '/';
  const base = new URL(publicUrl);
  if (!URL.canParse(wanted, base.origin)) return '/';
  const url = new URL(wanted, base);
  if (url.origin !== base.origin || url.pathname.startsWith('//') || url.pathname.startsWith('/sign-'))
    return '/';
  return `${url.pathname}${url.search}`;
}
