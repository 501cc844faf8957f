import {
  ApplicationFailure,
  isGrpcServiceError,
  ActivityFailure,
  TimeoutFailure,
  WorkflowExecutionAlreadyStartedError,
  WorkflowFailedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { problemCodes, type ProblemCode } from '../domain/problem-code.ts';
import { GantryError } from '../platform/errors.ts';
import { DeadlinePassed } from '../platform/temporal/connect.ts';
import { isDropped } from '../platform/temporal/until-taken.ts';
import { saying } from './saying.ts';

/**
 * What a failed call to Temporal means, in our own codes; anything that is none of these is a defect and comes back as it was.
 * - a refusal by the workflow carries our code as its type and our sentence as its message;
 * - no answer in time never means "did not happen": the same id may be sent again (ux §2.2, status 504);
 * - a workflow that is unknown or closed is `RELEASE_ENDED` here, and the caller looks into the record for which.
 */
export function engineProblem(error: unknown): unknown {
  if (error instanceof WorkflowUpdateFailedError) return refusal(error);
  if (error instanceof WorkflowFailedError) return failedLook(error);
  if (error instanceof WorkflowExecutionAlreadyStartedError)
    return new GantryError('RELEASE_ENDED', {}, { cause: error });
  if (error instanceof WorkflowNotFoundError) return new GantryError('RELEASE_ENDED', {}, { cause: error });
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) return unanswered(error);
  if (error instanceof DeadlinePassed) return unreachable(error);
  if (isDropped(error)) return interrupted(error);
  if (error instanceof Error && passing.has(statusOf(error) ?? -1)) return unreachable(error);
  return error;
}

/** CANCELLED, DEADLINE_EXCEEDED, PERMISSION_DENIED, RESOURCE_EXHAUSTED, UNAVAILABLE, UNAUTHENTICATED: none of our doing. */
const passing = new Set([1, 4, 7, 8, 14, 16]);

/** The gRPC status of an error, which the client wraps in one of its own, or of its cause. */
function statusOf(error: unknown): number | undefined {
  if (isGrpcServiceError(error)) return error.code;
  return error instanceof Error ? statusOf(error.cause) : undefined;
}

const isProblemCode = (text: string | null | undefined): text is ProblemCode =>
  (problemCodes as readonly string[]).includes(text ?? '');

function refusal(error: WorkflowUpdateFailedError): unknown {
  const { cause } = error;
  if (!(cause instanceof ApplicationFailure) || !isProblemCode(cause.type)) return error;
  return saying(new GantryError(cause.type, { detail: cause.message }, { cause: error }), {
    detail: cause.message,
  });
}

/** A workflow that somebody waited for: the problem of its activity, or no worker was there in time. */
function failedLook(error: WorkflowFailedError): unknown {
  let { cause } = error;
  while (cause instanceof ActivityFailure) ({ cause } = cause);
  if (cause instanceof TimeoutFailure) return unanswered(error);
  if (!(cause instanceof ApplicationFailure) || !isProblemCode(cause.type)) return error;
  return saying(new GantryError(cause.type, { detail: cause.message }, { cause: error }), {
    detail: cause.message,
  });
}

const unanswered = (cause: Error): GantryError =>
  saying(new GantryError('TEMPORAL_UNREACHABLE', {}, { cause }), {
    detail: 'No worker answered in time; what you asked may still be done.',
    status: 504,
    retryable: true,
  });

const interrupted = (cause: unknown): GantryError =>
  saying(new GantryError('TEMPORAL_UNREACHABLE', {}, { cause }), {
    detail: 'The workflow was interrupted at this very moment, time and again, so nothing was done.',
    status: 503,
    retryable: true,
  });

const unreachable = (cause: Error): GantryError =>
  saying(new GantryError('TEMPORAL_UNREACHABLE', {}, { cause }), {
    detail: 'The Temporal server did not answer within 5 seconds.',
    status: 503,
    retryable: true,
  });
