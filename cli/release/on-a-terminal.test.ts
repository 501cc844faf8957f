import { expect, test } from '@jest/globals';
import { cliAgainstStub } from '../../test/support/cli-against-stub.ts';
import { aRelease } from '../../test/support/release-view.ts';

const { against } = cliAgainstStub();

test('on a terminal of 80 columns every line fits, and what explains is there whole', async () => {
  const id = `rel_${'0193f0a1b2c3'}${'7'.repeat(20)}`;
  const headline = 'Held by Ana Lopez since 09:12 UTC: the totals of all orders of today are wrong.';
  const view = aRelease({ id, headline, components: [{ service: 'checkout', version: '1.40.12' }] });
  const end = await against({ 'GET /v1/releases': { body: { items: [view] } } }, ['release', 'list'], {
    terminal: true,
    columns: 80,
    env: { NO_COLOR: '1' },
  });
  expect(end.out.split('\n').filter((line) => line.length > 80)).toEqual([]);
  expect(end.out.replaceAll(/\s+/g, ' ')).toContain(headline);
  expect(end.out).toMatch(/^rel_0193f0a1b2c3 {2}checkout/m);
});

test('why a release waits is told whole on a terminal of 80 columns', async () => {
  const because = `Needs 1 of qa: Ana, Ben or Cem. ${'They were asked by mail, and nobody has answered. '.repeat(3).trim()}`;
  const verdicts = [
    { gate: 'approvals', kind: 'needsPeople', because, who: [], since: aRelease().createdAt },
  ];
  const explanation = { id: 'rel_1', state: 'gating', headline: 'Waiting.', verdicts };
  const answers = { 'GET /v1/releases/rel_1/explain': { body: explanation } };
  const end = await against(answers, ['release', 'why', 'rel_1'], { terminal: true, columns: 80 });
  expect(
    end.out
      .replaceAll(/\u001b\[\d+m/g, '')
      .split('\n')
      .filter((line) => line.length > 80),
  ).toEqual([]);
  expect(end.out.replaceAll(/\s+/g, ' ')).toContain(because);
});
