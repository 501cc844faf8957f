import type { PolicyProblem } from '../platform/policy/read-policy.ts';
import { plainText } from './plain-text.ts';

/** `gantry.yaml:14:7 stages[1].window  what is wrong. What to write.` */
export function problemLine({ file, line, column, path, detail, remedy }: PolicyProblem): string {
  const place = path === '' ? '' : ` ${plainText(path)}`;
  return `${plainText(file)}:${line}:${column}${place}  ${plainText(detail)} ${plainText(remedy)}`;
}
