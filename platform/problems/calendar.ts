import { quoted, stated, type CatalogueEntry } from './entry.ts';

/** Windows, freezes, overrides, reservations and what releases wait for. */
export const calendarProblems = {
  CALENDAR_RULE_INVALID: {
    title: 'Window or freeze cannot be taken',
    message: ({ rule, detail }) => stated(`The rule${quoted(rule)} cannot be taken`, detail),
    remedy:
      'Correct what is named and ask for a preview: it lists the next ten times at which the rule would hold.',
    status: 422,
    retryable: false,
  },
  CALENDAR_RULE_EXISTS: {
    title: 'Name taken in the calendar',
    message: ({ rule, origin }) =>
      `There is already a window or freeze called${quoted(rule)}${origin === 'policy' ? ' in gantry.yaml' : origin === 'api' ? ', made outside gantry.yaml' : ''}.`,
    remedy: 'Choose another name, or lift the one that is there first.',
    status: 409,
    retryable: false,
  },
  CALENDAR_RULE_OF_POLICY: {
    title: 'Rule stands in gantry.yaml',
    message: ({ rule }) => `The rule${quoted(rule)} comes from gantry.yaml, so it is changed there alone.`,
    remedy:
      'Change gantry.yaml and run `gantry policy apply`. For one release give an override; to close more, add a freeze.',
    status: 409,
    retryable: false,
  },
  CALENDAR_REASON_MISSING: {
    title: 'Reason missing',
    message: ({ detail }) => stated('A change of the calendar needs a reason', detail),
    remedy: 'Say in a sentence why: everybody whose release is concerned will read it.',
    status: 422,
    retryable: false,
  },
  OVERRIDE_INVALID: {
    title: 'Override cannot be given',
    message: ({ freeze, asked, detail }) =>
      stated(
        asked === undefined
          ? `The freeze${quoted(freeze)} cannot be overridden like this`
          : `You cannot agree to the override ${asked} of${quoted(freeze)}`,
        detail,
      ),
    remedy: ({ remedy }) =>
      String(
        remedy ??
          'An override is for one revision of one freeze, one open release and one environment that is still to come; it needs a reason of 10 characters and ends within 24 hours.',
      ),
    status: 422,
    retryable: false,
  },
  OVERRIDE_BUDGET_SPENT: {
    title: 'A second person is needed',
    message: ({ team, detail }) =>
      stated(
        `The overrides of${team === undefined ? ' this team' : ` team ${team}`} for these 30 days are used up`,
        detail,
      ),
    remedy: 'Ask a release manager, other than you, to agree to this override; until then it opens nothing.',
    status: 409,
    retryable: false,
  },
  RESERVATION_CONFLICT: {
    title: 'Reserved by somebody else',
    message: ({ environment, holder, detail }) =>
      stated(
        `${environment ?? 'The environment'} is reserved${holder === undefined ? '' : ` by ${holder}`} in this time`,
        detail,
      ),
    remedy: 'Choose another time, ask the holder to release it, or reserve it with `overlap` on both sides.',
    status: 409,
    retryable: false,
  },
  DEPENDENCY_CYCLE: {
    title: 'Releases would wait for each other',
    message: ({ path }) => stated('This release would wait for itself', path),
    remedy:
      'Leave out one of the dependencies on this way round, or release these versions together as one release.',
    status: 409,
    retryable: false,
  },
  START_PASSED: {
    title: 'Time in the past',
    message: ({ detail }) => stated('No release can start or wait until then', detail),
    remedy: ({ field }) =>
      field === 'startBy'
        ? 'Give a latest start that is still to come, such as `--start-by +4h`, or leave it out: without one it may start whenever it can.'
        : field === 'at'
          ? 'Give a start that is still to come, such as `--at +2h`, or leave it out: it starts as soon as it may.'
          : 'Give a time to come, such as `--at +2h`, `--start-by +4h` or `--until +20h`; leave the times of a start out to start as soon as it may.',
    status: 422,
    retryable: false,
  },
  PERSON_UNKNOWN: {
    title: 'Person unknown',
    message: ({ person, suggestion }) =>
      stated(
        `The policy has no person${quoted(person)}`,
        suggestion === undefined ? undefined : `did you mean "${suggestion}"?`,
      ),
    remedy: 'Correct the name, or add the person to gantry.yaml and run `gantry policy apply`.',
    status: 422,
    retryable: false,
  },
} as const satisfies Record<string, CatalogueEntry>;
