import type { Outside } from './outside.ts';

/** One of the two that are compared. */
export interface Side {
  /** The Node process with its worker and its client. */
  pid: number;
  /** Starts the release with this number; returns its workflow id once it is started. */
  start: (number: number) => Promise<string>;
  /** Looks at what a release asks for; what is given says yes to it, in one call. */
  readyToApprove: (workflowId: string) => Promise<() => Promise<void>>;
  stop: () => Promise<void>;
}

export interface SideStart {
  folder: string;
  outside: Outside;
}

export const checkIds = ['unit', 'licences', 'smoke'] as const;
export const service = 'shop';
export const approver = { id: 'ana', name: 'Ana Lopez', address: 'ana@bench.test' } as const;
/** Numbers of releases as versions; they must rise. */
export const versionOf = (number: number): string => `1.0.${number}`;
