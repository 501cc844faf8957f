import type { PolicyTestRun } from '../../platform/policy/run-policy-tests.ts';

/** Results as JUnit XML: a suite for each file, a file that could not be run as one error. */
export function junitReport(runs: readonly PolicyTestRun[]): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${runs.map(suite).join('')}</testsuites>\n`;
}

function suite({ file, problems, results }: PolicyTestRun): string {
  const failed = results.filter(({ passed }) => !passed).length;
  const broken = problems.length > 0 ? 1 : 0;
  const cases = results.map(({ name, differences }) => {
    const opening = `    <testcase classname=${quoted(file)} name=${quoted(name)}`;
    return differences.length === 0
      ? `${opening}/>\n`
      : `${opening}><failure message=${quoted(differences[0] ?? '')}>${escaped(differences.join('\n'))}</failure></testcase>\n`;
  });
  const lines = problems.map(
    ({ line, column, path, detail, remedy }) => `${file}:${line}:${column} ${path} ${detail} ${remedy}`,
  );
  const error = broken
    ? `    <testcase classname=${quoted(file)} name="the file can be used"><error message=${quoted(lines[0] ?? '')}>${escaped(lines.join('\n'))}</error></testcase>\n`
    : '';
  return `  <testsuite name=${quoted(file)} tests="${results.length + broken}" failures="${failed}" errors="${broken}">\n${error}${cases.join('')}  </testsuite>\n`;
}

const quoted = (text: string): string => `"${escaped(text).replaceAll('\n', '&#10;')}"`;

/** Text for XML 1.0, which cannot hold most control characters, not even escaped. */
const escaped = (text: string): string =>
  text
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
