import { after, quoted, stated, type CatalogueEntry } from './entry.ts';

/** What goes wrong where Gantry touches the world: checks, deployments, metrics, mail. */
export const effectProblems = {
  CHECK_FAILED: {
    title: 'Check failed',
    message: ({ check, detail }) => stated(`The check${quoted(check)} failed`, detail),
    remedy:
      'Read its output on the page of the release. Fix and release a new version, or `gantry release retry` if it was chance.',
    status: 409,
    retryable: false,
  },
  CHECK_ERROR: {
    title: 'Check could not be run',
    message: ({ check, detail }) => stated(`The check${quoted(check)} came to no result`, detail),
    remedy: 'Mend what stopped it, then `gantry release retry`; a check without a result never passes.',
    status: 502,
    retryable: true,
  },
  COMMAND_ARGUMENT_UNSAFE: {
    title: 'Argument refused',
    message: ({ argument, detail }) =>
      stated(`The argument${quoted(argument)} of a command may not be passed on`, detail),
    remedy:
      'Use letters, digits, dots, dashes and slashes in versions, names and references; none may begin with a dash.',
    status: 422,
    retryable: false,
  },
  COMMAND_NOT_FOUND: {
    title: 'Program not found',
    message: ({ command, detail }) => stated(`The program${quoted(command)} cannot be started`, detail),
    remedy:
      'Install it on the worker, or correct `run`, `apply` or `undo` in gantry.yaml; paths are relative to that file.',
    status: 422,
    retryable: false,
  },
  DEPLOYER_UNUSABLE: {
    title: 'Deployer cannot be used',
    message: ({ detail }) => stated('The deployer cannot be used', detail),
    remedy:
      'Correct the deployer in gantry.yaml, or what it names on the worker; docs/guides/deployers.md has an example of each kind.',
    status: 422,
    retryable: false,
  },
  COMMAND_FAILED: {
    title: 'Command failed',
    message: ({ command, exitCode, detail }) =>
      stated(
        `The command${quoted(command)} failed${exitCode === undefined ? '' : ` with exit code ${exitCode}`}`,
        detail,
      ),
    remedy: 'Read its output on the page of the release; the last lines usually say why.',
    status: 502,
    retryable: false,
  },
  COMMAND_TIMED_OUT: {
    title: 'Command took too long',
    message: ({ command, limit }) =>
      `The command${quoted(command)} did not end within ${limit ?? 'its time limit'} and was stopped.`,
    remedy: 'Make it faster, or raise its `timeout` in gantry.yaml.',
    status: 504,
    retryable: true,
  },
  EFFECT_UNKNOWN: {
    title: 'Outcome unknown',
    message: ({ what, detail }) =>
      stated(`It is not known whether ${what ?? 'the last change'} took effect`, detail),
    remedy:
      'Look at the target, then tell Gantry with `gantry release recover`: retry it, or say that it was done by hand.',
    status: 502,
    retryable: false,
  },
  SECRET_MISSING: {
    title: 'Secret missing',
    message: ({ secret }) => `The secret${quoted(secret)} is not known on this worker.`,
    remedy:
      'Set it as an environment variable of the worker, or as a file named by the variable with `_FILE` behind it.',
    status: 422,
    retryable: true,
  },
  SECRET_TOO_SHORT: {
    title: 'Secret too short',
    message: ({ secret }) => `The secret${quoted(secret)} is too short to be hidden safely in outputs.`,
    remedy: 'Use a secret of at least 8 characters.',
    status: 422,
    retryable: false,
  },
  TARGET_REFUSED: {
    title: 'Address refused',
    message: ({ target, detail }) => stated(`Gantry does not call${after(target ?? 'this address')}`, detail),
    remedy:
      'Private and link-local addresses must be allowed by the operator: add host:port to GANTRY_OUTGOING_ALLOW.',
    status: 422,
    retryable: false,
  },
  TARGET_UNREACHABLE: {
    title: 'Address does not answer',
    message: ({ target, detail }) => stated(`${target ?? 'The address'} could not be reached`, detail),
    remedy: 'Check that it runs and that the worker may reach it: `gantry doctor` tries every connection.',
    status: 502,
    retryable: true,
  },
  DEPLOY_FAILED: {
    title: 'Deployment failed',
    message: ({ service, environment, detail }) =>
      stated(
        `The deployment${service === undefined ? '' : ` of ${service}`}${environment === undefined ? '' : ` to ${environment}`} failed`,
        detail,
      ),
    remedy:
      'What was changed is being taken back. Read the output on the page of the release before you try again.',
    status: 502,
    retryable: false,
  },
  METRIC_ERROR: {
    title: 'Metric cannot be read',
    message: ({ metric, detail }) => stated(`The metric${quoted(metric)} gave no usable value`, detail),
    remedy: 'Try its query by hand against the source; a metric without a value is never taken for healthy.',
    status: 502,
    retryable: true,
  },
  AUTHORITIES_UNUSABLE: {
    title: 'Certificates of a source cannot be used',
    message: ({ detail }) => stated('A metric source would not be asked', detail),
    remedy:
      'Put the certificates of the authority that signs for the source (PEM) into the file that `ca` in gantry.yaml names, on every worker, readable for it; or leave `ca` out to trust those of the system.',
    status: 503,
    retryable: false,
  },
  RUNNER_AWAY: {
    title: 'A runner is not there',
    message: ({ detail }) => stated('Checks and deployments of its environments would wait', detail),
    remedy:
      'Start it inside its network with `gantry worker --runner NAME`; what waits for it goes on by itself.',
    status: 503,
    retryable: true,
  },
  MAIL_FAILED: {
    title: 'Mail not sent',
    message: ({ person, detail }) =>
      stated(
        `The mail${person === undefined ? '' : ` to ${person}`} could not be handed to the mail server`,
        detail,
      ),
    remedy:
      'Check SMTP_URL and the address of the person; Gantry tries again for some hours and shows it on the release.',
    status: 502,
    retryable: true,
  },
} as const satisfies Record<string, CatalogueEntry>;
