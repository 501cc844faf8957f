import TestSequencerModule from '@jest/test-sequencer';

const TestSequencer = TestSequencerModule.default ?? TestSequencerModule;

/**
 * Files that take a minute or more, then rooms by how long their files take, longest first; everything else is a unit test and takes a
 * second or two. Histories go before all: a replay takes a fifth of a second in a fresh process, and seconds in one that has run
 * a hundred other files. Of the long ones those that mostly wait stand beside those that mostly work.
 */
const longestFirst = [
  /\/test\/histories\//,
  /\/test\/product\/demo\./,
  /\/test\/product\/pages\./,
  /\/test\/faults\/crash-matrix\./,
  /\/test\/faults\/races\./,
  /\/test\/faults\/(api|worker)-killed\./,
  /\/cli\/up\.server\./,
  /\/test\/product\//,
  /\/test\/faults\//,
  /\/test\/paths\//,
  /\.server\.test\.ts$/,
];

/**
 * Starts whole-product tests before the quick ones, so that no worker is left alone with one of them at the end. Jest's own
 * order does so only where it remembers an earlier run.
 */
export default class LongestFirst extends TestSequencer {
  /** @param {{ path: string }[]} tests */
  sort(tests) {
    return [...super.sort(tests)].sort((left, right) => rank(left.path) - rank(right.path));
  }
}

/** @param {string} path */
function rank(path) {
  const found = longestFirst.findIndex((pattern) => pattern.test(path));
  return found === -1 ? longestFirst.length : found;
}
