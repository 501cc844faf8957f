/** Where the servers are that the tests of this run share; `test/global-setup.ts` has started them. */
export interface TestServers {
  temporalAddress: string;
  databaseUrl: string;
  /** Name of a database that is migrated and never opened: new ones are copies of it. */
  databaseTemplate: string;
  /** Path of the bundled workflow code. */
  workflowBundle: string;
}

export function testServers(): TestServers {
  const read = (name: string): string => {
    const value = process.env[name];
    if (!value) throw new Error(`${name} is not set: run this test through the jest project "servers"`);
    return value;
  };
  return {
    temporalAddress: read('TEST_TEMPORAL_ADDRESS'),
    databaseUrl: read('TEST_DATABASE_URL'),
    databaseTemplate: read('TEST_DATABASE_TEMPLATE'),
    workflowBundle: read('TEST_WORKFLOW_BUNDLE'),
  };
}

/** The address of another database on the same server. */
export const databaseUrlOf = (url: string, name: string): string => url.replace(/\/[^/?]*(?=\?)/, `/${name}`);
