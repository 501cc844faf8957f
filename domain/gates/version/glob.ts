import { globMatcher } from '../../glob.ts';

/** Whether a branch or path matches a pattern in which `*` stands for anything but a slash and `**` for anything at all. */
export const matchesGlob = (text: string, pattern: string): boolean => globMatcher(pattern)(text);
