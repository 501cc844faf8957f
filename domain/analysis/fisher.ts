/** Errors among requests of one side, both whole numbers. */
export interface ErrorCount {
  errors: number;
  requests: number;
}

/**
 * One-sided exact test: how likely at least so many of all errors fall to the candidate where both sides err alike. The
 * probability of one table comes from deviances (C. Loader, "Fast and accurate computation of binomial probabilities", 2000),
 * so counts of billions keep their digits; the tail is summed away from the middle, so it takes few steps.
 */
export function fisherUpper(candidate: ErrorCount, baseline: ErrorCount): number {
  const urn: Urn = {
    errors: candidate.errors + baseline.errors,
    fine: candidate.requests + baseline.requests - candidate.errors - baseline.errors,
    drawn: candidate.requests,
  };
  const least = Math.max(0, urn.drawn - urn.fine);
  const most = Math.min(urn.errors, urn.drawn);
  if (candidate.errors <= least) return 1;
  const middle = (urn.drawn * urn.errors) / (urn.errors + urn.fine);
  if (candidate.errors > middle) return Math.min(1, tail(urn, candidate.errors, 1, most));
  return Math.max(0, 1 - tail(urn, candidate.errors - 1, -1, least));
}

interface Urn {
  errors: number;
  fine: number;
  drawn: number;
}

/** Sum of the probabilities from `start` to `end`, which fall all the way. */
function tail(urn: Urn, start: number, direction: 1 | -1, end: number): number {
  let term = probability(urn, start);
  let total = term;
  for (let x = start; x !== end && term > total * 1e-17; x += direction) {
    term *= direction === 1 ? ratio(urn, x) : 1 / ratio(urn, x - 1);
    total += term;
  }
  return total;
}

/** P(x + 1) / P(x). */
const ratio = ({ errors, fine, drawn }: Urn, x: number): number =>
  (((errors - x) / (x + 1)) * (drawn - x)) / (fine - drawn + x + 1);

/** That exactly x of the drawn are errors (hypergeometric). */
function probability({ errors, fine, drawn }: Urn, x: number): number {
  const share = drawn / (errors + fine);
  if (share === 1) return x === errors ? 1 : 0;
  return Math.exp(
    logBinomial(x, errors, share) +
      logBinomial(drawn - x, fine, share) -
      logBinomial(drawn, errors + fine, share),
  );
}

function logBinomial(x: number, n: number, p: number): number {
  if (n === 0) return 0;
  if (x === 0) return n * Math.log1p(-p);
  if (x === n) return n * Math.log(p);
  return (
    stirlingError(n) -
    stirlingError(x) -
    stirlingError(n - x) -
    deviance(x, n * p) -
    deviance(n - x, n * (1 - p)) +
    0.5 * Math.log(n / (2 * Math.PI * x * (n - x)))
  );
}

/** x·ln(x/mean) + mean − x without cancelling where both are near. */
function deviance(x: number, mean: number): number {
  if (Math.abs(x - mean) >= 0.1 * (x + mean)) return x * Math.log(x / mean) + mean - x;
  const v = (x - mean) / (x + mean);
  let total = (x - mean) * v;
  let term = 2 * x * v;
  for (let odd = 3; ; odd += 2) {
    term *= v * v;
    const next = total + term / odd;
    if (next === total) return total;
    total = next;
  }
}

/** ln(n!) less what Stirling's formula says. */
function stirlingError(n: number): number {
  if (n <= 15) {
    let logFactorial = 0;
    for (let k = 2; k <= n; k += 1) logFactorial += Math.log(k);
    return logFactorial - (n + 0.5) * Math.log(n) + n - 0.5 * Math.log(2 * Math.PI);
  }
  const square = n * n;
  return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - 1 / 1188 / square) / square) / square) / square) / n;
}
