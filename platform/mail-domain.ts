/** `gantry@acme.test` in `Gantry <gantry@acme.test>`. */
export const addressIn = (from: string): string => /<([^<>]+)>\s*$/.exec(from)?.[1] ?? from;

/** Host part of our message ids; the mailbox never looks it up. */
export const mailDomain = (from: string): string => addressIn(from).split('@')[1] ?? 'gantry.invalid';

/** Whether it is exactly one address: lists, groups and line breaks would reach more mailboxes than one (trust §5.2). */
export const isOneAddress = (address: string): boolean =>
  /^[^\s@<>,;:"()[\]\\]+@[^\s@<>,;:"()[\]\\]+$/.test(address);
