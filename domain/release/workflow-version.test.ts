import { expect, test } from '@jest/globals';
import { commonWorkflowVersion } from './workflow-version.ts';

test.each([
  ['the newest where no worker was seen: those that come are of this version or newer', [], 6],
  ['the newest where all know it', [6, 6], 6],
  ['the newest of ours where workers are ahead', [7], 6],
  ['the newest that all know, as long as one worker does not know the newest', [6, 3, 4], 3],
  ['the last but one where a worker knows no newer one', [6, 5], 5],
  ['the one before they said so, as long as one worker does not say', [4, null], 2],
] as const)('a new release goes %s', (_, known, version) => {
  expect(commonWorkflowVersion(known)).toBe(version);
});
