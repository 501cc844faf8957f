import { describe, expect, test } from '@jest/globals';
import { readJunit } from './junit.ts';

describe('a JUnit report', () => {
  test.each([
    [
      'one suite',
      '<testsuite><testcase name="a"/><testcase name="b"><failure>x</failure></testcase></testsuite>',
      [1, 1, 0],
    ],
    [
      'suites',
      '<?xml version="1.0"?><testsuites><testsuite><testcase/></testsuite><testsuite><testcase><skipped/></testcase></testsuite></testsuites>',
      [1, 0, 1],
    ],
    [
      'suites within suites',
      '<testsuites><testsuite><testsuite><testcase/><testcase><error/></testcase></testsuite><testcase/></testsuite></testsuites>',
      [2, 1, 0],
    ],
    ['no tests', '<testsuites/>', [0, 0, 0]],
    [
      'output with markup in it',
      '<testsuite><testcase><system-out><![CDATA[<testcase><failure/></testcase>]]></system-out></testcase></testsuite>',
      [1, 0, 0],
    ],
  ])('with %s is counted', (_, text, [passed, failed, skipped]) => {
    expect(readJunit(text)).toEqual({ passed, failed, skipped });
  });

  test.each([
    ['nothing', ''],
    ['no XML', 'all good!'],
    ['cut XML', '<testsuite><testcase name="a"/>'],
    ['another document', '<coverage/>'],
    [
      'a document type, which could grow without end',
      '<!DOCTYPE x [<!ENTITY a "aaaa">]><testsuite><testcase/></testsuite>',
    ],
  ])('of %s is none', (_, text) => {
    expect(readJunit(text)).toBeUndefined();
  });
});
