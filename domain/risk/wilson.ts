/** How often something failed, with the range in which the true share lies at 95 % (Wilson's interval). Shares are 0 to 1. */
export interface Share {
  n: number;
  failed: number;
  share: number;
  low: number;
  high: number;
}

/** Quantile of the normal distribution at 97.5 %. */
const z = 1.959_963_985;

/** Undefined where nothing was counted: no data is no share. */
export function wilson(failed: number, n: number): Share | undefined {
  if (n === 0) return undefined;
  const share = failed / n;
  const centre = share + (z * z) / (2 * n);
  const reach = z * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  const whole = 1 + (z * z) / n;
  return {
    n,
    failed,
    share,
    low: Math.max(0, (centre - reach) / whole),
    high: Math.min(1, (centre + reach) / whole),
  };
}
