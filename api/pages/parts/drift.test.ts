import { expect, test } from '@jest/globals';
import { render } from '../../../platform/html.ts';
import { driftSection } from './drift.ts';

const at = '2026-11-26T09:12:00.000Z';
const shown = (stage: Parameters<typeof driftSection>[0]): string =>
  render(driftSection(stage, 'UTC')).replaceAll(/\s+/g, ' ');

test('what differs is named as it was found, and what a program said of itself is text', () => {
  const because = 'The record says that shop 1.3.0 runs there, and <b>1.4.0</b> does.';
  const text = shown({
    drift: { at, findings: [{ service: 'shop', kind: 'drifted', because }] },
  });
  expect(text).toContain('differs');
  expect(text).toContain('&lt;b&gt;1.4.0&lt;/b&gt; does.');
});

test('what could not be told is not shown as well', () => {
  const text = shown({
    drift: { at, findings: [{ service: 'shop', kind: 'unknown', because: 'No answer.' }] },
  });
  expect(text).toContain('unknown');
  expect(text).not.toContain('as recorded');
});

test('a runner that is missing is named with what to do', () => {
  const because = 'There is no runner eu since today. Start it.';
  expect(shown({ missingRunner: { name: 'eu', since: at, because } })).toContain(
    'There is no runner eu since today.',
  );
});

test('a stage that asks for nothing of it shows nothing', () => {
  expect(shown({}).trim()).toBe('');
});
