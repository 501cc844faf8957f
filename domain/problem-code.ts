/** Every problem that Gantry can report, by its published name; `platform/errors.ts` explains each. Never renamed or reused. */
export const problemCodes = [
  // input
  'REQUEST_MALFORMED',
  'REQUEST_INVALID',
  'PARAMETER_UNKNOWN',
  'IDEMPOTENCY_KEY_MISSING',
  'IDEMPOTENCY_KEY_REUSED',
  'IDEMPOTENCY_IN_PROGRESS',
  'BODY_TOO_LARGE',
  'MEDIA_TYPE_UNSUPPORTED',
  'METHOD_NOT_ALLOWED',
  'RATE_LIMITED',
  'NOT_FOUND',
  'AMBIGUOUS_ID',
  // who
  'NOT_SIGNED_IN',
  'TOKEN_INVALID',
  'NOT_ALLOWED',
  'ORIGIN_REFUSED',
  'HOST_REFUSED',
  'SIGN_IN_LINK_INVALID',
  // releases
  'SERVICE_UNKNOWN',
  'ENVIRONMENT_UNKNOWN',
  'VERSION_INVALID',
  'VERSION_OUTSIDE_RULE',
  'VERSION_DOWNGRADE',
  'VERSION_RUNS_ALREADY',
  'VERSION_REUSED',
  'INTENT_MISMATCH',
  'ROLLBACK_TARGET_MISSING',
  'COMPONENT_DUPLICATE',
  'PIPELINE_MISMATCH',
  'COMMIT_UNKNOWN',
  'COMMIT_NOT_ON_BRANCH',
  'SOURCE_UNREADABLE',
  'RELEASE_OPEN',
  'RELEASE_ENDED',
  'RELEASE_NOT_STARTED',
  'COMMAND_NOT_POSSIBLE',
  'STALE',
  'DENIED_BY_GATE',
  // approvals
  'APPROVAL_NOT_OPEN',
  'APPROVAL_EXPIRED',
  'APPROVAL_NOT_ASKED',
  'APPROVAL_EXCLUDED',
  'APPROVAL_DIGEST_CHANGED',
  'APPROVAL_ALREADY_ANSWERED',
  'APPROVAL_REASON_MISSING',
  'APPROVAL_VERSION_MISTYPED',
  'APPROVAL_UNREACHABLE',
  'EXCLUSION_UNKNOWN',
  // effects
  'CHECK_FAILED',
  'CHECK_ERROR',
  'COMMAND_ARGUMENT_UNSAFE',
  'COMMAND_NOT_FOUND',
  'COMMAND_FAILED',
  'COMMAND_TIMED_OUT',
  'EFFECT_UNKNOWN',
  'SECRET_MISSING',
  'SECRET_TOO_SHORT',
  'TARGET_REFUSED',
  'TARGET_UNREACHABLE',
  'DEPLOY_FAILED',
  'METRIC_ERROR',
  'MAIL_FAILED',
  // policy
  'POLICY_INVALID',
  'POLICY_NOT_FOUND',
  'POLICY_UNREADABLE',
  'POLICY_NONE',
  // running it
  'PORT_IN_USE',
  'DATA_IN_USE',
  'DATA_TOO_OPEN',
  'DISK_FULL',
  'STORAGE_FULL',
  'STORAGE_UNAVAILABLE',
  'DATABASE_TOO_NEW',
  'DATABASE_UNREACHABLE',
  'DATABASE_BINARY_MISSING',
  'TEMPORAL_CLI_MISSING',
  'TEMPORAL_VERSION_CHANGED',
  'TEMPORAL_START_FAILED',
  'TEMPORAL_UNREACHABLE',
  'DECISION_PENDING',
  'CONFIGURATION_INVALID',
  'AUDIT_INVALID',
  'BACKUP_UNREADABLE',
  'BACKUP_TARGET_NOT_EMPTY',
  'SERVER_UNREACHABLE',
  'USAGE',
  'DEFECT',
] as const;

export type ProblemCode = (typeof problemCodes)[number];

/** A known problem as it travels: in a reply, a failure, a page. `changed` says whether anything happened. */
export interface Problem {
  code: ProblemCode;
  title: string;
  detail: string;
  remedy: string;
  status: number;
  retryable: boolean;
  changed: boolean;
  errors?: FieldProblem[];
}

/** One mistake among several, with its place: a JSON pointer, or a line and column of a file. */
export interface FieldProblem {
  pointer: string;
  code: string;
  detail: string;
  remedy: string;
}
