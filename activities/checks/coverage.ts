import { XMLParser } from 'fast-xml-parser';

/** Lines that tests ran, of those that they could run. */
export interface LineCoverage {
  covered: number;
  total: number;
}

/** Reads LCOV or Cobertura XML; undefined for any other text, and where there is no line at all. */
export function readCoverage(text: string): LineCoverage | undefined {
  const found = text.trimStart().startsWith('<') ? readCobertura(text) : readLcov(text);
  return found && found.total > 0 && found.covered <= found.total ? found : undefined;
}

/**
 * LCOV: the records `LF` and `LH` of each file, or its `DA` lines where it has none. A record without `end_of_record` was
 * cut short, and counts as unreadable like the rest of its file.
 */
function readLcov(text: string): LineCoverage | undefined {
  const whole: LineCoverage = { covered: 0, total: 0 };
  let file = emptyFile();
  for (const line of text.split(/\r?\n/)) {
    const [, key = '', value = ''] = /^([A-Z]+):(.*)$/.exec(line) ?? [];
    if (key === 'SF') file = { ...emptyFile(), isOpen: true };
    else if (key === 'LF') file.total = wholeNumber(value);
    else if (key === 'LH') file.covered = wholeNumber(value);
    else if (key === 'DA') {
      file.lines += 1;
      if (Number(value.split(',')[1]) > 0) file.hit += 1;
    } else if (line === 'end_of_record') {
      whole.total += file.total ?? file.lines;
      whole.covered += file.covered ?? file.hit;
      file = emptyFile();
    }
  }
  return file.isOpen ? undefined : whole;
}

interface LcovFile {
  isOpen: boolean;
  total: number | undefined;
  covered: number | undefined;
  lines: number;
  hit: number;
}
const emptyFile = (): LcovFile => ({ isOpen: false, total: undefined, covered: undefined, lines: 0, hit: 0 });
const wholeNumber = (text: unknown): number | undefined =>
  typeof text === 'string' && /^\d{1,12}$/.test(text) ? Number(text) : undefined;

/** Attributes alone, and entities as they stand: a report from a strange repository must not be able to grow while it is read. */
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseAttributeValue: false,
  processEntities: false,
});

/** Cobertura: `lines-covered` and `lines-valid` of its root. */
function readCobertura(text: string): LineCoverage | undefined {
  // its usual document type is a reference; one that defines entities is refused
  if (/<!ENTITY/i.test(text)) return undefined;
  try {
    // As for JUnit: without validation a report that was cut in the middle reads as a good one.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    const parsed = parser.parse(text, true) as { coverage?: Record<string, unknown> } | undefined;
    const covered = wholeNumber(parsed?.coverage?.['lines-covered']);
    const total = wholeNumber(parsed?.coverage?.['lines-valid']);
    return covered === undefined || total === undefined ? undefined : { covered, total };
  } catch {
    return undefined;
  }
}
