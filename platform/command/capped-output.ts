import { StringDecoder } from 'node:string_decoder';
import type { Mask } from '../mask.ts';

const LIMIT = 1024 * 1024;

/** One stream of a command on its way to the record: decoded, masked, and cut in the middle (trust §5.4.6 and 7). */
export interface CappedOutput {
  push(chunk: Buffer): void;
  /** The rest, once the stream has ended: what was cut is stated between the halves. */
  end(): void;
}

/**
 * Hands the first half of what may be kept to `write` as it comes, and the last half at the end.
 * @param limit characters kept in all; 1 MiB unless told
 */
export function capOutput(mask: Mask, write: (text: string) => void, limit = LIMIT): CappedOutput {
  const half = Math.floor(limit / 2);
  const decoder = new StringDecoder('utf8');
  const masked = mask.stream();
  let room = half;
  let tail = '';
  let cut = 0;
  const keep = (text: string): void => {
    const first = text.slice(0, room);
    if (first !== '') write(first);
    room -= first.length;
    tail += text.slice(first.length);
    // cut now and then, not at every piece: each cut copies the tail
    if (tail.length > 2 * half) trim();
  };
  const trim = (): void => {
    cut += Math.max(0, tail.length - half);
    tail = tail.slice(-half);
  };
  return {
    push: (chunk) => keep(masked.push(decoder.write(chunk))),
    end: () => {
      keep(masked.push(decoder.end()) + masked.end());
      trim();
      if (cut > 0) write(`\n[… ${cut} characters were cut here …]\n`);
      if (tail !== '') write(tail);
    },
  };
}
