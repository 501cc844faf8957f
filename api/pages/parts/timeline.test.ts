import { expect, test } from '@jest/globals';
import { render } from '../../../platform/html.ts';
import type { TimelineEntry } from '../../../platform/record/releases.ts';
import { timelineList } from './timeline.ts';

const entry = {
  ...{ seq: 7, at: '2026-11-26T09:00:00.000Z', action: 'release.postponed', object: 'shop 1.4.0' },
  actor: { id: 'ana', kind: 'person' },
  sentence: 'Ana Lopez postponed shop 1.4.0 until Thu 26 Nov 23:30 UTC: support is away',
} as unknown as TimelineEntry;

test('the timeline shows the times of its sentences in the zone of whoever reads, with UTC beside them', () => {
  const shown = (zone: string): string => render(timelineList([entry], zone, () => 'Ana Lopez'));
  expect(shown('Europe/Berlin')).toContain('until Fri 27 Nov 00:30 CET (Thu 23:30 UTC): support');
  expect(shown('UTC')).toContain('until Thu 26 Nov 23:30 UTC: support');
});
