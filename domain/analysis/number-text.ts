/** A measured value for people: at most four significant digits; `+Inf` and `-Inf` as Prometheus writes them. */
export function numberText(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
  const magnitude = Math.abs(value);
  if (magnitude !== 0 && (magnitude < 1e-4 || magnitude >= 1e7)) return value.toExponential(2);
  return magnitude >= 1e4 ? String(Math.round(value)) : String(Number(value.toPrecision(4)));
}

/** The same where there may be no value, because nothing was measured yet or the source had no data. */
export const valueText = (value: number | null | undefined): string =>
  value === null || value === undefined ? 'no data' : numberText(value);
