/** Name of the workflow that warns people of freezes, and its id: there is one. */
export const calendarWatchWorkflow = 'calendarWatch';
export const calendarWatchId = 'calendar-watch';
/** Something in the calendar, or in what releases expect of it, is another now. */
export const calendarTouchedSignal = 'calendarTouched';
