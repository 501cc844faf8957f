import type { Actor } from '../release/release.ts';

/** Makes the token of the command line on its own machine, for the first administrator. */
export const localMaker: Actor = { id: 'gantry up', kind: 'system' };

/** Whether somebody else made a token than whom it acts for (person ids). What is not known to be the person's own is another's. */
export const isMadeByAnother = ({ owner, createdBy }: { owner: string; createdBy: string }): boolean =>
  createdBy !== owner && createdBy !== localMaker.id;
