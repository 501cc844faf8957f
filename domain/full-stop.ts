/** The text as a sentence that another may follow: with a full stop, unless it ends with one, `!` or `?` already. */
export const withStop = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

/** The text as a part of a sentence that goes on. */
export const withoutStop = (text: string): string => text.replace(/\.$/, '');
