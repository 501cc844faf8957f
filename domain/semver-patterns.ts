import patterns from 'semver/internal/re.js';

/**
 * Keeps semver able to say whether a version is within a range, where somebody freezes all that modules share, to the last object: a global pattern
 * that is frozen throws where it is used, and semver takes that for "not within", whatever the range. What is frozen by itself is passed over: so
 * the lists of semver's patterns are, and the patterns stay usable. No text is read otherwise for what was read before, for replacing begins at the
 * start whatever a pattern has kept.
 */
export function keepPatternsUsable(): void {
  for (const list of [patterns.re, patterns.safeRe]) Object.freeze(list);
}
