import { quoted, stated, type CatalogueEntry } from './entry.ts';

/** Decisions that cannot be taken as they came. */
export const approvalProblems = {
  APPROVAL_NOT_OPEN: {
    title: 'No approval open',
    message: ({ detail }) => stated('This approval is not open for decisions', detail),
    remedy: 'Nothing needs to be done. The page of the release says what it waits for now.',
    status: 409,
    retryable: false,
  },
  APPROVAL_UNKNOWN: {
    title: 'Approval not known yet',
    message: ({ detail }) => stated('The release does not know of this request yet', detail),
    remedy: 'Nothing needs to be done: the decision is delivered again in a moment.',
    status: 503,
    retryable: true,
  },
  APPROVAL_EXPIRED: {
    title: 'Approval expired',
    message: ({ deadline }) =>
      `The time for this decision is over${deadline === undefined ? '' : ` since ${deadline}`}; silence never approves.`,
    remedy: 'Ask whoever started the release to start it again if it is still wanted.',
    status: 410,
    retryable: false,
  },
  APPROVAL_NOT_ASKED: {
    title: 'Not asked',
    message: ({ person }) => `${person ?? 'This person'} is not among those whom this approval asks.`,
    remedy: 'The page of the release names who is asked. Roles are given under `people` in gantry.yaml.',
    status: 403,
    retryable: false,
  },
  APPROVAL_EXCLUDED: {
    title: 'May not decide this one',
    message: ({ person, detail }) =>
      stated(`${person ?? 'This person'} may not decide on this release`, detail),
    remedy: 'Somebody else with the role has to decide; the rule is `not` of the approval in gantry.yaml.',
    status: 403,
    retryable: false,
  },
  APPROVAL_ASSURANCE_LOW: {
    title: 'Vote not proven well enough',
    message: ({ detail }) => stated('The approval rule wants to be surer of who votes', detail),
    remedy:
      'Decide in the way that the rule asks for: `assurance` of the rule or of the stage in gantry.yaml names it.',
    status: 403,
    retryable: false,
  },
  APPROVAL_REMINDED_LATELY: {
    title: 'Reminded a short while ago',
    message: ({ detail }) => stated('People were reminded of this request within the last hour', detail),
    remedy: 'Wait until the hour is over, or talk to them: `gantry release why` names who is missing.',
    status: 429,
    retryable: true,
  },
  APPROVAL_DIGEST_CHANGED: {
    title: 'Release changed since it was shown',
    message: () => 'What you were asked to decide has changed since then, so the decision was not counted.',
    remedy: 'Open the newest mail about this release, look at what changed, and decide on that.',
    status: 409,
    retryable: false,
  },
  APPROVAL_ALREADY_ANSWERED: {
    title: 'Already decided',
    message: ({ choice, at }) =>
      `You have decided before${choice === undefined ? '' : `: ${choice}`}${at === undefined ? '' : `, at ${at}`}. The first decision stands.`,
    remedy: 'To take an approval back, use the link in the confirmation mail while the grace time runs.',
    status: 409,
    retryable: false,
  },
  APPROVAL_REASON_MISSING: {
    title: 'Reason missing',
    message: () => 'A rejection needs a reason: those who made the release will read it.',
    remedy: 'Write a sentence that says what has to change.',
    status: 422,
    retryable: false,
  },
  APPROVAL_COMMENT_MISSING: {
    title: 'Comment missing',
    message: () => 'At this risk whoever approves says why in a comment; the approval was not received.',
    remedy: 'Write a sentence that says why it may go on, and send the approval again.',
    status: 422,
    retryable: false,
  },
  APPROVAL_VERSION_MISTYPED: {
    title: 'Version mistyped',
    message: ({ expected }) =>
      `The version that you typed is not the one that would be released${expected === undefined ? '' : `, which is ${expected}`}.`,
    remedy: 'Type the version exactly as the page shows it.',
    status: 422,
    retryable: false,
  },
  APPROVAL_UNREACHABLE: {
    title: 'Approval cannot be reached',
    message: ({ rule, detail }) =>
      stated(`Not enough people can satisfy the approval rule${quoted(rule)}`, detail),
    remedy: 'Give the role to more people in gantry.yaml, or lower `atLeast`; then start the release again.',
    status: 409,
    retryable: false,
  },
  ABSENCE_INVALID: {
    title: 'No such absence can be',
    message: ({ detail }) => stated('This absence cannot be written down', detail),
    remedy: ({ fix }) =>
      String(fix ?? 'Give an end that is ahead and after its beginning, and somebody else as the delegate.'),
    status: 422,
    retryable: false,
  },
  ABSENCE_OVERLAPS: {
    title: 'Away already',
    message: ({ detail }) => stated('Two absences of one person cannot overlap', detail),
    remedy: ({ fix }) =>
      String(
        fix ??
          'Give times before or after the other one; or end that with `gantry away end`, and say anew from when to when it is.',
      ),
    status: 409,
    retryable: false,
  },
  EXCLUSION_UNKNOWN: {
    title: 'Exclusion cannot be decided',
    message: ({ detail }) => stated('It is not known who must not decide on this release', detail),
    remedy:
      'Add the Git names and addresses of your people as `aliases` in gantry.yaml, so that authors can be told apart.',
    status: 409,
    retryable: false,
  },
} as const satisfies Record<string, CatalogueEntry>;
