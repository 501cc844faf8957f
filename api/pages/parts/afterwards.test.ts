import { expect, test } from '@jest/globals';
import { render } from '../../../platform/html.ts';
import { aRelease } from '../../../test/support/release-view.ts';
import { afterwardsSection } from './afterwards.ts';

const at = '2026-12-01T09:00:00.000Z';

test('what has become of a release tells its times by the clock of the reader', () => {
  const section = afterwardsSection({
    view: aRelease({ state: 'succeeded' }),
    caller: { actor: { id: 'ana', kind: 'person' }, grant: { person: 'ana', access: [] }, zone: 'UTC' },
    zone: 'Europe/Berlin',
    left: [],
    after: {
      watches: [
        {
          ...{ releaseId: 'rel_1', environment: 'production', service: 'shop', version: '1.4.0' },
          ...{ health: 'healthy', because: 'Quiet since Tue 1 Dec 08:30 UTC.', looks: 3, metrics: [] },
          ...{ exposedAt: at, until: at, updatedAt: at },
        },
      ],
      incidents: [],
      remedies: [
        {
          id: 'rel_2',
          state: 'gating',
          headline: 'Needs 1 of qa. Deadline Fri 4 Dec 16:00 UTC; silence ships nothing.',
          updatedAt: at,
        },
      ],
      ...{ ways: [], bans: [], bannable: [] },
    },
  });
  const page = section ? render(section) : '';
  expect(page).toContain('Deadline Fri 4 Dec 17:00 CET (16:00 UTC); silence');
  expect(page).toContain('Quiet since Tue 1 Dec 09:30 CET (08:30 UTC).');
});
