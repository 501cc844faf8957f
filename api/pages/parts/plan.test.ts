import { expect, test } from '@jest/globals';
import { aRelease } from '../../../test/support/release-view.ts';
import { html, render } from '../../../platform/html.ts';
import { planSection } from './plan.ts';

const nothing = { reservations: [], awaits: [] };
const shown = (over: Parameters<typeof aRelease>[0], more: Partial<Parameters<typeof planSection>[0]> = {}) =>
  render(
    planSection({
      view: aRelease(over),
      zone: 'Europe/Berlin',
      nameOf: (id) => (id === 'ana' ? 'Ana Lopez' : id),
      plan: nothing,
      ...more,
    }) ?? html``,
  ).replace(/\s+/g, ' ');

test('a release without dates and company has no plan to show', () => {
  expect(shown({})).toBe('');
});

test('a planned start stands there with its latest, in the zone of the reader, and with what is said against it', () => {
  const text = shown(
    { schedule: { at: '2026-12-01T16:00:00.000Z' } },
    { startNote: 'As planned it would be denied.' },
  );
  expect(text).toContain('Tue 1 Dec 2026, 17:00 CET');
  expect(text).toContain('at the latest before <time datetime="2026-12-01T17:00:00.000Z">');
  expect(text).toContain('As planned it would be denied.');
});

test('what it waits for is linked, with whether it is there', () => {
  const text = shown(
    {},
    {
      plan: {
        reservations: [],
        awaits: [
          {
            number: 1,
            dependency: { kind: 'release', releaseId: 'rel_2' },
            what: 'release payments 2.1.0',
            state: 'met',
            because: 'payments 2.1.0 is released.',
            releaseId: 'rel_2',
          },
        ],
      },
    },
  );
  expect(text).toContain('<a href="/releases/rel_2">release payments 2.1.0</a>');
  expect(text).toContain('</span> met</span>');
});

test('a milestone tells its owner by name, and what is expected now', () => {
  const text = shown({
    milestones: [
      {
        kind: 'live',
        plannedAt: '2026-12-01T16:00:00.000Z',
        estimateAt: '2026-12-02T16:00:00.000Z',
        owner: 'ana',
      },
    ],
  });
  expect(text).toMatch(/Milestone live.*now expected .*Wed 2 Dec.*owner Ana Lopez/);
});

test('once the last stage has started, there is no start to plan', () => {
  expect(
    shown({
      schedule: { at: '2026-12-01T16:00:00.000Z' },
      stages: [
        { environment: 'production', state: 'deploying', checks: [], verdicts: [], rollout: [], soak: [] },
      ],
    }),
  ).toBe('');
});
