import type { EventAction } from '../../domain/release/events.ts';
import type { Actor } from '../../domain/release/release.ts';

/** One entry of the log as it is hashed: the parsed `body` of its row (docs/reference/audit-log.md). */
export interface AuditEntry {
  /** UUIDv7. */
  id: string;
  /** Place in the log of the installation, from 1, without gaps. */
  seq: number;
  /** `YYYY-MM-DDTHH:MM:SS.sssZ`. */
  at: string;
  actor: Actor;
  action: EventAction;
  object: string;
  sentence: string;
  reason?: string;
  requestId?: string;
  releaseId?: string;
  /** Place among the entries of its release, from 1, without gaps. */
  releaseSeq?: number;
  workflow?: WorkflowRun;
  facts?: Record<string, unknown>;
  v: 1;
}

/** The run that handed an event over. */
export interface WorkflowRun {
  id: string;
  runId: string;
}
