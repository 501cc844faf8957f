import { expect, test } from '@jest/globals';
import { resolveLocal } from './resolve-local.ts';

// semantics §1.2; zone data of the running Node must know that Brazil has no summer time since 2019
test.each([
  ['T1', 'Europe/Berlin', '2026-03-28T02:30', '2026-03-28T01:30Z', undefined],
  ['T2', 'Europe/Berlin', '2026-03-29T01:59', '2026-03-29T00:59Z', undefined],
  ['T3', 'Europe/Berlin', '2026-03-29T02:00', '2026-03-29T01:00Z', 'shifted'],
  ['T4', 'Europe/Berlin', '2026-03-29T02:30', '2026-03-29T01:30Z', 'shifted'],
  ['T5', 'Europe/Berlin', '2026-03-29T03:00', '2026-03-29T01:00Z', undefined],
  ['T6', 'Europe/Berlin', '2026-10-25T02:30', '2026-10-25T00:30Z', 'repeated'],
  ['T7', 'Europe/Berlin', '2026-10-25T03:00', '2026-10-25T02:00Z', undefined],
  ['T8', 'America/New_York', '2026-03-08T02:30', '2026-03-08T07:30Z', 'shifted'],
  ['T9', 'America/New_York', '2026-11-01T01:30', '2026-11-01T05:30Z', 'repeated'],
  ['T10', 'Australia/Lord_Howe', '2026-04-05T01:45', '2026-04-04T14:45Z', 'repeated'],
  ['T11', 'Australia/Lord_Howe', '2026-04-05T02:00', '2026-04-04T15:30Z', undefined],
  ['T12', 'Australia/Lord_Howe', '2026-10-04T01:45', '2026-10-03T15:15Z', undefined],
  ['T13', 'Australia/Lord_Howe', '2026-10-04T02:15', '2026-10-03T15:45Z', 'shifted'],
  ['T14 in summer', 'Australia/Lord_Howe', '2026-01-01T12:00', '2026-01-01T01:00Z', undefined],
  ['T14 in winter', 'Australia/Lord_Howe', '2026-07-01T12:00', '2026-07-01T01:30Z', undefined],
  ['T15', 'Asia/Kolkata', '2026-03-29T02:30', '2026-03-28T21:00Z', undefined],
  ['T16', 'Asia/Kolkata', '2026-10-25T02:30', '2026-10-24T21:00Z', undefined],
  ['T17', 'America/Sao_Paulo', '2018-11-04T00:00', '2018-11-04T03:00Z', 'shifted'],
  ['T18', 'America/Sao_Paulo', '2018-02-17T23:30', '2018-02-18T01:30Z', 'repeated'],
  ['T19 in 2019', 'America/Sao_Paulo', '2019-01-15T12:00', '2019-01-15T14:00Z', undefined],
  ['T19 in 2026', 'America/Sao_Paulo', '2026-01-15T12:00', '2026-01-15T15:00Z', undefined],
  ['T20', 'America/Sao_Paulo', '2026-11-01T00:00', '2026-11-01T03:00Z', undefined],
])('%s: %s %s is %s', (_, zone, local, utc, mark) => {
  const resolved = resolveLocal(local, zone);
  expect([resolved.ms, resolved.mark]).toEqual([Date.parse(utc), mark]);
});

test.each([
  ['T6', 'Europe/Berlin', '2026-10-25T02:30', '2026-10-25T01:30Z'],
  ['T9', 'America/New_York', '2026-11-01T01:30', '2026-11-01T06:30Z'],
  ['T10', 'Australia/Lord_Howe', '2026-04-05T01:45', '2026-04-04T15:15Z'],
  ['T18', 'America/Sao_Paulo', '2018-02-17T23:30', '2018-02-18T02:30Z'],
])('%s: a freeze ends at the second of two %s %s, the cautious one', (_, zone, local, utc) => {
  expect(resolveLocal(local, zone, 'endOfFreeze').ms).toBe(Date.parse(utc));
});

test.each([
  '2026-03-29',
  '2026-03-29T02:30Z',
  '2026-03-29T02:30+01:00',
  '2026-03-29T02:30[Europe/Berlin]',
  'noon',
])('%s is refused: only a local date-time is one', (text) => {
  expect(() => resolveLocal(text, 'Europe/Berlin')).toThrow('is not a local date-time');
});
