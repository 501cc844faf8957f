import { expect, test } from '@jest/globals';
import { commonWorkflowVersion } from './workflow-version.ts';

test.each([
  ['the newest where no worker was seen: those that come are of this version or newer', [], 3],
  ['the newest where all know it', [3, 3], 3],
  ['the newest of ours where workers are ahead', [4], 3],
  ['the one before as long as one worker does not know the newest', [3, 2, 3], 2],
  ['the one before as long as one worker does not say', [3, null], 2],
] as const)('a new release goes %s', (_, known, version) => {
  expect(commonWorkflowVersion(known)).toBe(version);
});
