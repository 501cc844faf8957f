import type { Policy, Service, Stage } from '../../domain/policy/policy.schema.ts';
import type { Fact } from '../../domain/risk/model.ts';
import type { Component } from '../../domain/release/release.ts';
import type { Db } from '../../platform/database/open.ts';
import { GantryError } from '../../platform/errors.ts';
import type { Mirror } from '../../platform/git/mirror.ts';
import type { Outgoing } from '../../platform/outgoing.ts';
import { oneLine } from '../../platform/plain-text.ts';
import type { RunningRow } from '../../platform/record/running.ts';

/** What the facts about one component in one environment are gathered for, and where they may be looked for. */
export interface RiskQuestion {
  db: Db;
  outgoing: Outgoing;
  policy: Policy;
  /** Folder of gantry.yaml. */
  baseDir: string;
  service: Service;
  stage: Stage;
  component: Component;
  /** What runs there now; absent for a first deployment. */
  running?: RunningRow;
  /** Absent for a service without a Git source. */
  source?: { mirror: Mirror; to: string; from?: string };
  /** Why its source cannot be looked at now. */
  sourceDown?: string;
  releaseId?: string;
  /** Commits after this instant are late. */
  cutoffAt?: string;
  /** When it is expected to start. */
  startsAt: string;
  /** A gate of its own asks for overdue reviews, each time and not only when the risk is looked at. */
  heedsReviews: boolean;
  now: string;
}

/** No source is waited for longer: what has not answered by then is unknown. */
const patienceMs = 30_000;
const mostEvidence = 5;

/**
 * What a source says, or that it is unknown and why: a source that is down, slow or strange never makes a release look safe.
 * A defect of our own is no fact about the world and is let through.
 */
export async function factOf<M>(what: string, look: () => Promise<Fact<M>>): Promise<Fact<M>> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<Fact<M>>((resolve) => {
    const because = `${what} gave no answer within ${patienceMs / 1000} s.`;
    timer = setTimeout(() => resolve({ kind: 'unknown', because }), patienceMs);
  });
  try {
    return await Promise.race([look(), tooLong]);
  } catch (error) {
    if (!(error instanceof GantryError)) throw error;
    return { kind: 'unknown', because: oneLine(error.message, 200) };
  } finally {
    clearTimeout(timer);
  }
}

/** A measure with the few pieces of evidence that people read; what is left out is counted. */
export function measured<M>(measure: M, evidence: readonly string[] = []): Fact<M> {
  const shown = evidence.slice(0, evidence.length > mostEvidence ? mostEvidence - 1 : mostEvidence);
  const left = evidence.length - shown.length;
  return {
    kind: 'measured',
    measure,
    evidence: [...shown.map((line) => oneLine(line, 160)), ...(left > 0 ? [`and ${left} more`] : [])],
  };
}
