const SHORT = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/;
const ISO = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Elapsed milliseconds of `5m`, `1h30m`, `3d` or ISO 8601 (`PT5M`); undefined where the text is neither. */
export function parseDuration(text: string): number | undefined {
  const short = text === '' ? null : SHORT.exec(text);
  if (short) return sum([0, DAY, HOUR, MINUTE, SECOND], [undefined, ...short.slice(1)]);
  const iso = /\d/.test(text) && !text.endsWith('T') ? ISO.exec(text) : null;
  if (iso) return sum([7 * DAY, DAY, HOUR, MINUTE, SECOND], iso.slice(1));
  return undefined;
}

/** Like {@link parseDuration} for a text that the schema has already accepted. @throws on any other text. */
export function durationMs(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new Error(`"${text}" is not a duration`);
  return ms;
}

/** `90000` → `1 min 30 s`; at most two units, for people. */
export function formatDuration(ms: number): string {
  const units: [number, string][] = [
    [DAY, 'd'],
    [HOUR, 'h'],
    [MINUTE, 'min'],
    [SECOND, 's'],
  ];
  let left = Math.max(0, Math.round(ms / SECOND)) * SECOND;
  const parts: string[] = [];
  for (const [size, name] of units) {
    const count = Math.floor(left / size);
    if (count > 0 && parts.length < 2) parts.push(`${count} ${name}`);
    left -= count * size;
  }
  return parts.join(' ') || '0 s';
}

function sum(sizes: readonly number[], counts: readonly (string | undefined)[]): number {
  return counts.reduce((total, count, index) => total + Number(count ?? 0) * (sizes[index] ?? 0), 0);
}
