import { defineSignal, setHandler } from '@temporalio/workflow';
import { giveWay } from './amend.ts';
import {
  calendarChangedSignal,
  grantedSignal,
  outrunSignal,
  quarantineChangedSignal,
  supersededSignal,
  type CalendarChangedMessage,
  type LockGrant,
} from './contract.ts';
import { regressionChangedSignal } from './contract-regression.ts';
import { isAwaited, refuseGrant } from './locks.ts';
import { hearOfQuarantine } from './quarantine.ts';
import { hearOfRegression } from './regression.ts';
import type { ReleaseRun } from './run.ts';
import {
  ignored,
  isGrant,
  isOutrun,
  isQuarantineNews,
  isRegression,
  isSuperseded,
  isWake,
} from './well-formed.ts';

/** A newer release takes its place. */
export function hearOfSuccessor(run: ReleaseRun): void {
  news(supersededSignal, 'A newer release takes its place', isSuperseded, (message) => {
    giveWay(run, message);
  });
}

/** What happens around a release: the calendar, bans, regressions, and the places that it waits for. */
export function hearNews(run: ReleaseRun): void {
  news(
    calendarChangedSignal,
    'The calendar was changed where it concerns this release: looks again',
    isWake,
    (message) => hearOfCalendar(run, message),
  );
  news(
    quarantineChangedSignal,
    'A build was quarantined or let out: where this release has it, it stops or may go on',
    isQuarantineNews,
    (message) => hearOfQuarantine(run, message),
  );
  news(
    regressionChangedSignal,
    'A version was found to have regressed, or is well again: what was agreed to is asked anew',
    isRegression,
    (message) => hearOfRegression(run, message),
  );
  news(grantedSignal, 'An environment is free for this release', isGrant, (grant) => {
    takeGrant(run, grant);
  });
  news(
    outrunSignal,
    'A newer release waits for the same environment: this one gives way',
    isOutrun,
    ({ environment, because }) => {
      // Whoever holds the environment by now has started there, and goes on.
      if (!run.locks.has(environment)) run.stop({ kind: 'superseded', because });
    },
  );
}

function hearOfCalendar(run: ReleaseRun, message: CalendarChangedMessage): void {
  if (!run.hasCalendar || run.seenWakes.has(message.wakeId)) return;
  run.seenWakes.add(message.wakeId);
  run.wakes.push(message);
  run.touch();
}

function takeGrant(run: ReleaseRun, grant: LockGrant): void {
  if (grant.keptBy === 'record' && !isAwaited(run, grant)) {
    refuseGrant(run, grant);
    return;
  }
  run.locks.set(grant.environment, grant);
  run.touch();
}

/** Registers one signal. What is none of its kind is ignored: a signal has no answer, and an exception would stall the run. */
function news<Message>(
  name: string,
  description: string,
  isMessage: (message: unknown) => message is Message,
  hear: (message: Message) => void,
): void {
  setHandler(
    defineSignal<[unknown]>(name),
    (message) => {
      if (isMessage(message)) hear(message);
      else ignored(name);
    },
    { description },
  );
}
