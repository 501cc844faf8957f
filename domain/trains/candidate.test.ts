import { expect, test } from '@jest/globals';
import { buildsMeant, candidateOf, isNoNews, type Ready } from './candidate.ts';

const cutoffAt = '2026-12-01T12:00:00.000Z';
const ready = (version: string, time: string): Ready => ({
  service: 'shop',
  version,
  readyAt: `2026-12-01T${time}.000Z`,
});

test.each<[string, Ready[], string | undefined]>([
  ['nobody', [], undefined],
  [
    'C7: one that was ready a second before the cut-off',
    [ready('1.4.0', '11:59:59'), ready('1.5.0', '12:00:00')],
    '1.4.0',
  ],
  [
    'the newest version, not the latest proof',
    [ready('1.5.0', '09:00:00'), ready('1.4.1', '10:00:00')],
    '1.5.0',
  ],
  ['numbers count as numbers', [ready('1.9.0', '09:00:00'), ready('1.10.0', '08:00:00')], '1.10.0'],
  [
    'the newest of those that came too late',
    [ready('1.4.0', '12:30:00'), ready('1.5.0', '12:00:00')],
    '1.5.0',
  ],
  [
    'by time where versions cannot be compared',
    [ready('2.0.0', '09:00:00'), ready('main-7', '10:00:00')],
    'main-7',
  ],
  ['the later proof of the same version', [ready('1.4.0', '09:00:00'), ready('1.4.0', '10:00:00')], '1.4.0'],
])('who would ride: %s', (_, versions, expected) => {
  expect(candidateOf(versions, cutoffAt)?.version).toBe(expected);
  expect(candidateOf([...versions].reverse(), cutoffAt)?.version).toBe(expected);
});

test.each<[string, string | undefined, boolean]>([
  ['1.4.0', undefined, false],
  ['1.4.0', '1.3.0', false],
  ['1.4.0', '1.4.0', true],
  ['1.4.0', '1.5.0', true],
  ['main-7', 'main-7', true],
  ['main-7', 'main-6', false],
])('%s is no news where %s runs: %s', (version, running, expected) => {
  expect(isNoNews(version, running)).toBe(expected);
});

test.each<[string, { digest?: string }, (string | undefined)[]]>([
  ['by its digest, that one with all that is known of it', { digest: 'sha256:a' }, ['sha256:a', 'sha256:a']],
  ['by its name alone, any of that name', {}, [undefined, 'sha256:a', 'sha256:b', undefined]],
])('which build rides is told %s', (_, known, digests) => {
  const versions = [
    { ...ready('1.4.0', '08:00:00'), digest: 'sha256:a', commit: 'c1' },
    { ...ready('1.4.0', '09:00:00'), digest: 'sha256:b' },
    ready('1.4.0', '10:00:00'),
    ready('1.3.0', '07:00:00'),
  ];
  const meant = buildsMeant({ service: 'shop', version: '1.4.0', ...known }, versions);
  expect(meant.map(({ digest }) => digest)).toEqual(digests);
  expect(meant).toContainEqual(expect.objectContaining({ commit: 'c1' }));
});
