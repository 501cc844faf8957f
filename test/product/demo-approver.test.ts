import { expect, test } from '@jest/globals';
import { readForm } from '../../scripts/demo/approver.ts';

const page = `<main><form method="post" action="/a/v1.k.p.m/decision">
  <input type="hidden" name="digest" value="abc&amp;def" />
  <input type="radio" name="decision" value="approve" required /> Approve
  <input type="text" name="version" required />
  <button>Send decision</button></form></main>`;

test('a form is read as it was served, with nothing chosen for the person', () => {
  expect(readForm(page)).toEqual({
    action: '/a/v1.k.p.m/decision',
    hidden: [['digest', 'abc&def']],
    asksForVersion: true,
  });
});

test('a page without a form is no page to decide on', () => {
  expect(() => readForm('<main><p>This request has expired.</p></main>')).toThrow('has no form');
});
