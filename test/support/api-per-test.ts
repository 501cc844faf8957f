import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import { apiUnderTest, type ApiUnderTest } from './api-app.ts';
import { startPostgres, type TestServer } from './postgres.ts';

/** One PostgreSQL for the tests of a file, and an API with an empty record of its own for each of them; there from the first `beforeEach` on. */
export function apiPerTest(): ApiUnderTest {
  const api = {} as ApiUnderTest;
  let server: TestServer;
  beforeAll(async () => {
    server = await startPostgres();
  }, 60_000);
  afterAll(async () => server.stop());
  beforeEach(async () => {
    Object.assign(api, await apiUnderTest(await server.database(), server.dir));
  });
  // all files of a run share one server, and the connections that it takes
  afterEach(async () => api.deps.store.close());
  return api;
}
