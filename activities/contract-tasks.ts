import type { RemindersAsked, TaskReminder } from '../domain/calendar/task-reminders.ts';

export interface TaskActivities {
  /** Who is to be reminded of which task by now, and when to look again: by the quiet hours and absences of the readers. */
  planTaskReminders(input: TaskRemindersInput): Promise<TaskReminders>;
}

/** The tasks of one release that are not settled. `now` is the workflow's clock: time may be skipped in it. */
export interface TaskRemindersInput extends RemindersAsked {
  policyDigest: string;
}

export interface TaskReminders {
  reminders: TaskReminder[];
  /** Left out: nothing is to come as long as the tasks stay as they are. */
  nextAt?: string;
}
