/** A fact that would not be taken in a real release: where it stands among the facts, and why it counts for nothing. */
export interface Refusal {
  /** `waivers.0`: as a path into the facts. */
  fact: string;
  because: string;
}
