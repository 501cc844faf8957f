import { expect, test } from '@jest/globals';
import { CheckSchema, type RunnableCheck } from '../../policy/check.schema.ts';
import { isQuick } from './quick.ts';

const http = { id: 'smoke', kind: 'http', url: 'https://shop.example/health' };

test.each([
  ['a page that is read', http, true],
  ['its head alone', { ...http, method: 'HEAD' }, true],
  ['a call that may change something', { ...http, method: 'POST' }, false],
  ['a program', { id: 'unit', kind: 'command', run: ['make', 'test'] }, false],
])('%s: by a quick look first: %s', (_what, check, expected) => {
  expect(isQuick(CheckSchema.parse(check) as RunnableCheck)).toBe(expected);
});
