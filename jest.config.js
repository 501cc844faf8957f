const transform = {
  '^.+\\.ts$': [
    '@swc/jest',
    {
      jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
      module: { type: 'es6' },
      sourceMaps: 'inline',
    },
  ],
};
const common = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform,
  testMatch: ['**/*.test.ts'],
};
const rooms = ['domain', 'workflows', 'activities', 'worker', 'api', 'platform', 'cli'];

/** Unit tests lie beside their sources and need no server; the other projects start real ones. */
export default {
  maxWorkers: 2,
  testTimeout: 30_000,
  testSequencer: '<rootDir>/test/support/longest-first.mjs',
  coverageProvider: 'v8',
  projects: [
    {
      ...common,
      displayName: 'unit',
      roots: rooms.map((room) => `<rootDir>/${room}`),
      testPathIgnorePatterns: ['\\.server\\.test\\.ts$'],
    },
    {
      ...common,
      displayName: 'servers',
      roots: [...rooms, 'test'].map((room) => `<rootDir>/${room}`),
      testMatch: ['<rootDir>/test/**/*.test.ts', '**/*.server.test.ts'],
      globalSetup: '<rootDir>/test/global-setup.ts',
      globalTeardown: '<rootDir>/test/global-teardown.ts',
    },
  ],
};
