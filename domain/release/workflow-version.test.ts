import { expect, test } from '@jest/globals';
import { commonWorkflowVersion } from './workflow-version.ts';

test.each([
  ['the newest where no worker was seen: those that come are of this version or newer', [], 4],
  ['the newest where all know it', [4, 4], 4],
  ['the newest of ours where workers are ahead', [5], 4],
  ['the newest that all know, as long as one worker does not know the newest', [4, 3, 4], 3],
  ['the one before they said so, as long as one worker does not say', [4, null], 2],
] as const)('a new release goes %s', (_, known, version) => {
  expect(commonWorkflowVersion(known)).toBe(version);
});
