/** What may stand for a version, ref or other value in an argument of a command (trust §5.4 rule 2). */
export const ARGUMENT_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._+@:/-]{0,255}$/;

/** Whether a value may be put into an argument: never an option, never a way out of a folder. */
export const isSafeArgument = (value: string): boolean =>
  ARGUMENT_PATTERN.test(value) && !value.includes('..');
