import type { Boarded, LeftBehind } from './model.ts';

/** A service that may ride, with the version that proved itself last on the way there. */
export interface Passenger {
  service: string;
  required: boolean;
  /** Newest version that finished the stage before the train's, and when; absent where there is none. */
  candidate?: Boarded & { readyAt: string };
  /** What runs where the train goes. */
  running?: string;
  /** The candidate is what runs there, or older. */
  isBehind?: boolean;
  /** Id of the open release that brings the candidate there by itself. */
  ownRelease?: string;
  /** Why nothing is promoted there by itself: something was rolled back. */
  held?: string;
}

/**
 * Who is aboard at the cut-off (semantics §2, "Train"): ready strictly before it. Who is not takes the next departure; where it
 * is required, that is the captain's to decide, and `missing` says so.
 */
export function board(
  passengers: readonly Passenger[],
  o: { cutoffAt: string; isLeaving: boolean; next?: string },
): { aboard: Boarded[]; left: LeftBehind[]; missing: LeftBehind[] } {
  const aboard: Boarded[] = [];
  const left: LeftBehind[] = [];
  const missing: LeftBehind[] = [];
  for (const passenger of passengers) {
    const because = whyNot(passenger, o.cutoffAt);
    const { candidate } = passenger;
    if (because === undefined && candidate) {
      const { version, digest, ref } = candidate;
      aboard.push({
        service: passenger.service,
        version,
        ...(digest === undefined ? {} : { digest }),
        ...(ref === undefined ? {} : { ref }),
      });
      continue;
    }
    const stays: LeftBehind = {
      service: passenger.service,
      ...(candidate ? { version: candidate.version } : {}),
      because: because ?? '',
      ...(o.next === undefined ? {} : { next: o.next }),
    };
    // Nothing new is no reason to wait: what runs there is what would ride.
    if (passenger.required && !o.isLeaving && !passenger.isBehind) missing.push(stays);
    else left.push(stays);
  }
  return { aboard, left, missing };
}

/** A version has one open release at a time: what goes there by itself does not ride as well. */
export const goesByItself = ({ service, version }: Boarded, release: string): string =>
  `${service} ${version} goes there with its own release ${release}; abort that one and it can ride.`;

/** What runs there is as new as what would ride, or newer. */
export const nothingNewer = (service: string, running: string | undefined): string =>
  `${service} ${running ?? ''} runs there already; nothing newer is ready.`;

function whyNot(
  { service, candidate, running, isBehind, ownRelease, held }: Passenger,
  cutoffAt: string,
): string | undefined {
  if (!candidate) return `No version of ${service} has finished the stage before.`;
  if (isBehind) return nothingNewer(service, running);
  if (Date.parse(candidate.readyAt) >= Date.parse(cutoffAt))
    return `${service} ${candidate.version} was ready after boarding had ended.`;
  if (held !== undefined)
    return `${service} is not promoted there by itself, because ${held}; release it by hand, or lift that hold.`;
  if (ownRelease !== undefined) return goesByItself({ service, version: candidate.version }, ownRelease);
  return undefined;
}
