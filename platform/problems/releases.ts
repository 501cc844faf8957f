import { after, quoted, stated, type CatalogueEntry } from './entry.ts';

/** What could have been meant: the nearest name, else all there are. */
function alternatives(suggestion?: string | number, known?: string | number): string | undefined {
  if (suggestion !== undefined) return `did you mean "${suggestion}"?`;
  return known === undefined || known === '' ? undefined : `it has ${known}`;
}

/** What stands in the way of a release or of a command to it. */
export const releaseProblems = {
  SERVICE_UNKNOWN: {
    title: 'Service unknown',
    message: ({ service, suggestion, known }) =>
      stated(`The policy has no service${quoted(service)}`, alternatives(suggestion, known)),
    remedy: 'Correct the name, or add the service to gantry.yaml and run `gantry policy apply`.',
    status: 422,
    retryable: false,
  },
  ENVIRONMENT_UNKNOWN: {
    title: 'Environment unknown',
    message: ({ environment, suggestion, known }) =>
      stated(`The policy has no environment${quoted(environment)}`, alternatives(suggestion, known)),
    remedy: 'Correct the name, or add the environment to gantry.yaml and run `gantry policy apply`.',
    status: 422,
    retryable: false,
  },
  VERSION_INVALID: {
    title: 'Version invalid',
    message: ({ version, detail }) =>
      stated(`The version${quoted(version)} is not a semantic version`, detail),
    remedy: 'Write it as major.minor.patch, such as 1.4.0 or 1.4.0-rc.1.',
    status: 422,
    retryable: false,
  },
  VERSION_OUTSIDE_RULE: {
    title: 'Version outside the rule of its service',
    message: ({ service, version, rule }) =>
      stated(
        `The version${after(version)} of${after(service ?? 'the service')} may not be released`,
        rule === undefined ? undefined : `the rule is ${rule}`,
      ),
    remedy: 'Release a version within the range, or change `versions` of the service in gantry.yaml.',
    status: 422,
    retryable: false,
  },
  VERSION_IS_TAG: {
    title: 'A tag, not a version',
    message: ({ service, version, meant }) =>
      stated(
        `${version ?? 'What stands here'} is the name of a tag of ${service ?? 'the service'}`,
        meant === undefined ? undefined : `its version is ${meant}`,
      ),
    remedy: ({ meant }) =>
      `Write ${meant ?? 'the version without what `tag` of its source puts around it'}; nothing was recorded.`,
    status: 422,
    retryable: false,
  },
  VERSION_DOWNGRADE: {
    title: 'Version older than what runs',
    message: ({ service, version, environment, running }) =>
      `${service ?? 'The service'}${after(version)} is older than${after(running ?? 'the version')} that runs in ${environment ?? 'an environment of its pipeline'}.`,
    remedy: ({ fix }) =>
      String(
        fix ??
          'If you mean to go back, ask for it: add `--intent rollback` (in the API `"intent": "rollback"`).',
      ),
    status: 409,
    retryable: false,
  },
  VERSION_RUNS_ALREADY: {
    title: 'Version runs already',
    message: ({ service, version, environment, beside }) =>
      `${service ?? 'The service'}${after(version)} runs in ${environment ?? 'every environment of its pipeline'} already${beside === undefined ? '' : `, and beside it ${beside}`}.`,
    remedy: ({ fix }) =>
      String(
        fix ??
          'There is nothing to do. To deploy it again, add `--intent redeploy` (in the API `"intent": "redeploy"`).',
      ),
    status: 409,
    retryable: false,
  },
  VERSION_REUSED: {
    title: 'Version stands for something else',
    message: ({ service, version, detail }) =>
      stated(`${service ?? 'The service'}${after(version)} is known with another digest or commit`, detail),
    remedy: 'A version never changes what it means: give the new build a new version.',
    status: 409,
    retryable: false,
  },
  ALONE_REFUSED: {
    title: 'Not without the stages before',
    message: ({ environment, detail }) =>
      stated(`The release may not go to ${environment ?? 'its last environment'} alone`, detail),
    remedy: ({ fix }) =>
      String(fix ?? 'Let it pass the stages before, too: leave out `--alone` (API: `alone`).'),
    status: 409,
    retryable: false,
  },
  INTENT_MISMATCH: {
    title: 'Intent does not fit',
    message: ({ intent, detail }) =>
      stated(`The intent${quoted(intent)} does not fit what runs there`, detail),
    remedy:
      'Leave the intent out for a newer version; use `redeploy` for the same one and `rollback` for an older one.',
    status: 409,
    retryable: false,
  },
  ROLLBACK_TARGET_MISSING: {
    title: 'Nothing to go back to',
    message: ({ service, environment }) =>
      `No earlier version of ${service ?? 'the service'} is known to have run well in ${environment ?? 'that environment'}.`,
    remedy:
      'Record what ran there with `gantry adopt SERVICE VERSION ENVIRONMENT`, or release a good version forward.',
    status: 409,
    retryable: false,
  },
  ADOPTION_NEEDS_REASON: {
    title: 'Adoption needs a reason',
    message: ({ service, environment, version }) =>
      `${service ?? 'The service'}${version === undefined ? '' : ` ${version}`} was released to ${environment ?? 'that environment'} through Gantry, so its record says what runs there.`,
    remedy: 'Say how you know better with `--reason TEXT` (API: `reason`); nothing was recorded.',
    status: 422,
    retryable: false,
  },
  COMPONENT_DUPLICATE: {
    title: 'Service named twice',
    message: ({ service }) => `The service${quoted(service)} stands in this release more than once.`,
    remedy: 'Name each service once, with the one version that you mean.',
    status: 422,
    retryable: false,
  },
  PIPELINE_MISMATCH: {
    title: 'Services of different pipelines',
    message: ({ detail }) => stated('The services of this release do not pass the same pipeline', detail),
    remedy: 'Make one release for each pipeline, or give the services the same one in gantry.yaml.',
    status: 422,
    retryable: false,
  },
  COMMIT_UNKNOWN: {
    title: 'Commit unknown',
    message: ({ service, version, ref, detail }) =>
      stated(
        `The source of ${service ?? 'the service'} has no commit for${after(ref ?? version ?? 'this version')}`,
        detail,
      ),
    remedy: ({ remedy }) => String(remedy ?? 'Push the commit and its tag, or name another with `--ref`.'),
    status: 422,
    retryable: true,
  },
  COMMIT_NOT_ON_BRANCH: {
    title: 'Commit not on the branch',
    message: ({ commit, branch }) =>
      `The commit${after(commit)} cannot be reached from the branch${quoted(branch)}.`,
    remedy: 'Merge it first, or correct `branch` under `source` in gantry.yaml.',
    status: 422,
    retryable: true,
  },
  SOURCE_UNREADABLE: {
    title: 'Source cannot be read',
    message: ({ service, detail }) =>
      stated(`The Git source of ${service ?? 'the service'} cannot be read`, detail),
    remedy: 'Check `source.git` in gantry.yaml and that this machine may read it: `gantry doctor` tries it.',
    status: 502,
    retryable: true,
  },
  RELEASE_OPEN: {
    title: 'Release already open',
    message: ({ title, release, id }) =>
      `${title ?? 'The same version'} is being released at this moment${quoted(release ?? id)}.`,
    remedy: 'Follow that release with `gantry release follow`, or abort it before you start another.',
    status: 409,
    retryable: false,
  },
  RELEASE_ENDED: {
    title: 'Release has ended',
    message: ({ release, state }) =>
      `The release${quoted(release)} has ended${state === undefined ? '' : ` (${state})`}; nothing can change it any more.`,
    remedy: 'Start a new release of the same or another version.',
    status: 409,
    retryable: false,
  },
  RELEASE_NOT_STARTED: {
    title: 'Release not started yet',
    message: ({ release }) =>
      `The release${quoted(release)} is accepted and waits for the engine to take it.`,
    remedy:
      'Try again in a few seconds; `gantry doctor` says whether the engine and a worker can be reached.',
    status: 409,
    retryable: true,
  },
  TRAIN_NOT_STARTED: {
    title: 'Train not started yet',
    message: ({ train }) =>
      `The train${quoted(train)} is in the policy, and no worker has planned its next departure yet.`,
    remedy:
      'Try again in a few seconds; `gantry doctor` says whether the engine and a worker can be reached.',
    status: 409,
    retryable: true,
  },
  ENGINE_DISAGREES: {
    title: 'Record and Temporal disagree',
    message: ({ detail }) => stated('Record and Temporal are of different moments', detail),
    remedy: ({ fix }) =>
      String(
        fix ??
          'Stop Gantry, and restore both from copies of one moment. Where there are none, docs/guides/operations.md says under “Copies of two moments” what to do in each case.',
      ),
    status: 409,
    retryable: false,
  },
  CLOSE_REFUSED: {
    title: 'Not to be closed in the record',
    message: ({ detail }) =>
      stated('A release is closed in the record only where Temporal has no workflow of it', detail),
    remedy:
      'Where its workflow runs, end the release as ever: `gantry release abort`. Where that has ended in Temporal, or is unknown, look at it in the Temporal UI; once it is terminated and deleted there (`temporal workflow delete`), this is possible.',
    status: 409,
    retryable: false,
  },
  COMMAND_NOT_POSSIBLE: {
    title: 'Not possible now',
    message: ({ command, state, detail }) =>
      stated(
        `${command ?? 'The command'} is not possible${state === undefined ? ' at this moment' : ` while the release is ${state}`}`,
        detail,
      ),
    remedy: ({ remedy }) =>
      String(remedy ?? '`gantry release why` says what the release waits for and what can be done now.'),
    status: 409,
    retryable: false,
  },
  AUTHORITY_MISSING: {
    title: 'Not yours to decide',
    message: ({ detail }) => stated('You do not have the authority for this', detail),
    remedy: 'Ask somebody who has it: `gantry release why` names who may act.',
    status: 403,
    retryable: false,
  },
  CONDITION_INVALID: {
    title: 'Condition cannot be met',
    message: ({ detail }) => stated('This condition cannot be met', detail),
    remedy: ({ fix }) =>
      String(
        fix ?? 'Name a person or team of gantry.yaml, a stage that has not started, and a due time to come.',
      ),
    status: 422,
    retryable: false,
  },
  REVIEW_OVERDUE: {
    title: 'A review is overdue',
    message: ({ detail }) => stated('A break-glass of this service was not reviewed in time', detail),
    remedy: ({ fix }) =>
      String(
        fix ??
          'Somebody who did not break it reviews it: `gantry review list`, then `gantry review done`. Hotfixes (`--urgent`) go on meanwhile, and rollbacks to an older version or to one that ran there.',
      ),
    status: 409,
    retryable: false,
  },
  STALE: {
    title: 'Seen state is old',
    message: ({ what, detail }) =>
      stated(`${what ?? 'The release'} has changed since you looked at it`, detail),
    remedy: 'Look again, then decide on what you see now.',
    status: 412,
    retryable: false,
  },
  DENIED_BY_GATE: {
    title: 'Denied by a gate',
    message: ({ gate, detail }) => stated(`The gate${quoted(gate)} does not let this release on`, detail),
    remedy: ({ fix }) => String(fix ?? '`gantry release why` names the rule and what would satisfy it.'),
    status: 409,
    retryable: false,
  },
  DECISION_PENDING: {
    title: 'Decision received, not yet counted',
    message: () => 'The decision is written down; the engine has not counted it yet.',
    remedy:
      'Nothing needs to be done: it is delivered as soon as the engine answers, and counts from when it was received.',
    status: 202,
    retryable: true,
  },
} as const satisfies Record<string, CatalogueEntry>;
