import type { RunnableCheck } from '../../domain/policy/check.schema.ts';
import type { Outgoing } from '../../platform/outgoing.ts';
import { commandCheck } from './command.ts';
import { httpCheck } from './http.ts';
import type { Checker } from './port.ts';

type Checkers = { [Kind in RunnableCheck['kind']]: Checker<Extract<RunnableCheck, { kind: Kind }>> };

/** All kinds of checks; a kind in the policy without a line here does not compile. */
export const createCheckers = (outgoing: Outgoing): Checkers => ({
  command: commandCheck,
  http: httpCheck(outgoing),
});

/** The checker of this check's kind. */
export const checkerOf = (checkers: Checkers, check: RunnableCheck): Checker<RunnableCheck> =>
  checkers[check.kind] as Checker<RunnableCheck>;
