import { news } from './news.ts';

/** Somebody starts a stage past its gates: every owner hears of it at once. */
export const glassBroken = news({
  tag: 'Break-glass',
  act: 'Look at the release',
  then: () => [
    'It passes approvals, windows, freezes and soak of this stage for four hours. Checks, quarantine, the lock, the way back and analysis hold as ever.',
    'Somebody else must review it: see `gantry review list`. Until an overdue review is done, new planned releases of the service are refused.',
  ],
});
