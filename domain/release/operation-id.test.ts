import { expect, test } from '@jest/globals';
import { operationId } from './operation-id.ts';

const of = (environment: string, service: string) =>
  operationId({ releaseId: 'rel_1', environment, service, kind: 'apply', step: 1 });

test('names with dots never meet in one key: app in eu.west is not west.app in eu', () => {
  expect(of('eu.west', 'app')).not.toBe(of('eu', 'west.app'));
});
