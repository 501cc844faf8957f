import type { GithubActionsDeployer } from '../../../domain/policy/deployer.schema.ts';
import { isRunOf, type RunShape } from '../../../domain/rollout/workflow-run.ts';
import type { Waiting } from '../../../platform/command/run-command.ts';
import { GantryError } from '../../../platform/errors.ts';
import { createMask, type Mask } from '../../../platform/mask.ts';
import { namedTarget, type Outgoing, type OutgoingAnswer } from '../../../platform/outgoing.ts';
import { resolveSecrets } from '../../../platform/secret-values.ts';
import { pause } from '../../attended.ts';
import { parseJson } from '../../json-pointer.ts';

const API_VERSION = '2022-11-28';
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;
/** A run with all that GitHub says of it has 12 KiB, with the longest names 24: a page of 100 is more than an answer may have. */
const PAGE = 30;
const MOST_PAGES = 17;
const MOST_JOBS = 120;
/** A clock of the API that is behind ours must not hide a run that we have just begun. */
const CLOCKS_APART_MS = 10 * 60_000;

/** The REST API as seen by one operation. */
export interface Github {
  /** An answer of any status below 500, or why there was none until `deadline`. */
  get(path: string): Promise<OutgoingAnswer | GaveUp>;
  /** Sent once: what is asked for here must not happen twice. */
  post(path: string, body?: unknown): Promise<OutgoingAnswer | GaveUp>;
  mask: Mask;
}
export interface GaveUp {
  gaveUp: string;
}

/** @throws GantryError SECRET_MISSING, SECRET_TOO_SHORT; TARGET_REFUSED when it is asked */
export function openGithub(
  outgoing: Outgoing,
  deploy: Pick<GithubActionsDeployer, 'api' | 'repository' | 'token'>,
  o: { waiting: Waiting; deadline: number },
): Github {
  const { texts, secrets } = resolveSecrets({ token: deploy.token });
  const base = `${deploy.api.replace(/\/+$/, '')}/repos/${deploy.repository}/actions`;
  const request = {
    allow: namedTarget(deploy.api),
    redirects: 0,
    headers: {
      accept: 'application/vnd.github+json',
      'x-github-api-version': API_VERSION,
      'user-agent': 'gantry',
      authorization: `Bearer ${texts['token'] ?? ''}`,
    },
  };
  return {
    mask: createMask(secrets),
    async get(path) {
      for (let waitMs = FIRST_PAUSE_MS; ; waitMs = Math.min(2 * waitMs, LONGEST_PAUSE_MS)) {
        o.waiting.leave?.throwIfAborted();
        const answer = await outgoing({ ...request, url: `${base}${path}` }).catch(whyUnreached);
        if ('status' in answer && answer.status < 500 && !isLimited(answer)) return answer;
        const gaveUp = 'status' in answer ? `GitHub answers with ${answer.status}` : answer.gaveUp;
        if (o.waiting.cancel?.aborted || Date.now() + waitMs > o.deadline) return { gaveUp };
        await pause(waitMs, o.waiting);
      }
    },
    post: async (path, body) =>
      outgoing({
        ...request,
        url: `${base}${path}`,
        method: 'POST',
        headers: { ...request.headers, 'content-type': 'application/json' },
        body: JSON.stringify(body ?? {}),
      }).catch(whyUnreached),
  };
}

function whyUnreached(error: unknown): GaveUp {
  if (error instanceof GantryError && error.code === 'TARGET_UNREACHABLE') return { gaveUp: error.message };
  throw error;
}

/** Turned away without being looked at: by 429, or by the 403 of the API's limits. */
export const isLimited = ({ status, headers }: OutgoingAnswer): boolean =>
  status === 429 ||
  (status === 403 && (headers.get('retry-after') !== null || headers.get('x-ratelimit-remaining') === '0'));

/** What the API says in its error, after a colon. */
export function said({ text }: OutgoingAnswer): string {
  const message = (parseJson(text) as { message?: unknown } | undefined)?.message;
  return typeof message === 'string' ? `: ${message}` : '';
}

/** Runs of a workflow that were dispatched since then, newest first. */
export async function dispatchedRuns(
  github: Github,
  workflow: string,
  sinceMs: number,
): Promise<RunShape[] | GaveUp> {
  const since = new Date(sinceMs - CLOCKS_APART_MS).toISOString().replace(/\.\d+Z$/, 'Z');
  const runs: RunShape[] = [];
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const answer = await github.get(
      `/workflows/${encodeURIComponent(workflow)}/runs?event=workflow_dispatch&exclude_pull_requests=true&created=${encodeURIComponent(`>=${since}`)}&per_page=${PAGE}&page=${page}`,
    );
    if (!('status' in answer)) return answer;
    if (answer.status !== 200) return { gaveUp: `GitHub answers with ${answer.status}${said(answer)}` };
    if (answer.isCut) return { gaveUp: 'the list of runs is longer than 1 MiB' };
    const listed = (parseJson(answer.text) as { workflow_runs?: unknown } | undefined)?.workflow_runs;
    if (!Array.isArray(listed)) return { gaveUp: 'GitHub answers without a list of runs' };
    runs.push(...(listed as RunShape[]));
    if (listed.length < PAGE) break;
  }
  return runs;
}

/** The run of an operation; undefined where none is listed. */
export async function findRun(
  github: Github,
  workflow: string,
  operation: { id: string; sinceMs: number },
): Promise<RunShape | GaveUp | undefined> {
  const runs = await dispatchedRuns(github, workflow, operation.sinceMs);
  return 'gaveUp' in runs ? runs : runs.find((run) => isRunOf(run, operation.id));
}

/** The run as it is now. */
export async function readRunNow(github: Github, id: number): Promise<RunShape | GaveUp> {
  const answer = await github.get(`/runs/${id}`);
  if (!('status' in answer)) return answer;
  const run = parseJson(answer.text) as RunShape | undefined;
  return answer.status === 200 && typeof run?.id === 'number'
    ? run
    : { gaveUp: `GitHub answers with ${answer.status} about the run${said(answer)}` };
}

/** Jobs of a run and the steps of those that failed, as text; of more than {@link MOST_JOBS} how many are not told. */
export async function jobsOf(github: Github, id: number): Promise<string> {
  const found: JobShape[] = [];
  let all = 0;
  for (let page = 1; found.length < MOST_JOBS; page += 1) {
    const answer = await github.get(`/runs/${id}/jobs?per_page=${PAGE}&page=${page}`);
    if (!('status' in answer) || answer.status !== 200) break;
    const { jobs = [], total_count = 0 } =
      (parseJson(answer.text) as { jobs?: JobShape[]; total_count?: number } | undefined) ?? {};
    found.push(...jobs);
    all = Math.max(all, total_count);
    if (jobs.length < PAGE) break;
  }
  const lines = found.flatMap(({ name, status, conclusion, steps = [] }) => [
    `${name}: ${conclusion ?? status}`,
    ...steps
      .filter((step) => step.conclusion === 'failure')
      .map((step) => `  step ${step.number}, ${step.name}: ${step.conclusion ?? ''}`),
  ]);
  if (all > found.length) lines.push(`and ${all - found.length} more jobs`);
  return lines.join('\n');
}

interface JobShape {
  name: string;
  status: string;
  conclusion?: string | null;
  steps?: { number: number; name: string; conclusion?: string | null }[];
}
