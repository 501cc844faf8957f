import { ApplicationFailure } from '@temporalio/common';
import { GantryError } from '../platform/errors.ts';
import type { Activities } from './contract.ts';

/** A known problem as the engine carries it: type is the code, message the sentence; worth repeating only where the catalogue says so. */
export function toFailure(error: GantryError): ApplicationFailure {
  return ApplicationFailure.create({
    type: error.code,
    message: error.problem.detail,
    nonRetryable: !error.problem.retryable,
    details: [{ remedy: error.problem.remedy }],
    cause: error,
  });
}

/** Wraps every activity so that a {@link GantryError} leaves as a failure with its code; anything else is a defect and stays as it is. */
export function knownProblems(activities: Activities): Activities {
  const wrapped = Object.entries(activities).map(
    ([name, activity]: [string, (input: never) => Promise<unknown>]) => [
      name,
      async (input: never) => {
        try {
          return await activity(input);
        } catch (error) {
          throw error instanceof GantryError ? toFailure(error) : error;
        }
      },
    ],
  );
  return Object.fromEntries(wrapped) as Activities;
}
