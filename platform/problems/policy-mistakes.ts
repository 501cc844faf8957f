import { stated, type CatalogueEntry } from './entry.ts';

const mistake = (title: string, sentence: string, remedy: string): CatalogueEntry => ({
  title,
  message: ({ detail }) => stated(sentence, detail),
  remedy,
  status: 422,
  retryable: false,
});

/** Mistakes in a policy file; `gantry check` shows each with its line, column and what to write instead. */
export const policyMistakes = {
  ASSURANCE_NEEDS_PROVIDER: mistake(
    'Nobody can sign in here',
    'The policy asks for decisions that only a sign-in proves, and no OpenID provider is configured',
    'Set OIDC_ISSUER and OIDC_CLIENT_ID (docs/guides/sign-in-with-openid.md), or ask for `link` or `link+code`; Gantry never asks for less by itself.',
  ),
  POLICY_SYNTAX: mistake(
    'Not valid YAML',
    'The file breaks a rule of YAML',
    'Look at the line that is named and the one above it: often a wrong indent, a tab, or a missing quote.',
  ),
  POLICY_TOO_LARGE: mistake(
    'Policy too large',
    'The file is larger than a policy may be',
    'Take out what is no policy; a file may also expand too far through YAML aliases, so write those out.',
  ),
  POLICY_FIELD_UNKNOWN: mistake(
    'Unknown field',
    'The file has a field that Gantry does not know',
    'Correct its spelling or take it out; a field that is not understood is never ignored.',
  ),
  POLICY_FIELD_MISSING: mistake(
    'Field missing',
    'A field that is needed is missing',
    'Add it at the place that is named; the reference of gantry.yaml describes it.',
  ),
  POLICY_FIELD_INVALID: mistake(
    'Value not possible',
    'A field has a value that is not possible there',
    'Write a value of the kind that is named; the reference of gantry.yaml shows an example.',
  ),
  POLICY_NAME_INVALID: mistake(
    'Name not possible',
    'A name has characters that a name cannot have',
    'Use lower-case letters, digits and dashes, and begin with a letter.',
  ),
  POLICY_REFERENCE_UNKNOWN: mistake(
    'Reference to nothing',
    'The file means something that it does not describe',
    'Correct the name, or describe the person, role, service, environment or pipeline that it means.',
  ),
  POLICY_DUPLICATE: mistake(
    'Described twice',
    'The same name is given to two things',
    'Rename one of them, or take one out.',
  ),
  POLICY_CYCLE: mistake(
    'Services depend in a circle',
    'Services depend on each other in a circle, so none could be deployed first',
    'Take out one `dependsOn` of the circle.',
  ),
  POLICY_ZONE_UNKNOWN: mistake(
    'Time zone unknown',
    'A time zone is not known',
    'Write an IANA name such as Europe/Berlin or UTC.',
  ),
  POLICY_DURATION_INVALID: mistake(
    'Duration not readable',
    'A duration cannot be read',
    'Write a number with a unit, such as 30s, 10m, 4h or 3d.',
  ),
  POLICY_VERSION_RANGE_INVALID: mistake(
    'Version range not readable',
    'A range of versions cannot be read',
    'Write it as npm does, such as ">=1.0.0" or "1.x".',
  ),
  POLICY_ROLLOUT_INVALID: mistake(
    'Rollout steps not possible',
    'The steps of a rollout are not possible',
    'Weights rise from step to step, from above 0 up to 100; the last one is 100.',
  ),
  POLICY_APPROVAL_RULE_INVALID: mistake(
    'Approval rule not possible',
    'An approval rule contradicts itself',
    'Name either a role or people, and a number of votes of at least 1.',
  ),
  POLICY_APPROVAL_UNREACHABLE: mistake(
    'Approval nobody can give',
    'An approval rule asks for more people than could ever vote',
    'Give the role to more people, lower `atLeast`, or loosen `not`.',
  ),
  POLICY_CONDITION_INVALID: mistake(
    'Condition not readable',
    'A condition of a metric cannot be read',
    'Compare `value` with a number, such as "value > 0.02".',
  ),
  POLICY_METRIC_INVALID: mistake(
    'Metric not possible',
    'A metric can never be judged as it is written',
    'Give it a condition, a source and limits that fit each other.',
  ),
  POLICY_PLACEHOLDER_UNKNOWN: mistake(
    'Placeholder unknown',
    'A placeholder in double braces stands for nothing',
    'Use one of those that the reference names for this place, such as {{version}} or {{environment}}.',
  ),
  POLICY_GATE_INVALID: mistake(
    'Gate not possible',
    'A gate could never open as it is written, or asks for what is not there',
    'Let it name stages that come before, times that can be reached, and what the service has.',
  ),
  POLICY_EXISTS: {
    title: 'Policy file exists',
    message: ({ file }) => `${file ?? 'The policy file'} exists already and was left as it is.`,
    remedy: 'Edit it by hand, or let `gantry init --force` write over it.',
    status: 409,
    retryable: false,
  },
} as const satisfies Record<string, CatalogueEntry>;
