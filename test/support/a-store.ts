import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import type { Store } from '../../platform/database/open.ts';
import { startPostgres, type TestServer } from './postgres.ts';

/** A record for tests, with the data folder of its server. */
export interface TestStore extends Store {
  dir: string;
  /** Another one, empty, on the same server; closed with it. */
  another: () => Promise<TestStore>;
}

/** One record for all tests of a file; there from the first `beforeAll` after this on. */
export function storeOfFile(): TestStore {
  const { store, open } = onOneServer();
  beforeAll(open);
  return store;
}

/** A record of its own for each test of a file; there from the first `beforeEach` after this on. */
export function storePerTest(): TestStore {
  const { store, open } = onOneServer();
  beforeEach(open);
  // all files of a run share one server, and the connections that it takes
  afterEach(async () => store.close());
  return store;
}

function onOneServer(): { store: TestStore; open: () => Promise<void> } {
  const store = {} as TestStore;
  let server: TestServer;
  beforeAll(async () => {
    server = await startPostgres();
  }, 60_000);
  afterAll(async () => server.stop());
  const another = async (): Promise<TestStore> => ({
    ...(await server.database()),
    ...{ dir: server.dir, another },
  });
  const open = async (): Promise<void> => {
    Object.assign(store, await another());
  };
  return { store, open };
}
