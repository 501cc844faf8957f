import { GantryError } from './errors.ts';

const MASK = '***';
const SHORTEST_SECRET = 8;

/** Hides secrets in text, whole or piece by piece. */
export interface Mask {
  (text: string): string;
  /** For text that comes in pieces: a secret cut by a border is hidden as well. */
  stream(): MaskedStream;
}

export interface MaskedStream {
  /** What may be shown already; up to the length of the longest secret is held back. */
  push(chunk: string): string;
  /** The rest. */
  end(): string;
}

interface Span {
  from: number;
  to: number;
}

/**
 * A mask for these secrets (name → value), as they stand and also base64, URL-encoded and JSON-escaped (trust §5.4.7).
 * @throws GantryError SECRET_TOO_SHORT below 8 characters: hiding those would hide ordinary text too, so they cannot be masked.
 */
export function createMask(secrets: Readonly<Record<string, string>>): Mask {
  for (const [name, value] of Object.entries(secrets)) {
    if (value.length < SHORTEST_SECRET) throw new GantryError('SECRET_TOO_SHORT', { secret: name });
  }
  const needles = [...new Set(Object.values(secrets).flatMap(disguises))];
  const longest = Math.max(1, ...needles.map((needle) => needle.length));
  const whole = (text: string): string => {
    const stream = startStream(needles, longest);
    return stream.push(text) + stream.end();
  };
  return Object.assign(whole, { stream: () => startStream(needles, longest) });
}

function startStream(needles: readonly string[], longest: number): MaskedStream {
  let held = '';
  // how much of `held` belongs to a secret whose mask has been given out already
  let covered = 0;
  const advance = (chunk: string, keep: number): string => {
    const text = held + chunk;
    // a secret that begins before the border ends inside the text, so whatever stands before it is settled
    const border = Math.max(0, text.length - keep);
    const spans = findSpans(text, needles, covered);
    const shown = render(text, spans, border);
    held = text.slice(border);
    covered = Math.max(0, ...spans.filter((span) => span.from < border).map((span) => span.to - border));
    return shown;
  };
  return { push: (chunk) => advance(chunk, longest - 1), end: () => advance('', 0) };
}

/** Places of all secrets, overlapping ones joined, in order. */
function findSpans(text: string, needles: readonly string[], covered: number): Span[] {
  // -1: it began in an earlier piece
  const found: Span[] = covered > 0 ? [{ from: -1, to: covered }] : [];
  for (const needle of needles) {
    for (let at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, at + 1)) {
      found.push({ from: at, to: at + needle.length });
    }
  }
  found.sort((a, b) => a.from - b.from);
  const joined: Span[] = [];
  for (const span of found) {
    const last = joined.at(-1);
    if (last && span.from < last.to) last.to = Math.max(last.to, span.to);
    else joined.push({ ...span });
  }
  return joined;
}

function render(text: string, spans: readonly Span[], border: number): string {
  let shown = '';
  let at = 0;
  for (const span of spans) {
    if (span.from >= border) break;
    shown += span.from < 0 ? '' : text.slice(at, span.from) + MASK;
    at = span.to;
  }
  return shown + text.slice(at, Math.max(at, border));
}

function disguises(secret: string): string[] {
  const escaped = JSON.stringify(secret).slice(1, -1);
  const percent = encodeURIComponent(secret);
  return [
    secret,
    escaped,
    escaped.replaceAll('/', '\\/'),
    percent,
    percent.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    percent.replaceAll('%20', '+'),
    ...base64Forms(secret),
  ].filter((form) => form.length >= SHORTEST_SECRET);
}

/**
 * Base64 of the secret at each of the three positions that it can have in a longer text, such as `user:secret`, without
 * the first and last characters that also depend on the neighbours.
 */
function base64Forms(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [0, 1, 2].flatMap((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replaceAll('=', '');
    const first = Math.ceil((offset * 8) / 6);
    const last = Math.floor(((offset + bytes.length) * 8) / 6);
    const inner = encoded.slice(first, last);
    return [inner, inner.replaceAll('+', '-').replaceAll('/', '_')];
  });
}
