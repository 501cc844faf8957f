import { expect, test } from '@jest/globals';
import { PolicySchema } from '../../policy/policy.schema.ts';
import type { Absence } from './stand-ins.ts';
import { stagesLeftAlone } from './stages-left-alone.ts';

const deploy = { kind: 'command', apply: ['./d'], undo: ['./u'] };
const policyWith = (approvals: object[]) =>
  PolicySchema.parse({
    gantry: 1,
    organisation: { name: 'Acme' },
    people: [
      { id: 'ana', name: 'Ana Lopez', email: 'ana@acme.test', roles: ['qa'] },
      { id: 'cleo', name: 'Cleo Park', email: 'cleo@acme.test', roles: ['qa'] },
      { id: 'ben', name: 'Ben Adler', email: 'ben@acme.test' },
    ],
    environments: [{ id: 'staging' }, { id: 'production', production: true }],
    services: [{ id: 'shop', pipeline: 'web' }],
    pipelines: {
      web: [
        { environment: 'staging', deploy },
        { environment: 'production', deploy, approvals, approval: { expires: '72h' } },
      ],
    },
  });
const day = (number: number): string => `2026-12-${String(number).padStart(2, '0')}T08:00:00.000Z`;
const away = (person: string, from: number, until: number, more: Partial<Absence> = {}): Absence => ({
  ...{ person, from: day(from), until: day(until) },
  ...more,
});
const one = [{ role: 'qa', atLeast: 1 }];
const two = [{ role: 'qa', atLeast: 2 }];
const standIn = [{ role: 'qa', atLeast: 2, backup: { people: ['ben'] } }];
const now = day(2);

test.each([
  ['nobody is away', two, [], undefined],
  ['one of two is away and one must agree', one, [away('ana', 1, 20)], undefined],
  ['one of two is away and both must agree', two, [away('ana', 1, 20)], now],
  ['who is away is back before a request would end', two, [away('ana', 1, 4)], undefined],
  ['it begins later', two, [away('ana', 10, 20)], day(10)],
  ['both are away at once for a while', one, [away('ana', 5, 20), away('cleo', 10, 20)], day(10)],
  ['one is back before the other goes', one, [away('ana', 1, 5), away('cleo', 10, 20)], undefined],
  ['somebody stands in', standIn, [away('ana', 1, 20, { delegate: 'ben' })], undefined],
  ['who stands in is away, too', standIn, [away('ana', 1, 20), away('ben', 6, 20)], day(6)],
  ['it is somebody whom no rule asks', two, [away('ben', 1, 20)], undefined],
  ['nobody is asked', [], [away('ana', 1, 20)], undefined],
])('where %s', (_, approvals, absences, at) => {
  const found = stagesLeftAlone(policyWith(approvals), absences, now);
  expect(found.map((stage) => stage.at)).toEqual(at === undefined ? [] : [at]);
});

test('the sentence says which rule is short, and who is away', () => {
  const [found] = stagesLeftAlone(policyWith(two), [away('ana', 1, 20)], now);
  expect(found).toMatchObject({ pipeline: 'web', environment: 'production' });
  expect(found?.because).toMatch(/^qa needs 2 people, and only Cleo Park may vote; away: Ana Lopez/);
});

test('a rule that is short with everybody there is not the fault of an absence', () => {
  const three = [{ role: 'qa', atLeast: 3 }];
  expect(stagesLeftAlone(policyWith(three), [away('ana', 1, 20)], now)).toEqual([]);
});
