import { log } from '@temporalio/workflow';
import type {
  CalendarChangedMessage,
  Command,
  LockGrant,
  LockRequest,
  OutrunMessage,
  QuarantineChangedMessage,
  SupersededMessage,
} from './contract.ts';
import type { RegressionChangedMessage } from './contract-regression.ts';
import type { Quarantine } from '../domain/gates/quarantine/evaluate.ts';
import type { Regression } from '../domain/watch/regression.ts';
import { refusal } from './failures.ts';

/**
 * Whoever reaches the engine may send anything, and an exception in a handler would stall the run for good. So what comes in
 * is looked at first: a signal that is none is logged and ignored, an update that is none is refused by its validator.
 */
type Shape<Message> = { [Field in keyof Message]?: (value: unknown) => boolean };

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';
const isNumber = (value: unknown): boolean => Number.isFinite(value);
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);
const isActor = (value: unknown): boolean => isOf<{ id: string }>({ id: isText }, value);

/** Whether a value has every field of a shape, as the shape has it. */
function isOf<Message>(shape: Shape<Message>, value: unknown): value is Message {
  if (typeof value !== 'object' || value === null) return false;
  const fields = Object.entries<((field: unknown) => boolean) | undefined>(shape);
  return fields.every(([name, isRight]) => isRight?.((value as Record<string, unknown>)[name]));
}

export const isWake = (message: unknown): message is CalendarChangedMessage =>
  isOf<CalendarChangedMessage>({ wakeId: isText, revision: isNumber, sentence: isText }, message);

export const isGrant = (message: unknown): message is LockGrant =>
  isOf<LockGrant>({ environment: isText, fence: isNumber }, message);

export const isOutrun = (message: unknown): message is OutrunMessage =>
  isOf<OutrunMessage>({ environment: isText, because: isText }, message);

export const isSuperseded = (message: unknown): message is SupersededMessage =>
  isOf<SupersededMessage>({ releaseId: isText, title: isText, by: isText }, message);

export const isQuarantineNews = (message: unknown): message is QuarantineChangedMessage =>
  isOf<QuarantineChangedMessage>(
    { revision: isNumber, sentence: isText, quarantine: (value) => isOf<Quarantine>({ id: isText }, value) },
    message,
  );

export const isRegression = (message: unknown): message is RegressionChangedMessage =>
  isOf<RegressionChangedMessage>(
    {
      revision: isNumber,
      sentence: isText,
      regression: (value) =>
        isOf<Regression>({ incident: isText, service: isText, version: isText, title: isText }, value),
    },
    message,
  );

export const isOwner = (message: unknown): message is string => isText(message);

const latest = Date.parse('2200-01-01T00:00:00Z');

/** Whether a text is an instant that every part can reckon with; one that is not would fail in an activity without end. */
export const isInstant = (text: unknown): text is string =>
  typeof text === 'string' && Date.parse(text) >= 0 && Date.parse(text) < latest;

/** Says in the worker's log that a signal was no message, and that nothing came of it. */
export function ignored(signal: string): void {
  log.warn(`signal ${signal} was ignored: it is not a message of this kind`);
}

/** Throws `COMMAND_NOT_POSSIBLE` where a command says neither who gives it nor which it is. */
export function assertCommand(command: unknown): asserts command is Command {
  if (!isOf<Command>({ by: isActor, commandId: isText }, command))
    throw refusal('COMMAND_NOT_POSSIBLE', 'This is no command: it needs `by` and `commandId`.');
}

/** Throws `COMMAND_NOT_POSSIBLE` where a request for a lock does not say for whom and for what. */
export function assertLockRequest(request: unknown): asserts request is LockRequest {
  const shape: Shape<LockRequest> = {
    owner: isText,
    releaseId: isText,
    title: isText,
    keys: isTexts,
    classRank: isNumber,
    requestedAt: isText,
  };
  if (!isOf(shape, request)) throw refusal('COMMAND_NOT_POSSIBLE', 'This is no request for a lock.');
}
