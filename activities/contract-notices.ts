/** Mail: keyed, given up after hours. */
export interface NoticeActivities {
  sendNotices(input: NoticeInput): Promise<NoticeAnswer>;
}

export type NoticeKind =
  | 'approvalRequest'
  | 'approvalWaits'
  | 'reminder'
  | 'decided'
  | 'confirmation'
  | 'refused'
  | 'released'
  | 'rescheduled'
  | 'postponed'
  | 'taskAssigned'
  | 'taskReminder'
  | 'waiverTakenBack'
  | 'glassBroken'
  | 'freezeAhead'
  | 'dependencyFailed'
  | 'reservationPassed'
  | 'secondAsked'
  | 'held'
  | 'quarantined'
  | 'rolledBack'
  | 'needsPerson'
  | 'stalled'
  | 'rejected'
  | 'expired'
  | 'ended'
  | 'checkFailed'
  | 'incidentOpened'
  | 'watchChanged'
  | 'blocked'
  | 'delayLifted'
  | 'reviewDue'
  | 'withdrawn';

/** One occasion, told to several people: one mail each, once (promise P18). */
export interface NoticeInput {
  /** Unique in the release: `approval/<request id>/ask`. With the person it is the key of the mail. */
  occasion: string;
  kind: NoticeKind;
  releaseId: string;
  /** Person ids. Empty where only a role is known: then nobody is told and that is recorded. */
  to: string[];
  requestId?: string;
  environment?: string;
  /** The sentence that the mail opens with; the rest is read from the record when the mail is made. */
  sentence: string;
  /**
   * `calendar`: revision of the calendar that moved its date; what one change says to one person comes as one mail. `delay`: which delay
   * of the release it tells of, counted from 1.
   */
  facts?: Record<string, string>;
  /** Further releases that the same mail tells of; never part of an order. */
  others?: { releaseId: string; title: string; sentence: string }[];
}

/** One occasion that is about no release: a train that waits for its captain, or left somebody behind. */
export interface InstallationNotice {
  /** Unique in the installation: `train/weekly/7/left/cart`. */
  occasion: string;
  kind: 'leftBehind' | 'trainMissing';
  to: string[];
  sentence: string;
  /** Instants of the departure that it is about, and of the next one; what to do about a service that was refused. `isOver`: nothing has left, and nothing will. */
  facts: {
    train: string;
    departsAt: string;
    service?: string;
    next?: string;
    remedy?: string;
    isOver?: 'true';
  };
}

export interface NoticeAnswer {
  sent: number;
  failed: { person: string; because: string }[];
}
