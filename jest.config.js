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
  setupFiles: ['<rootDir>/test/support/forget-storages.ts'],
  testMatch: ['**/*.test.ts'],
};
const rooms = ['domain', 'workflows', 'activities', 'worker', 'api', 'platform', 'cli'];

// It waits for a minute of real time; `npm run test:chaos:long` runs it, so that a whole run stays well under 25 minutes.
const long = ['/test/faults/time-passes\\.'];
const isLong = process.env.GANTRY_TEST_LONG === '1';
/** Each needs programs that are built first: `npm run test:cluster`, `npm run test:kubernetes`. */
const onDemand = '/test/on-demand/';

/** Unit tests lie beside their sources and need no server; the other projects start real ones. */
export default {
  // On two cores: tests that start servers wait for half of their time.
  maxWorkers: 3,
  // A process keeps something of each file that it has run, and slows down by it; a fresh one starts within a second.
  workerIdleMemoryLimit: '500MB',
  testTimeout: 30_000,
  testSequencer: '<rootDir>/test/support/longest-first.mjs',
  coverageProvider: 'v8',
  projects: [
    {
      ...common,
      displayName: 'unit',
      roots: [...rooms, 'scripts'].map((room) => `<rootDir>/${room}`),
      testPathIgnorePatterns: ['\\.server\\.test\\.ts$'],
    },
    {
      ...common,
      displayName: 'servers',
      roots: [...rooms, 'test'].map((room) => `<rootDir>/${room}`),
      testMatch: ['<rootDir>/test/**/*.test.ts', '**/*.server.test.ts'],
      testPathIgnorePatterns: isLong ? [onDemand] : [...long, onDemand],
      globalSetup: '<rootDir>/test/global-setup.ts',
      globalTeardown: '<rootDir>/test/global-teardown.ts',
    },
    {
      ...common,
      displayName: 'onDemand',
      roots: ['<rootDir>/test/on-demand'],
      globalSetup: '<rootDir>/test/global-setup.ts',
      globalTeardown: '<rootDir>/test/global-teardown.ts',
    },
  ],
};
