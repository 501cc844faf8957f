import type { GithubBugs } from '../../../domain/policy/risk.schema.ts';
import { bugSeverities, type BugCounts, type Fact } from '../../../domain/risk/model.ts';
import { createMask } from '../../../platform/mask.ts';
import { namedTarget, type Outgoing, type OutgoingAnswer } from '../../../platform/outgoing.ts';
import { oneLine } from '../../../platform/plain-text.ts';
import { resolveSecrets } from '../../../platform/secret-values.ts';
import { fill, type Facts } from '../../facts.ts';
import { parseJson } from '../../json-pointer.ts';
import { measured } from '../question.ts';

const usualApi = 'https://api.github.com';
/** Small enough that a page of long issues stays under the size that is read of an answer. */
const perPage = 30;
const mostPages = 10;

interface Issue {
  number: number;
  title: string;
}

/**
 * Counts open issues by label, over GitHub's REST API: each severity asked for by its labels, page by page. An issue counts once,
 * as the worst that it is; pull requests are no bugs. Over 300 issues of one label there are more than enough.
 */
export const githubBugs =
  (outgoing: Outgoing) =>
  async (source: GithubBugs, facts: Facts): Promise<Fact<BugCounts>> => {
    const { texts, secrets } = resolveSecrets({ token: source.token ?? '' });
    const mask = createMask(secrets);
    const ask = async (label: string, page: number): Promise<OutgoingAnswer> =>
      outgoing({
        url: addressOf(source, label, page),
        headers: {
          accept: 'application/vnd.github+json',
          'x-github-api-version': '2022-11-28',
          'user-agent': 'gantry',
          ...(texts['token'] ? { authorization: `Bearer ${texts['token']}` } : {}),
        },
        allow: namedTarget(source.url ?? usualApi),
      });
    const counts: BugCounts = { blocker: 0, major: 0, minor: 0 };
    const seen = new Set<number>();
    const evidence: string[] = [];
    for (const severity of bugSeverities)
      for (const label of source.labels[severity] ?? []) {
        const issues = await issuesOf(source, fill(label, facts), ask);
        if ('because' in issues) return { kind: 'unknown', because: mask(issues.because) };
        for (const { number, title } of issues.found) {
          if (seen.has(number)) continue;
          seen.add(number);
          counts[severity] += 1;
          evidence.push(`${severity}: #${number} ${title}`);
        }
      }
    return measured(counts, evidence);
  };

function addressOf(source: GithubBugs, label: string, page: number): string {
  const query = new URLSearchParams({
    labels: label,
    state: 'open',
    per_page: String(perPage),
    page: String(page),
  });
  const api = (source.url ?? usualApi).replace(/\/+$/, '');
  return `${api}/repos/${source.repository}/issues?${query.toString()}`;
}

async function issuesOf(
  source: GithubBugs,
  label: string,
  ask: (label: string, page: number) => Promise<OutgoingAnswer>,
): Promise<{ found: Issue[] } | { because: string }> {
  const found: Issue[] = [];
  for (let page = 1; page <= mostPages; page += 1) {
    const answer = await ask(label, page);
    const limit = whyLimited(answer);
    if (limit !== undefined) return { because: limit };
    if (answer.status !== 200)
      return { because: `GitHub answers with ${answer.status} for the issues of ${source.repository}.` };
    const rows = answer.isCut ? undefined : parseJson(answer.text);
    if (!Array.isArray(rows))
      return { because: `what GitHub answers for ${source.repository} is no list of issues.` };
    for (const row of rows as unknown[]) {
      const issue = issueOf(row);
      if (!issue) return { because: `what GitHub answers for ${source.repository} is no list of issues.` };
      if (issue !== 'pullRequest') found.push(issue);
    }
    if (rows.length < perPage) break;
  }
  return { found };
}

function issueOf(row: unknown): Issue | 'pullRequest' | undefined {
  if (typeof row !== 'object' || row === null) return undefined;
  const { number, title, pull_request: pullRequest } = row as Record<string, unknown>;
  if (typeof number !== 'number' || typeof title !== 'string') return undefined;
  return pullRequest === undefined ? { number, title: oneLine(title, 100) } : 'pullRequest';
}

/** A limit that is used up is said so, with its end: nobody should look for a fault in the token. */
function whyLimited({ status, headers }: OutgoingAnswer): string | undefined {
  if (status !== 403 && status !== 429) return undefined;
  const after = headers.get('retry-after');
  if (headers.get('x-ratelimit-remaining') !== '0' && after === null) return undefined;
  const reset = Number(headers.get('x-ratelimit-reset'));
  const until =
    reset > 0
      ? ` until ${new Date(reset * 1000).toISOString()}`
      : after
        ? ` for ${oneLine(after, 10)} s`
        : '';
  return `GitHub answers nothing more${until}: the limit of requests is used up.`;
}
