import { expect, test } from '@jest/globals';
import { problem } from '../../platform/errors.ts';
import { nothingAt } from '../../platform/problems/input.ts';
import { renderProblemPage } from './problem.ts';

test('the page of an address at which nothing is says so and leads to the first page, and shows no markup of the address', () => {
  const shown = problem('NOT_FOUND', { what: nothingAt, id: '/<b>nope</b>' });
  const page = renderProblemPage({ problem: shown, requestId: 'req_1' });
  expect(page).toContain('There is no such page: /&lt;b&gt;nope&lt;/b&gt;.');
  expect(page).toMatch(/<a href="\/">First page/);
  expect(page).not.toContain('gantry release list');
});
