const TOLERANCE = 1e-9;

/**
 * Whether a computed value reaches a limit that people wrote (semantics §6.2): 0.0144 / (1 − 0.999) is a little less than 14.4 in
 * floating point, and means 14.4.
 */
export const reachesLimit = (value: number, limit: number): boolean =>
  value >= limit - Math.abs(limit) * TOLERANCE;

export const fallsToLimit = (value: number, limit: number): boolean =>
  value <= limit + Math.abs(limit) * TOLERANCE;

/** As people read it: four digits that count; a whole number, such as a count of requests, stays as it is. */
export const shortNumber = (value: number): string =>
  String(Number.isInteger(value) ? value : Number(value.toPrecision(4)));

/** A probability as people read it. */
export const shortP = (p: number): string =>
  p < 0.0001 ? p.toExponential(1) : String(Number(p.toPrecision(3)));

/** A share in per cent, such as `0.05 %`. */
export const percent = (share: number): string => `${shortNumber(share * 100)} %`;
