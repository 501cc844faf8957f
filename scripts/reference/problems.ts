import { problemCodes } from '../../domain/problem-code.ts';
import { problem } from '../../platform/errors.ts';

/** The reference of all problem codes as Markdown: one section a code, in the order of the list. */
export function problemReference(): string {
  return [
    '# Problems',
    '',
    'Every problem that Gantry reports has a code. It stands in the reply of the API, on the page, in the mail, in the',
    'log and in the audit entry alike. This page is made from the catalogue by `npx tsx scripts/export-problems.ts`.',
    ...problemCodes.map(section),
    '',
  ].join('\n');
}

function section(code: (typeof problemCodes)[number]): string {
  const { title, detail, remedy, status, retryable } = problem(code);
  const again = retryable ? 'The same request may succeed later.' : 'The same request would fail again.';
  return `\n<a id="${anchor(code)}"></a>\n\n## ${code}\n\n**${title}.** ${detail}\n\n*What to do:* ${remedy}\n\nHTTP ${status}. ${again}`;
}

/** As the command line links it: `#port-in-use`. */
const anchor = (code: string): string => code.toLowerCase().replaceAll('_', '-');
