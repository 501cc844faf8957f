import { describe, expect, test } from '@jest/globals';
import { showClock, showInstant, showShort } from './instants.ts';
import { oneLine, withoutLinks } from './plain-text.ts';

describe('instants', () => {
  test('are shown in the zone of the reader and in UTC', () => {
    expect(showInstant('2026-11-26T16:00:00Z', 'Europe/Berlin')).toBe(
      'Thu 26 Nov 2026, 17:00 CET (16:00 UTC)',
    );
    expect(showInstant('2026-07-01T16:00:00Z', 'Europe/Berlin')).toBe(
      'Wed 1 Jul 2026, 18:00 CEST (16:00 UTC)',
    );
  });

  test('name the day in UTC where it is another one', () => {
    expect(showInstant('2026-11-26T23:30:00Z', 'Europe/Berlin')).toBe(
      'Fri 27 Nov 2026, 00:30 CET (Thu 23:30 UTC)',
    );
  });

  test('are shown once for a reader in UTC', () => {
    expect(showInstant('2026-11-26T16:00:00Z', 'UTC')).toBe('Thu 26 Nov 2026, 16:00 UTC');
  });

  test('have a short form', () => {
    expect(showShort('2026-11-26T16:00:00Z', 'Europe/Berlin')).toBe('Thu 17:00 CET');
    expect(showClock('2026-11-26T16:00:00Z', 'Europe/Berlin')).toBe('17:00 CET');
  });
});

describe('text of strangers', () => {
  test('becomes one line without controls and overrides', () => {
    expect(oneLine('a\r\nBcc: x\u202e txt\u2066\u0000\tb  c')).toBe('a Bcc: x txt b c');
  });

  test('is cut at whole characters', () => {
    expect(oneLine('😀😀😀😀', 3)).toBe('😀😀…');
  });

  test('makes no links in mail programs', () => {
    expect(withoutLinks('see https://evil.test and www.evil.test')).toBe(
      'see https[:]//evil.test and www[.]evil.test',
    );
  });
});
