import { describe, expect, test } from '@jest/globals';
import {
  ApplicationFailure,
  ServiceError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { GantryError } from '../platform/errors.ts';
import { DeadlinePassed } from '../platform/temporal/connect.ts';
import { engineProblem } from './engine-problem.ts';

const grpc = (code: number, message: string) =>
  Object.assign(new Error(message), { code, details: message, metadata: {} });
const serviceError = (code: number) =>
  new ServiceError('Failed to query Workflow', { cause: grpc(code, 'gone') });
const dropped = new ServiceError('Workflow Update failed', {
  cause: grpc(9, 'Unable to perform workflow execution update due to unexpected workflow task failure.'),
});

describe('a failed call to Temporal', () => {
  test('that the workflow refused carries its code and its sentence', () => {
    const cause = ApplicationFailure.nonRetryable('It is held by ana.', 'COMMAND_NOT_POSSIBLE');
    const problem = engineProblem(new WorkflowUpdateFailedError('refused', cause));
    expect(problem).toMatchObject({
      problem: { code: 'COMMAND_NOT_POSSIBLE', detail: 'It is held by ana.', status: 409 },
    });
  });

  test('that the workflow refused with a code nobody knows stays a defect', () => {
    const error = new WorkflowUpdateFailedError(
      'refused',
      ApplicationFailure.nonRetryable('?', 'NoSuchCode'),
    );
    expect(engineProblem(error)).toBe(error);
  });

  test.each([
    [
      'no worker answered',
      new WorkflowUpdateRPCTimeoutOrCancelledError('timeout', { cause: grpc(4, 'deadline') }),
      504,
    ],
    ['the server does not answer in time', serviceError(4), 503],
    ['the server is away', serviceError(14), 503],
    ['the call was cancelled', serviceError(1), 503],
    ['the call did not come back by its deadline', new DeadlinePassed('late'), 503],
    ['our key is not accepted', serviceError(16), 503],
    ['the workflow was interrupted time and again', dropped, 503],
  ])('because %s may be repeated', (_, error, status) => {
    expect(engineProblem(error)).toMatchObject({
      problem: { code: 'TEMPORAL_UNREACHABLE', status, retryable: true },
    });
  });

  test.each([
    [
      'is unknown or completed',
      new WorkflowNotFoundError('workflow execution already completed', 'release/shop/1.4.0', undefined),
    ],
    [
      'was there before and has closed',
      new WorkflowExecutionAlreadyStartedError('already started', 'release/shop/1.4.0', 'release'),
    ],
  ])('for a workflow that %s says that it has ended', (_, error) => {
    expect(engineProblem(error)).toMatchObject({ problem: { code: 'RELEASE_ENDED' } });
  });

  test('keeps its cause for the log', () => {
    const error = serviceError(14);
    const problem = engineProblem(error);
    expect(problem).toBeInstanceOf(GantryError);
    expect((problem as GantryError).cause).toBe(error);
  });

  test('that was wrong in itself stays a defect', () => {
    const error = serviceError(3);
    expect(engineProblem(error)).toBe(error);
  });

  test('that is none of these is handed on as it is', () => {
    const defect = new TypeError('undefined is not a function');
    expect(engineProblem(defect)).toBe(defect);
  });
});
