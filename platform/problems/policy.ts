import { quoted, stated, type CatalogueEntry } from './entry.ts';

/** The policy file and what becomes of it. */
export const policyProblems = {
  POLICY_INVALID: {
    title: 'Policy has mistakes',
    message: ({ file, detail }) => stated(`The policy${quoted(file)} has mistakes and was not taken`, detail),
    remedy:
      'Run `gantry check`: it shows each mistake with its line and what to write instead. The policy before stays in force.',
    status: 422,
    retryable: false,
  },
  POLICY_NOT_FOUND: {
    title: 'Policy file not found',
    message: ({ file }) => `There is no policy file${quoted(file)}.`,
    remedy: 'Run `gantry init` to write one for this folder, or correct the name of the file.',
    status: 404,
    retryable: false,
  },
  POLICY_UNREADABLE: {
    title: 'Policy file cannot be read',
    message: ({ file, detail }) => stated(`The policy file${quoted(file)} cannot be read as YAML`, detail),
    remedy: 'Correct the line that is named; `gantry check` shows all of them.',
    status: 422,
    retryable: false,
  },
  POLICY_NONE: {
    title: 'No policy in force',
    message: () => 'No policy has been applied yet, so there are no services to release.',
    remedy: 'Run `gantry init` to write gantry.yaml, then `gantry policy apply`.',
    status: 409,
    retryable: false,
  },
  FACTS_INVALID: {
    title: 'Facts do not fit the policy',
    message: ({ detail }) => stated('The facts name what the policy does not know', detail),
    remedy: 'Correct each place named under `errors`; docs/guides/test-a-policy.md describes the facts.',
    status: 422,
    retryable: false,
  },
} as const satisfies Record<string, CatalogueEntry>;
