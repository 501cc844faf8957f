/** What the bare workflow is asked for, and what goes between the bench and the process that runs it. */
export const bareWorkflow = 'bareRelease';
export const bareQueue = 'bare';
export const approveUpdate = 'approve';

export interface BareOrder {
  id: string;
  service: string;
  version: string;
  /** Base address of what is checked and deployed to. */
  url: string;
  checks: string[];
  approver: { name: string; address: string };
}

/** Where the servers are; the process finds it in `BENCH_BARE`. */
export interface BareSettings {
  temporalAddress: string;
  smtpUrl: string;
  /** Folder of the socket of PostgreSQL. */
  postgresHost: string;
}

/** From the bench: start one, or approve one. Each is answered once it has been done. */
export type BareRequest =
  | { number: number; do: 'start'; order: BareOrder }
  | { number: number; do: 'approve'; id: string; person: string }
  | { number: number; do: 'stop' };
export type BareReply = { ready: true } | { number: number; problem?: string };
