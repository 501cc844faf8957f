import { expect, test } from '@jest/globals';
import type { ProblemCode } from '../../../domain/problem-code.ts';
import { GantryError } from '../../../platform/errors.ts';
import { render } from '../../../platform/html.ts';
import { sentSection } from './sent-form.ts';

test.each<[ProblemCode, string, RegExp]>([
  ['START_PASSED', '/releases/rel_1/schedule', /Choose a time to come/],
  ['ALONE_REFUSED', '/releases/rel_1/way-back', /From this page it goes there alone/],
  ['VERSION_RUNS_ALREADY', '/releases/rel_1/give-back', /There is nothing to do/],
  ['RELEASE_OPEN', '/releases/rel_1/give-back', /Follow that release on its page/],
])(
  'a form that ends with %s says what to do in words of the page, and names no command line',
  (code, address, words) => {
    const { problem } = new GantryError(code, { detail: 'it is late' });
    expect(problem.remedy).toMatch(/--|`gantry/); // else the page needs no words of its own
    const wholly = render(sentSection({ address, values: {}, problem }, { isShown: true })!);
    const one = { pointer: '/at', code, detail: problem.detail, remedy: problem.remedy };
    const byField = render(
      sentSection({ address, values: {}, problem: { ...problem, errors: [one] } }, { isShown: true })!,
    );
    for (const page of [wholly, byField]) {
      expect(page).toMatch(words);
      expect(page).not.toMatch(/--[a-z]|gantry /);
    }
  },
);
