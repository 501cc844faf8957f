const longestMs = 7 * 24 * 3_600_000;

/**
 * How long an approval that was closed holds (semantics §4, "Validity"): until the release must have started, at most seven days;
 * then people are asked again. Instants are RFC 3339.
 */
export function validUntil(closedAt: string, startBy?: string): string {
  const latest = Date.parse(closedAt) + longestMs;
  return new Date(startBy === undefined ? latest : Math.min(latest, Date.parse(startBy))).toISOString();
}
