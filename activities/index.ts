import type { Client, Connection } from '@temporalio/client';
import type { Config } from '../platform/config.ts';
import type { Store } from '../platform/database/open.ts';
import type { Logger } from '../platform/logger.ts';
import { mailDomain } from '../platform/mail-domain.ts';
import { createOutgoing } from '../platform/outgoing.ts';
import { writeEnvironment } from '../platform/record/environment-locks.ts';
import type { Secrets } from '../platform/secrets.ts';
import { createCheckDoor } from './approvals/check-door.ts';
import { createPrepareRequest } from './approvals/prepare-request.ts';
import { createReadReceived } from './approvals/read-received.ts';
import { createReceiveSignal } from './approvals/receive-signal.ts';
import type { Activities } from './contract.ts';
import { createWarnOfFreezes } from './calendar/warn-of-freezes.ts';
import { createReadStanding } from './gates/read-standing.ts';
import { judgeStage } from './calendar/judge-calendar.ts';
import { createEffects } from './effects.ts';
import { lockRows } from './environments/lock-rows.ts';
import { createLocks } from './environments/locks.ts';
import { knownProblems } from './failures.ts';
import { createRunnerDesk } from './runner/desk.ts';
import { createTrains } from './trains/index.ts';
import type { MailUrgency } from './notices/urgency.ts';
import { createSendNotices } from './notices/send.ts';
import { laterNow } from './clock.ts';
import { createPlanTaskReminders } from './tasks/plan-task-reminders.ts';
import { createRecord } from './record.ts';
import { createWatch } from './watch/index.ts';
import { createPlanRelease } from './plan/plan-release.ts';

/** What the adapters need; the worker hands it over, nothing here opens a connection of its own. */
export interface ActivityDeps {
  store: Store;
  config: Config;
  secrets: Secrets;
  log: Logger;
  temporal: { connection: Connection; client: Client };
  /** Told when mail was ordered, so that it goes out at once. */
  mailOrdered?: (when?: MailUrgency, mails?: number) => void;
  /** Told when mail is likely to be ordered within a moment, so that the way to its server can be opened. */
  mailExpected?: () => void;
}

/** All activities, with known problems turned into failures that carry their code. */
export function createActivities(deps: ActivityDeps): Activities {
  const { db } = deps.store;
  const checkDoor = createCheckDoor(db);
  const recordEnvironment: Activities['recordEnvironment'] = async (row) => writeEnvironment(db, row);
  const { followLeaving, ...locks } = createLocks(deps.temporal.client, {
    ...{ rows: lockRows(db), writeRow: recordEnvironment, checkDoor },
  });
  return knownProblems({
    planRelease: createPlanRelease(deps),
    readStanding: createReadStanding({ ...deps, outgoing: createOutgoing() }),
    readReceived: createReadReceived(db),
    prepareRequest: createPrepareRequest(db, deps.mailExpected),
    planTaskReminders: createPlanTaskReminders(db),
    checkDoor,
    judgeCalendar: async (input) =>
      judgeStage(
        db,
        { ...input, now: laterNow(input.now) },
        {
          domain: mailDomain(deps.config.mailFrom),
          ...(deps.mailOrdered ? { mailOrdered: deps.mailOrdered } : {}),
        },
      ),
    warnOfFreezes: createWarnOfFreezes(deps),
    record: createRecord(deps, { followLeaving }),
    recordEnvironment,
    receiveSignal: createReceiveSignal(db),
    sendNotices: createSendNotices(deps),
    ...createTrains(deps),
    ...createWatch(deps),
    ...createRunnerDesk(deps),
    ...locks,
    ...createEffects({ store: deps.store, dataDir: deps.config.dataDir, log: deps.log }),
  });
}
