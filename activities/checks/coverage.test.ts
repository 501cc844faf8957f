import { describe, expect, test } from '@jest/globals';
import { readCoverage } from './coverage.ts';

const cobertura = (attributes: string, head = ''): string =>
  `<?xml version="1.0"?>${head}<coverage ${attributes}><packages><package name="a"/></packages></coverage>`;

describe('a coverage report', () => {
  test.each([
    [
      'LCOV',
      'TN:\nSF:a.ts\nDA:1,1\nLF:10\nLH:8\nend_of_record\nSF:b.ts\nLF:10\nLH:2\nend_of_record\n',
      10,
      20,
    ],
    ['LCOV with lines alone', 'SF:a.ts\nDA:1,3\nDA:2,0\nDA:3,1\nend_of_record\n', 2, 3],
    ['LCOV with other line ends', 'SF:a.ts\r\nLF:4\r\nLH:3\r\nend_of_record\r\n', 3, 4],
    ['Cobertura', cobertura('line-rate="0.75" lines-covered="3" lines-valid="4"'), 3, 4],
    [
      'Cobertura with its document type',
      cobertura(
        'lines-covered="3" lines-valid="4"',
        '<!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd">',
      ),
      3,
      4,
    ],
  ])('%s', (_, text, covered, total) => {
    expect(readCoverage(text)).toEqual({ covered, total });
  });

  test.each([
    ['nothing', ''],
    ['other text', 'all good'],
    ['no line', 'SF:a.ts\nLF:0\nLH:0\nend_of_record\n'],
    ['more than all lines', 'SF:a.ts\nLF:1\nLH:2\nend_of_record\n'],
    ['LCOV cut short', 'SF:a.ts\nLF:4\nLH:3\nend_of_record\nSF:b.ts\nLF:4\n'],
    ['XML cut short', cobertura('lines-covered="3" lines-valid="4"').slice(0, -8)],
    ['XML without numbers', cobertura('line-rate="0.75"')],
    ['XML with entities', cobertura('lines-covered="3" lines-valid="4"', '<!DOCTYPE c [<!ENTITY a "b">]>')],
    ['XML of something else', '<testsuites/>'],
  ])('of %s is none', (_, text) => {
    expect(readCoverage(text)).toBeUndefined();
  });
});
