import type { NoticeKind } from '../../contract.ts';
import type { Message } from '../occasion.ts';
import { approvalRequest } from './approval-request.ts';
import { approvalWaits } from './approval-waits.ts';
import { blocked } from './blocked.ts';
import { checkFailed } from './check-failed.ts';
import { confirmation } from './confirmation.ts';
import { decided } from './decided.ts';
import { delayLifted } from './delay-lifted.ts';
import { dependencyFailed } from './dependency-failed.ts';
import { ended } from './ended.ts';
import { expired } from './expired.ts';
import { freezeAhead } from './freeze-ahead.ts';
import { glassBroken } from './glass-broken.ts';
import { held } from './held.ts';
import { incidentOpened } from './incident-opened.ts';
import { needsPerson } from './needs-person.ts';
import { quarantined } from './quarantined.ts';
import { refused } from './refused.ts';
import { postponed } from './postponed.ts';
import { reminder } from './reminder.ts';
import { rejected } from './rejected.ts';
import { released } from './released.ts';
import { reservationPassed } from './reservation-passed.ts';
import { rescheduled } from './rescheduled.ts';
import { reviewDue } from './review-due.ts';
import { rolledBack } from './rolled-back.ts';
import { secondAsked } from './second-asked.ts';
import { stalled } from './stalled.ts';
import { taskAssigned } from './task-assigned.ts';
import { taskReminder } from './task-reminder.ts';
import { waiverTakenBack } from './waiver-taken-back.ts';
import { watchChanged } from './watch-changed.ts';
import { withdrawn } from './withdrawn.ts';

/** Every kind of notice with its message. */
export const messages: Record<NoticeKind, Message> = {
  approvalRequest,
  approvalWaits,
  blocked,
  checkFailed,
  confirmation,
  decided,
  delayLifted,
  dependencyFailed,
  ended,
  expired,
  freezeAhead,
  glassBroken,
  held,
  incidentOpened,
  needsPerson,
  postponed,
  quarantined,
  refused,
  rejected,
  released,
  reminder,
  reservationPassed,
  rescheduled,
  reviewDue,
  rolledBack,
  secondAsked,
  stalled,
  taskAssigned,
  taskReminder,
  waiverTakenBack,
  watchChanged,
  withdrawn,
};
