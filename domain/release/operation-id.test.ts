import { expect, test } from '@jest/globals';
import { operationId } from './operation-id.ts';

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

test('names with dots never meet in one key: app in eu.west is not west.app in eu', () => {
  expect(of('eu.west', 'app')).not.toBe(of('eu', 'west.app'));
});
