/** How others reach the workflow that warns people before freezes: there is one. */
export const calendarWatchId = 'calendar-watch';
/** Something in the calendar, or in what releases expect of it, is another now. */
export const calendarTouchedSignal = 'calendarTouched';
