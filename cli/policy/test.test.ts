import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { XMLParser } from 'fast-xml-parser';
import { runCli } from '../../test/support/cli-io.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gantry-policy-test-'));
});
afterEach(() => rm(folder, { recursive: true }));

const fragment = `fragment:
  people: [{ id: ana, roles: [qa] }, { id: ben, roles: [qa] }]
  stage: { approvals: [{ role: qa }], approval: { grace: 0s } }
cases:
`;
const passing = `  - name: Ana is enough
    given: { now: 2026-06-01T12:00:00Z, votes: [{ person: ana, choice: approve }] }
    expect: { approvals: allowed, seats: 1 of 1 }
`;

async function run(text: string, ...flags: string[]) {
  await writeFile(join(folder, 'cases.yaml'), text);
  return runCli(['policy', 'test', 'cases.yaml', ...flags], { cwd: folder });
}

test('the example of the shop passes, against the policy beside it, without a server', async () => {
  const cwd = fileURLToPath(new URL('../../examples/shop', import.meta.url));
  const { code, out, err } = await runCli(['policy', 'test', 'policy-tests.yaml'], { cwd });
  expect(out).not.toContain('FAIL');
  expect(err).toContain('7 of 7 cases are as expected.');
  expect(code).toBe(0);
});

test('a case that is not as expected says what was said instead, and the run ends with 1', async () => {
  const { code, out } = await run(
    `${fragment}${passing}  - name: Ben must not do
    given: { now: 2026-06-01T12:00:00Z, authors: [ana], votes: [{ person: ben, choice: approve }] }
    expect: { approvals: { kind: allowed, because: Approved by Ana }, refused: [ben], freeze: waiting }
`,
  );
  expect(out.split('\n')).toEqual([
    'pass  Ana is enough',
    'FAIL  Ben must not do',
    '      approvals does not say “Approved by Ana”: Approved by ben.',
    '      freeze is absent, not waiting.',
    '      refused is nobody, not ben.',
    '',
  ]);
  expect(code).toBe(1);
});

test('every mistake is told at its line and column, with what was meant, and nothing is run', async () => {
  const { code, out } = await run(
    `${fragment}  - name: typos
    given: { now: 2026-06-01T12:00:00Z, vots: [], lock: { possition: 1 } }
    expct: { approvals: allowed }
    expect: { approvals: alowed }
`,
  );
  expect(out.split('\n').map((line) => line.replace(/ {2}.*?(Did you mean .*)?$/, '  $1'))).toEqual([
    'cases.yaml:6:41 cases[0].given.vots  Did you mean `votes`?',
    'cases.yaml:6:59 cases[0].given.lock.possition  Did you mean `position`?',
    expect.stringMatching(/^cases.yaml:7:5 cases\[0\].expct {2}/),
    'cases.yaml:8:26 cases[0].expect.approvals  ',
    '',
  ]);
  expect(code).toBe(2);
});

test.each([
  [
    'names a person who is not there',
    'votes: [{ person: bem, choice: approve }]',
    'approvals: allowed',
    '6:59',
  ],
  ['expects of a gate that is not there', 'votes: []', 'approval: allowed', '7:15'],
  ['expects nothing', 'votes: []', '', '7:13'],
  ['expects a pattern that is none', 'votes: []', 'approvals: { because: /(/ }', '7:37'],
])('a case that %s is a mistake with its place', async (_, given, expected, place) => {
  const { code, out } = await run(
    `${fragment}  - name: one
    given: { now: 2026-06-01T12:00:00Z, ${given} }
    expect: { ${expected} }
`,
  );
  expect(out).toMatch(new RegExp(`^cases.yaml:${place} `));
  expect(code).toBe(2);
});

test('mistakes of the policy are told in its own file', async () => {
  await writeFile(join(folder, 'gantry.yaml'), 'gantry: 1\norganisation: { nam: Acme }\n');
  const { code, out } = await run(
    `policy: gantry.yaml\nservice: shop\nstage: production\ncases:\n${passing}`,
  );
  expect(out).toContain(
    'gantry.yaml:2:17 organisation.nam  There is no field "nam" here. Did you mean `name`?',
  );
  expect(code).toBe(2);
});

test('results are written as JUnit XML and as one JSON document', async () => {
  const failing = `  - name: "<b> & \\"quotes\\""
    given: { now: 2026-06-01T12:00:00Z }
    expect: { approvals: allowed }
`;
  const { out } = await run(`${fragment}${passing}${failing}`, '--json', '--junit', 'out.xml');
  expect(JSON.parse(out)).toMatchObject({
    passed: 1,
    failed: 1,
    files: [{ file: 'cases.yaml', results: [{ passed: true }, { passed: false }] }],
  });
  const xml = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '' });
  const { testsuites } = xml.parse(await readFile(join(folder, 'out.xml'), 'utf8'));
  expect(testsuites.testsuite).toMatchObject({ tests: '2', failures: '1', errors: '0' });
  expect(testsuites.testsuite.testcase[1]).toMatchObject({
    name: '<b> & "quotes"',
    failure: { message: 'approvals is needsPeople, not allowed: Needs 1 of qa: ana or ben.' },
  });
});

test('a file that is not there is wrong usage', async () => {
  const { code, err } = await runCli(['policy', 'test', 'nowhere.yaml'], { cwd: folder });
  expect(err).toContain('nowhere.yaml cannot be read');
  expect(code).toBe(2);
});
