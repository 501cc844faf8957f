import type { CheckView, ReleaseView, Vote } from '../domain/release/release.ts';
import type { SaidSince } from '../domain/rollout/left-then.ts';
import type { LiveInPart } from '../domain/rollout/live-in-part.ts';
import type { GateVerdict } from '../domain/verdict.ts';
import type { Client, PostOptions } from './client.ts';

/** What people who are mentioned are called, by id; an older server tells none. */
export type Names = Readonly<Record<string, string>>;

/** What the server answers, by address. This file is the only one that believes it. */
export interface List<Item> {
  items: Item[];
  next?: string;
  names?: Names;
}

export interface Explanation {
  id: string;
  state: ReleaseView['state'];
  headline: string;
  verdicts: GateVerdict[];
  /** What opens the way, in words and as a command. */
  next?: { because: string; command: string; action?: string; whoCan?: string };
  names?: Names;
}

export interface TimelineEntry {
  seq: number;
  at: string;
  action: string;
  actor: { id: string };
  object: string;
  sentence: string;
  reason?: string;
}

export interface EnvironmentAnswer {
  id: string;
  production: boolean;
  exclusive: boolean;
  running: {
    service: string;
    version: string;
    since: string;
    releaseId?: string;
    how: string;
    quarantine?: { by: string; reason: string };
  }[];
  /** Absent where nothing is, and from an older server. */
  inPart?: (Omit<LiveInPart, 'releaseId'> & { releaseId?: string })[];
  /** Without an id: one that the token may not read, as its title says. */
  holders: { releaseId?: string; title: string; since: string }[];
  queue: { releaseId?: string; title: string; requestedAt: string }[];
  /** Absent where none is named, and from an older server. */
  runner?: { name: string; isThere?: boolean; seenAt?: string; because: string };
}

/** A stop of the line that nobody has lifted. */
export interface LineStopAnswer {
  id: string;
  about: string;
  reason?: string;
  by: string;
  /** An older server tells the id alone. */
  byName?: string;
  since: string;
}

export interface ApprovalAnswer {
  requestId: string;
  releaseId: string;
  title: string;
  stage: string;
  deadline: string;
  openedAt: string;
  headline: string;
  /** Rules that still need votes. */
  waitingFor: string[];
  /** What to know before one decides; absent from an older server. */
  beside?: string[];
}

export type { CheckView, ReleaseView, Vote };

/** One release, as the server answers it. */
export interface ReleaseAnswer extends ReleaseView {
  /** What to know before one decides on what it asks for now, a sentence each; absent where there is nothing, and from an older server. */
  beside?: string[];
  /** What has the place since where it had left something when it ended. */
  saidSince?: SaidSince[];
  /** What whoever gave a command or an order is told of it, such as when it can start; absent where there is nothing. */
  note?: string;
}

export const releasePath = (id: string): string => `/v1/releases/${encodeURIComponent(id)}`;

export const readRelease = async (client: Client, id: string, signal?: AbortSignal): Promise<ReleaseAnswer> =>
  (await client.get(releasePath(id), {}, signal)) as ReleaseAnswer;

export const createRelease = async (
  client: Client,
  body: unknown,
  options: PostOptions,
): Promise<ReleaseAnswer> => (await client.post('/v1/releases', body, options)) as ReleaseAnswer;

export const listReleases = async (
  client: Client,
  query: Record<string, string | undefined>,
): Promise<List<ReleaseView>> => (await client.get('/v1/releases', query)) as List<ReleaseView>;

export const explainRelease = async (client: Client, id: string): Promise<Explanation> =>
  (await client.get(`${releasePath(id)}/explain`)) as Explanation;

/** An older server does not tell stops. */
export const listEnvironments = async (
  client: Client,
): Promise<List<EnvironmentAnswer> & { lineStops?: LineStopAnswer[] }> =>
  (await client.get('/v1/environments')) as List<EnvironmentAnswer> & { lineStops?: LineStopAnswer[] };

export const listApprovals = async (
  client: Client,
  query: Record<string, string | undefined>,
): Promise<List<ApprovalAnswer> & { others?: number }> =>
  (await client.get('/v1/approvals', query)) as List<ApprovalAnswer> & { others?: number };

export interface PolicyAnswer {
  digest: string;
  text: string;
  appliedAt: string;
  /** `person`: whose token it is; absent where `id` is none, and from an older server. */
  appliedBy: { id: string; person?: string };
  names?: Names;
}

/** What applying a policy changes, or has changed. */
export interface PolicyChange {
  digest: string;
  changed: boolean;
  sentences: string[];
  /** Id of the person whom the command line on the server's machine acts for from now on; left out where that is who it was. */
  actsAs?: string;
}

interface PolicyText {
  text: string;
  baseDir: string;
}

export const readPolicy = async (client: Client): Promise<PolicyAnswer> =>
  (await client.get('/v1/policy')) as PolicyAnswer;

export const comparePolicy = async (client: Client, policy: PolicyText): Promise<PolicyChange> =>
  (await client.post('/v1/policy', { ...policy, dryRun: true })) as PolicyChange;

export const applyPolicy = async (client: Client, policy: PolicyText): Promise<PolicyChange> =>
  (await client.post('/v1/policy', policy)) as PolicyChange;

export interface TokenAnswer {
  id: string;
  names?: Names;
  name: string;
  access: string[];
  person?: string;
  createdAt: string;
  expiresAt?: string;
  revokedAt?: string;
  /** Only in the answer that created it. */
  token?: string;
}

export const listTokens = async (client: Client): Promise<List<TokenAnswer>> =>
  (await client.get('/v1/tokens')) as List<TokenAnswer>;

export const createToken = async (client: Client, body: unknown): Promise<TokenAnswer> =>
  (await client.post('/v1/tokens', body)) as TokenAnswer;

export const createSignInLink = async (
  client: Client,
  person: string,
): Promise<{ url: string; expiresAt: string; names?: Names }> =>
  (await client.post('/v1/sign-in-links', { person })) as {
    url: string;
    expiresAt: string;
    names?: Names;
  };

export interface AbsenceAnswer {
  id: string;
  names?: Names;
  person: string;
  from: string;
  until: string;
  delegate?: string;
}

export const listAbsences = async (
  client: Client,
  query: Record<string, string | undefined>,
): Promise<List<AbsenceAnswer>> => (await client.get('/v1/absences', query)) as List<AbsenceAnswer>;

/** A new absence, with what should be seen to before it begins. */
export const addAbsence = async (
  client: Client,
  body: unknown,
): Promise<AbsenceAnswer & { warnings?: { because: string; remedy: string }[] }> =>
  (await client.post('/v1/absences', body)) as AbsenceAnswer & {
    warnings?: { because: string; remedy: string }[];
  };

/** Whom a reminder went to. */
export const remindApprovers = async (
  client: Client,
  requestId: string,
): Promise<{ reminded: string[]; names?: Names }> =>
  (await client.post(`/v1/approvals/${encodeURIComponent(requestId)}/reminders`, {})) as {
    reminded: string[];
    names?: Names;
  };
