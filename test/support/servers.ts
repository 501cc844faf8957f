/** Where the servers are that the tests of this run share; `test/global-setup.ts` has started them. */
export interface TestServers {
  temporalAddress: string;
  databaseUrl: string;
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
    workflowBundle: read('TEST_WORKFLOW_BUNDLE'),
  };
}
