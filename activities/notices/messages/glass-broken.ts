import { news } from './news.ts';

/** Somebody starts a stage past its gates: every owner hears of it at once. */
export const glassBroken = news({
  tag: 'Break-glass',
  act: 'Look at the release',
  then: () => [
    'It passes approvals, windows, freezes and soak of this stage for four hours. Checks, quarantine, the lock, the way back and analysis hold as ever.',
    'Somebody else must review it: see `gantry review list`. Once it is overdue, planned releases of the service start nothing until it is done.',
  ],
});
