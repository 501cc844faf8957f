import { oneLine } from '../../platform/plain-text.ts';
import type { TestCounts } from './junit.ts';

/** What a program says of its own result, in the last line of its output. */
export interface PrintedResult {
  summary?: string;
  counts?: TestCounts;
  /** Addresses with more, at most three. */
  links: string[];
}

const longestLine = 16 * 1024;
const longestSummary = 300;
const mostLinks = 3;
const longestLink = 500;

/**
 * The result that a program printed as one JSON object in the last line of its output: `{"summary": …, "counts": {…}, "links": […]}`.
 * Undefined where the last line is no object; `garbled` where it begins like one and cannot be read. Fields that are not as they
 * should be are left out, all others are ignored: what decides is the exit code, and a result can only speak against the version.
 * @param stdout masked already
 */
export function readPrintedResult(stdout: string): PrintedResult | 'garbled' | undefined {
  const line = lastLine(stdout);
  if (!line.startsWith('{')) return undefined;
  if (line.length > longestLine) return 'garbled';
  let read: unknown;
  try {
    read = JSON.parse(line);
  } catch {
    return 'garbled';
  }
  if (typeof read !== 'object' || read === null) return 'garbled';
  const { summary, counts, links } = read as Record<string, unknown>;
  const counted = countsIn(counts);
  const said = typeof summary === 'string' ? oneLine(summary, longestSummary) : '';
  return {
    ...(said === '' ? {} : { summary: said }),
    ...(counted ? { counts: counted } : {}),
    links: Array.isArray(links) ? links.flatMap(linkIn).slice(0, mostLinks) : [],
  };
}

const lastLine = (text: string): string => {
  const end = text.trimEnd();
  return end.slice(end.lastIndexOf('\n') + 1).trim();
};

function countsIn(given: unknown): TestCounts | undefined {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return undefined;
  // a linter may count other things: that says nothing of tests
  if (!['passed', 'failed', 'skipped'].some((one) => Object.hasOwn(given, one))) return undefined;
  const { passed = 0, failed = 0, skipped = 0 } = given as Record<string, unknown>;
  return isCount(passed) && isCount(failed) && isCount(skipped) ? { passed, failed, skipped } : undefined;
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

/** Text or `{url}`; nothing but addresses of pages. */
function linkIn(given: unknown): string[] {
  const url: unknown =
    typeof given === 'object' && given !== null ? (given as Record<string, unknown>)['url'] : given;
  if (typeof url !== 'string' || url.length > longestLink || !/^https?:\/\/[^\s"'<>]+$/.test(url)) return [];
  return URL.canParse(url) ? [url] : [];
}
