import { expect, test } from '@jest/globals';
import { readPrintedResult } from './printed-result.ts';

const counts = { passed: 3, failed: 0, skipped: 1 };

test.each<[string, string, ReturnType<typeof readPrintedResult>]>([
  ['nothing', '', undefined],
  ['words', 'all good\n', undefined],
  ['a result before other words', `{"summary":"x"}\nbye\n`, undefined],
  ['a list', '[1]\n', undefined],
  [
    'counts of other things than tests',
    '{"summary":"clean","counts":{"errors":0}}\n',
    { summary: 'clean', links: [] },
  ],
  [
    'a result',
    `one\n{"summary":" 3 of 3\\u001b[31m pages fast ","counts":{"passed":3,"skipped":1}}\n\n`,
    { summary: '3 of 3 [31m pages fast', counts, links: [] },
  ],
  [
    'links',
    '{"links":["https://ci.test/1",{"name":"log","url":"http://ci.test/2"},"javascript:alert(1)",7,"https://a.test/\\"x"]}',
    { links: ['https://ci.test/1', 'http://ci.test/2'] },
  ],
  [
    'fields that are not as they should be',
    '{"summary":7,"counts":{"passed":-1},"links":"x","outcome":"passed"}',
    { links: [] },
  ],
  ['counts that are no whole numbers', '{"counts":{"passed":1.5}}', { links: [] }],
  ['half an object', '{"summary": "cut', 'garbled'],
  ['an object that is too long', `{"summary":"${'x'.repeat(20_000)}"}`, 'garbled'],
])('%s in the last line', (_, stdout, result) => {
  expect(readPrintedResult(stdout)).toEqual(result);
});

test('a summary and links are capped', () => {
  const read = readPrintedResult(
    JSON.stringify({
      summary: 'x'.repeat(1_000),
      links: Array.from({ length: 9 }, (_, at) => `https://a.test/${at}`),
    }),
  );
  expect(read).toMatchObject({ links: { length: 3 } });
  expect(typeof read === 'object' && read.summary?.length).toBeLessThanOrEqual(300);
});
