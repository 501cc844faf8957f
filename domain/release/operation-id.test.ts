import { expect, test } from '@jest/globals';
import { endedByUndo, operationId, type Operation } from './operation-id.ts';

const place = { releaseId: 'rel_1', environment: 'staging', service: 'shop' };
const of = (environment: string, service: string) =>
  operationId({ releaseId: 'rel_1', environment, service, kind: 'apply', step: 1 });

test('every target of a step has a key of its own, and an environment without targets the one it always had', () => {
  const operation = {
    releaseId: 'rel_1',
    environment: 'eu',
    service: 'app',
    kind: 'apply',
    step: 1,
  } as const;
  expect(operationId(operation)).toBe('rel_1+eu+app+apply+1');
  expect(operationId({ ...operation, target: 'eu-1' })).toBe('rel_1+eu+app+apply+1+eu-1');
});

test('a second rehearsal of a release has keys of its own, and none of them is that of a step', () => {
  const rehearsal = { ...place, kind: 'rehearsalApply', step: 1 } as const;
  expect(operationId({ ...rehearsal, round: 1 })).toBe('rel_1+staging+shop+rehearsalApply+1');
  expect(operationId({ ...rehearsal, round: 2 })).toBe('rel_1+staging+shop+rehearsalApply+2.1');
  const keys = [1, 2, 12].flatMap((round) =>
    [1, 2, 12].map((step) => operationId({ ...rehearsal, round, step })),
  );
  expect(new Set(keys).size).toBe(9);
});

test('names with dots never meet in one key: app in eu.west is not west.app in eu', () => {
  expect(of('eu.west', 'app')).not.toBe(of('eu', 'west.app'));
});

const isEnded = (kind: Operation['kind'], isRehearsal = false) =>
  endedByUndo({ ...place, isRehearsal }).some((beginning) =>
    operationId({ ...place, kind, step: 1, target: 'eu-1' }).startsWith(beginning),
  );

test.each<[Operation['kind'], boolean, boolean]>([
  ['apply', false, true],
  ['rehearsalApply', false, true],
  ['rehearsalUndo', false, true],
  ['undo', false, false],
  ['rehearsalApply', true, true],
  ['apply', true, false],
  ['rehearsalUndo', true, false],
])('%s behind an undo (rehearsed: %s) is ended: %s', (kind, isRehearsal, ended) => {
  expect(isEnded(kind, isRehearsal)).toBe(ended);
});

test('the steps of another service go on', () => {
  const other = operationId({ ...place, service: 'shop-api', kind: 'apply', step: 1 });
  expect(endedByUndo(place).some((beginning) => other.startsWith(beginning))).toBe(false);
});
