/** The lists of patterns that semver goes by, which its types do not tell of. */
declare module 'semver/internal/re.js' {
  const patterns: { re: RegExp[]; safeRe: RegExp[] };
  export default patterns;
}
