import { InvalidArgumentError } from 'commander';
import { parseDuration } from '../domain/policy/duration.ts';

/** Milliseconds of a duration flag such as `--timeout 30m`. */
export function durationFlag(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined || ms <= 0) throw new InvalidArgumentError('Write a duration such as 90s, 30m or 1h.');
  return ms;
}
