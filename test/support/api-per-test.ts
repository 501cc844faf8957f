import { beforeEach } from '@jest/globals';
import { apiUnderTest, type ApiUnderTest } from './api-app.ts';
import { storePerTest } from './a-store.ts';

/** An API with an empty record of its own for each test of a file; there from the first `beforeEach` on. */
export function apiPerTest(): ApiUnderTest {
  const store = storePerTest();
  const api = {} as ApiUnderTest;
  beforeEach(async () => {
    Object.assign(api, await apiUnderTest({ ...store }, store.dir));
  });
  return api;
}
