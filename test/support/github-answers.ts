import type { FakeRun } from './github-api.ts';

/** Whether an answer says all that it can, or has null wherever GitHub may send null. */
export type Fullness = 'full' | 'nulls';

const sha = 'acb5820ced9479c074f688cc328bf03f341a511d';
const api = 'https://api.github.test';
const site = 'https://github.test';

const accountParts =
  'followers following{/other_user} gists{/gist_id} starred{/owner}{/repo} subscriptions orgs repos events{/privacy} received_events';
const account = (login: string, fullness: Fullness): object => ({
  ...{ login, id: 583231, node_id: 'MDQ6VXNlcjU4MzIzMQ==', type: 'User', site_admin: false },
  avatar_url: `https://avatars.github.test/u/583231?v=4`,
  gravatar_id: fullness === 'full' ? '' : null,
  ...{ url: `${api}/users/${login}`, html_url: `${site}/${login}` },
  ...Object.fromEntries(
    accountParts.split(' ').map((part) => {
      const name = part.replace(/\{.*/, '');
      return [`${name === 'orgs' ? 'organizations' : name}_url`, `${api}/users/${login}/${part}`];
    }),
  ),
});

const repositoryParts =
  'archive assignees blobs branches collaborators comments commits compare contents contributors deployments downloads events forks git_commits git_refs git_tags hooks issue_comment issue_events issues keys labels languages merges milestones notifications pulls releases stargazers statuses subscribers subscription tags teams trees';
const repository = (fullName: string, fullness: Fullness): object => {
  const [owner = '', name = ''] = fullName.split('/');
  const url = `${api}/repos/${fullName}`;
  return {
    ...{ id: 1296269, node_id: 'MDEwOlJlcG9zaXRvcnkxMjk2MjY5', name, full_name: fullName, private: true },
    ...{ owner: account(owner, fullness), html_url: `${site}/${fullName}`, fork: false, url },
    description: fullness === 'full' ? 'What customers buy in' : null,
    ...Object.fromEntries(
      repositoryParts.split(' ').map((part) => [`${part}_url`, `${url}/${part.replace('_', '/')}{/sha}`]),
    ),
  };
};

const pullRequest = (fullName: string): object => {
  const repo = { id: 1296269, url: `${api}/repos/${fullName}`, name: fullName.split('/')[1] ?? '' };
  return {
    ...{ id: 1934, number: 3956, url: `${api}/repos/${fullName}/pulls/3956` },
    ...{ head: { ref: 'main', sha, repo }, base: { ref: 'main', sha, repo } },
  };
};

const commit = (at: string): object => ({
  ...{ id: sha, tree_id: 'd23f6eedb1e1b9610bbc754ddb5197bfe7271223', message: 'Sell more', timestamp: at },
  ...{ author: { name: 'Ana', email: 'ana@acme.test' }, committer: null },
});

/** A run as GitHub answers it: it shows no inputs. */
export function runAnswer(run: FakeRun, fullName: string, fullness: Fullness): object {
  const { id, display_title, event, status, conclusion, created_at } = run;
  const url = `${api}/repos/${fullName}/actions/runs/${id}`;
  const isFull = fullness === 'full';
  const actor = account('ana', fullness);
  return {
    ...{ id, display_title, event, status, conclusion, created_at, updated_at: created_at },
    name: isFull ? 'Deploy' : null,
    ...{ node_id: 'MDEyOldvcmtmbG93IFJ1bjI2OTI4OQ==', check_suite_id: 42, check_suite_node_id: 'CS_1' },
    ...{ head_branch: isFull ? 'main' : null, head_sha: sha, path: `.github/workflows/${run.workflow}@main` },
    ...{ run_number: 562, run_attempt: 1, workflow_id: 159038, run_started_at: created_at },
    ...{ url, html_url: `${site}/${fullName}/actions/runs/${id}`, actor, triggering_actor: actor },
    ...{ pull_requests: isFull ? [pullRequest(fullName)] : null },
    referenced_workflows: isFull
      ? [{ path: `${fullName}/.github/workflows/deploy.yml@main`, sha, ref: 'refs/heads/main' }]
      : null,
    ...{ jobs_url: `${url}/jobs`, logs_url: `${url}/logs`, artifacts_url: `${url}/artifacts` },
    ...{ cancel_url: `${url}/cancel`, rerun_url: `${url}/rerun` },
    previous_attempt_url: isFull ? `${url}/attempts/1` : null,
    check_suite_url: `${api}/repos/${fullName}/check-suites/42`,
    workflow_url: `${api}/repos/${fullName}/actions/workflows/159038`,
    head_commit: isFull ? commit(created_at) : null,
    ...{ repository: repository(fullName, fullness), head_repository: repository(fullName, fullness) },
  };
}

/** The one job of a run. Nobody has taken it yet (`nulls`), or it has been taken and has a step. */
export function jobAnswer(run: FakeRun, name: string, fullName: string, fullness: Fullness): object {
  const { status, conclusion, created_at: at } = run;
  const isFull = fullness === 'full';
  const orNull = <T>(value: T): T | null => (isFull ? value : null);
  const ended = status === 'completed' ? at : null;
  const url = `${api}/repos/${fullName}/actions`;
  const step = { number: 1, name: 'roll out', status, conclusion, started_at: at, completed_at: ended };
  return {
    ...{ id: 399444496, run_id: run.id, run_url: `${url}/runs/${run.id}`, node_id: 'J_1', head_sha: sha },
    ...{ url: `${url}/jobs/399444496`, html_url: orNull(`${site}/${fullName}/runs/1/jobs/2`) },
    ...{ status, conclusion, name, created_at: at, started_at: at, completed_at: ended },
    ...(isFull ? { steps: [step], run_attempt: 1 } : {}),
    check_run_url: `${api}/repos/${fullName}/check-runs/399444496`,
    ...{ labels: ['ubuntu-latest'], runner_id: orNull(1), runner_name: orNull('runner 1') },
    ...{ runner_group_id: orNull(2), runner_group_name: orNull('GitHub Actions') },
    ...{ workflow_name: orNull('Deploy'), head_branch: orNull('main') },
  };
}
