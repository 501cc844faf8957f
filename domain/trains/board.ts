import type { Boarded, LeftBehind } from './model.ts';

/** A service that may ride, with the version that proved itself last on the way there. */
export interface Passenger {
  service: string;
  required: boolean;
  /** Newest version that finished the stage before the train's, and when (left out: it is aboard already); absent where there is none. */
  candidate?: Boarded & { readyAt?: string };
  /** What runs where the train goes. */
  running?: string;
  /** The candidate is what runs there, or older; or nothing newer than that is left of what was ready. */
  isBehind?: boolean;
  /** Id of the open release that brings the candidate there by itself. */
  ownRelease?: string;
  /** Why nothing is promoted there by itself: something was rolled back. */
  held?: string;
  /** Why nobody may release the candidate: it is quarantined. A sentence. */
  banned?: string;
  /** Why the candidate is not proven any more: a release has gone back from it since. A sentence. */
  goneBack?: string;
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

function whyNot(
  { service, candidate, running, isBehind, ownRelease, held, banned, goneBack }: Passenger,
  cutoffAt: string,
): string | undefined {
  if (!candidate) return `No version of ${service} has finished the stage before.`;
  if (isBehind && goneBack === undefined)
    return `${service} ${running ?? ''} runs there already; nothing newer is ready.`;
  if (candidate.readyAt !== undefined && Date.parse(candidate.readyAt) >= Date.parse(cutoffAt))
    return `${service} ${candidate.version} was ready after boarding had ended.`;
  if (banned !== undefined) return banned;
  if (goneBack !== undefined) return goneBack;
  if (held !== undefined)
    return `${service} is not promoted there by itself, because ${held}; release it by hand, or lift that hold.`;
  // A version has one open release at a time: what goes there by itself does not ride as well.
  if (ownRelease !== undefined)
    return `${service} ${candidate.version} goes there with its own release ${ownRelease}; abort that one and it can ride.`;
  return undefined;
}
