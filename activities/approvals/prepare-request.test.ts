import { expect, test } from '@jest/globals';
import type { Absence } from '../../domain/gates/approvals/stand-ins.ts';
import { prepareRequest } from './prepare-request.ts';

const openedAt = '2026-11-24T09:00:00.000Z';
const hours = (count: number) => new Date(Date.parse(openedAt) + count * 3_600_000).toISOString();
const away = (person: string, over: Partial<Absence> = {}): Absence => ({
  ...{ person, from: hours(-48), until: hours(240) },
  ...over,
});
/** Ana is asked; Ben and Cem are the backup group. */
const stage = {
  rules: [{ role: 'qa', atLeast: 1, not: ['author' as const], backup: { people: ['ben', 'cem'] } }],
  candidates: [
    { id: 'ana', name: 'Ana', roles: ['qa'] },
    { id: 'ben', name: 'Ben', roles: [] },
    { id: 'cem', name: 'Cem', roles: [] },
  ],
  excluded: [],
};
const prepared = (...absences: Absence[]) =>
  prepareRequest(
    { policyDigest: '', stage, clock: 'elapsed', openedAt, spanMs: 72 * 3_600_000, isEscalated: false },
    { people: [], organisation: { name: 'Acme', zone: 'UTC', onCall: [] } },
    absences,
  );
/** Steps at which a person is written to, in order. */
const stepsOf = (person: string, ...absences: Absence[]): string[] =>
  prepared(...absences).nudges.flatMap(({ step, to }) => (to.includes(person) ? [step] : []));

test.each([
  ['whom the rule names', 'ana', [], ['half', 'last']],
  ['in the backup group that waits', 'ben', [], ['backup', 'last']],
  ['who stands in for somebody', 'ben', [away('ana', { delegate: 'ben' })], ['half', 'last']],
  ['in the backup group beside a delegate', 'cem', [away('ana', { delegate: 'ben' })], ['backup', 'last']],
  ['in the backup group that is asked at once', 'cem', [away('ana')], ['half', 'last']],
  [
    'who stood in until before it opened',
    'ben',
    [away('ana', { delegate: 'ben', until: hours(-1) })],
    ['backup', 'last'],
  ],
] as const)('somebody %s is asked once, and reminded after that', (_, person, absences, expected) => {
  expect(stepsOf(person, ...absences)).toEqual(expected);
});
