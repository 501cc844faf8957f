import { expect, test } from '@jest/globals';
import { aSnapshot } from '../../../test/support/a-snapshot.ts';
import { render } from '../../../platform/html.ts';
import { riskReasons } from './risk.ts';

const shown = (snapshot: Parameters<typeof riskReasons>[0]): string =>
  render(riskReasons(snapshot)).replaceAll(/\s+/g, ' ');

test('risk is shown as reasons, heaviest first, and what it asks for; what adds nothing is left out', () => {
  const text = shown(aSnapshot({ size: 8, migration: 18 }));
  expect(text).toContain('26 points, moderate');
  expect(text.indexOf('migration</strong> 18 of 18')).toBeLessThan(text.indexOf('size</strong> 8 of 12'));
  expect(text).not.toContain('contract');
  expect(text).toContain('Whoever approves says why in a comment.');
});

test('what is unknown is counted, and evidence of strangers is text', () => {
  const snapshot = aSnapshot({ unknown: 'bugs', size: 4 });
  const [size] = snapshot.factors;
  size!.evidence = ['hot spot: <b>a.ts</b>'];
  const text = shown(snapshot);
  expect(text).toContain('1 of 20 factors unknown');
  expect(text).toContain('hot spot: &lt;b&gt;a.ts');
});

test('a hard blocker is named with its remedy', () => {
  const blocker = {
    id: 'previousArtifactGone',
    because: 'Nothing to go back to.',
    remedy: 'Push it.',
  } as const;
  expect(shown(aSnapshot({ blockers: [blocker] }))).toContain('Nothing to go back to. Push it.');
});
