import { expect, test } from '@jest/globals';
import type { Quarantine } from '../gates/quarantine/evaluate.ts';
import type { EndedBuild } from '../release/alone.ts';
import type { Ready } from './candidate.ts';
import { substitutes, whyGoneBack, whyNoSubstitute } from './substitute.ts';

const instant = (time: string): string => `2026-12-01T${time}:00.000Z`;
const cutoffAt = instant('12:00');
const ready = (version: string, time: string, more: Partial<Ready> = {}): Ready => ({
  ...{ service: 'shop', version, readyAt: instant(time) },
  ...more,
});

test.each<[string, Ready[], { running?: string; instead: string }, string[]]>([
  [
    'the others, newest first',
    [ready('1.3.0', '07:00'), ready('1.5.0', '09:00'), ready('1.4.0', '08:00')],
    { running: '1.2.0', instead: '1.5.0' },
    ['1.4.0', '1.3.0'],
  ],
  [
    'not what runs there already, nor an older one',
    [ready('1.4.0', '08:00'), ready('1.3.0', '07:00'), ready('1.2.0', '07:00')],
    { running: '1.3.0', instead: '1.4.0' },
    [],
  ],
  [
    'not one that came too late',
    [ready('1.4.0', '08:00'), ready('1.3.0', '12:00')],
    { running: '1.2.0', instead: '1.4.0' },
    [],
  ],
  [
    'not another build of the same version',
    [ready('1.4.0', '08:00', { digest: 'sha256:a' }), ready('1.4.0', '07:00'), ready('1.4.0+b2', '07:00')],
    { running: '1.2.0', instead: '1.4.0' },
    [],
  ],
  [
    'any, where nothing runs',
    [ready('1.4.0', '08:00'), ready('1.3.0', '07:00')],
    { instead: '1.4.0' },
    ['1.3.0'],
  ],
  [
    'without an order those that were ready after the one that runs',
    [ready('main-9', '09:00'), ready('main-8', '08:00'), ready('main-7', '07:00'), ready('main-6', '06:00')],
    { running: 'main-7', instead: 'main-9' },
    ['main-8'],
  ],
  [
    'none without an order, where nobody knows since when the other one runs',
    [ready('main-9', '09:00'), ready('main-7', '07:00')],
    { running: 'main-8', instead: 'main-9' },
    [],
  ],
  [
    'each once, as it was ready last',
    [ready('1.4.0', '08:00'), ready('1.3.0', '07:00'), ready('1.3.0', '07:30')],
    { running: '1.2.0', instead: '1.4.0' },
    ['1.3.0'],
  ],
])('what may be asked to ride instead: %s', (_, versions, { running, instead }, expected) => {
  const names = (all: Ready[]) =>
    substitutes(all, { cutoffAt, running, instead }).map(({ version }) => version);
  expect(names(versions)).toEqual(expected);
  expect(names([...versions].reverse())).toEqual(expected);
});

const ban = (over: Partial<Quarantine> = {}): Quarantine => ({
  ...{ id: 'qua_1', service: 'shop', version: '1.5.0', by: 'ana', reason: 'loses carts' },
  ...{ at: instant('11:00'), lifts: [] },
  ...over,
});
const ended = (environment: string, version: string, time: string, more: Partial<EndedBuild> = {}) => ({
  ...{ environment, service: 'shop', version, at: instant(time), isGood: true },
  ...more,
});
const banned = ready('1.5.0', '09:00', { digest: 'sha256:a', commit: 'c1' });
const judged = (one: Ready, over: Partial<Parameters<typeof whyNoSubstitute>[1]> = {}) =>
  whyNoSubstitute(one, {
    ...{ before: 'staging', to: 'production', ready: [banned, one], ended: [], bans: [ban()] },
    ...over,
  });
const back = { way: 'back' as const, previous: '1.4.0' };

test.each<[string, Ready, Partial<Parameters<typeof whyNoSubstitute>[1]>]>([
  ['a version that nothing speaks against', ready('1.4.0', '08:00'), {}],
  [
    'one that is known to be another build',
    ready('1.4.0', '08:00', { commit: 'c2' }),
    { bans: [ban({ builds: [{ commit: 'c1' }] })] },
  ],
  [
    'one that was released again after going back from it',
    ready('1.4.0', '08:00'),
    { ended: [ended('staging', '1.3.0', '07:00', back)] },
  ],
])('%s rides instead', (_, one, over) => {
  expect(judged(one, over)).toBeUndefined();
});

test.each<[string, Ready, Partial<Parameters<typeof whyNoSubstitute>[1]>, string]>([
  [
    'the banned commit by another name',
    ready('1.4.9', '08:00', { commit: 'c1' }),
    { bans: [ban({ builds: [{ commit: 'c1' }] })] },
    'it is quarantined',
  ],
  [
    'a version of which another build is banned',
    ready('1.4.0', '08:00'),
    { ready: [banned, ready('1.4.0', '07:00', { digest: 'sha256:b' })], bans: [ban({ digest: 'sha256:b' })] },
    'another build of that version',
  ],
  ['a pre-release of the banned version', ready('1.5.0-rc.1', '08:00'), {}, '1.5.0, which is quarantined'],
  [
    'a pre-release of a banned version that never got there',
    ready('1.4.0-rc.1', '08:00'),
    { bans: [ban(), ban({ version: '1.4.0' })] },
    '1.4.0, which is quarantined',
  ],
  [
    'one known by its name alone, where the banned build is known',
    ready('1.4.0', '08:00'),
    { bans: [ban({ builds: [{ commit: 'c1' }] })] },
    'by its name alone',
  ],
  [
    'what the stage before has gone back from',
    ready('1.4.0', '08:00'),
    { ended: [ended('staging', '1.3.0', '08:30', back)] },
    'gone back from it, or past it, in staging',
  ],
  [
    'what the stage before has gone back past',
    ready('1.4.0', '08:00'),
    { ended: [ended('staging', '1.3.0', '08:30', { ...back, previous: '1.4.7' })] },
    'gone back from it, or past it, in staging',
  ],
  [
    'what was gone back from where the train goes',
    ready('1.4.0', '08:00'),
    { ended: [ended('production', '1.4.0', '09:00'), ended('production', '1.3.0', '10:00', back)] },
    'in production',
  ],
  [
    'what somebody has recorded an older one for since',
    ready('1.4.0', '08:00'),
    { ended: [ended('staging', '1.3.0', '08:30', { adopted: true })] },
    'somebody has recorded that 1.3.0 runs in staging',
  ],
])('%s does not ride instead', (_, one, over, because) => {
  expect(judged(one, over)).toContain(because);
});

test('what is aboard without an instant is judged by what was ready last of its name', () => {
  const gone = { before: 'staging', ended: [ended('staging', '1.3.0', '09:00', back)] };
  const earlier = [ready('1.4.0', '07:00'), ready('1.4.0', '08:00')];
  const because = 'A release has gone back from shop 1.4.0, or past it, in staging since it was ready.';
  expect(whyGoneBack({ version: '1.4.0' }, { ...gone, ready: earlier })).toBe(because);
  const again = [ready('1.4.0', '10:00'), ...earlier];
  expect(whyGoneBack({ version: '1.4.0' }, { ...gone, ready: again })).toBeUndefined();
  expect(whyGoneBack({ version: '1.6.0' }, { ...gone, ready: again })).toBeUndefined();
});
