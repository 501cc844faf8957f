import { describe, expect, test } from '@jest/globals';
import { examplePolicy } from '../../scripts/schema/example-policy.ts';
import { explainPolicy } from './explain-policy.ts';
import { openPolicy, readPolicy } from './read-policy.ts';

const good = `gantry: 1
organisation: { name: Acme, zone: Europe/Berlin, onCall: [ana] }
people:
  - { id: ana, name: Ana, email: ana@acme.test, roles: [qa] }
  - { id: ben, name: Ben, email: ben@acme.test, roles: [qa, security], aliases: [b@home.test] }
environments:
  - { id: staging }
  - { id: production, production: true }
services:
  - { id: cart, owner: ana, pipeline: web, versions: ">=1.0.0" }
  - { id: shop, pipeline: web, dependsOn: [cart], source: { git: ., tag: "v{version}" } }
pipelines:
  web:
    - environment: staging
      checks:
        - { id: unit, kind: command, run: [make, "{{version}}"], secrets: [TOKEN] }
        - { id: home, kind: http, url: "https://acme.test" }
      deploy: { kind: command, apply: [./deploy.sh], undo: [./undo.sh] }
    - environment: production
      approvals:
        - { role: qa, atLeast: 1 }
        - { role: security }
      approval: { expires: 72h }
      deploy:
        kind: command
        apply: [./deploy.sh, "{{weight}}"]
        undo: [./undo.sh]
        steps: [{ weight: 10, hold: 5m }, { weight: 100 }]
      analysis:
        - { id: errors, kind: json, url: "http://m", pointer: /rate, failWhen: "value > 0.02", interval: 30s }
        - { id: slow, kind: json, url: "http://m", pointer: /slow, passWhen: "value < 1" }
      observe: { soak: 30m }
`;

/** The problems of the good policy with one part of it written otherwise, as `line:column path CODE`. */
function problemsWith(from: string, to: string): string[] {
  expect(good).toContain(from);
  return readPolicy(good.replace(from, to)).problems.map(
    ({ line, column, path, code }) => `${line}:${column} ${path} ${code}`,
  );
}

test.each([
  [
    'unknown field',
    'soak: 30m',
    'soak: 30m, wach: 3d',
    '32:29 pipelines.web[1].observe.wach POLICY_FIELD_UNKNOWN',
  ],
  ['missing field', 'name: Ana, ', '', '4:5 people[0].name POLICY_FIELD_MISSING'],
  ['number for a text', 'name: Ana', 'name: 5', '4:22 people[0].name POLICY_FIELD_INVALID'],
  [
    'text for a number',
    'atLeast: 1',
    'atLeast: one',
    '21:32 pipelines.web[1].approvals[0].atLeast POLICY_FIELD_INVALID',
  ],
  [
    'empty list',
    'undo: [./undo.sh]\n        steps',
    'undo: []\n        steps',
    '27:15 pipelines.web[1].deploy.undo POLICY_FIELD_INVALID',
  ],
  ['unknown kind', 'kind: http', 'kind: htp', '17:29 pipelines.web[0].checks[1].kind POLICY_FIELD_INVALID'],
  ['bad mail address', 'ana@acme.test', 'ana', '4:34 people[0].email POLICY_FIELD_INVALID'],
  ['bad pointer', '/rate', 'rate', '30:63 pipelines.web[1].analysis[0].pointer POLICY_FIELD_INVALID'],
  ['bad id', 'id: unit', 'id: Unit Tests', '16:17 pipelines.web[0].checks[0].id POLICY_NAME_INVALID'],
  [
    'bad secret name',
    '[TOKEN]',
    '[MY-TOKEN]',
    '16:76 pipelines.web[0].checks[0].secrets[0] POLICY_NAME_INVALID',
  ],
  [
    'unknown pipeline',
    'pipeline: web, versions',
    'pipeline: wob, versions',
    '10:39 services[0].pipeline POLICY_REFERENCE_UNKNOWN',
  ],
  [
    'unknown environment',
    'environment: staging',
    'environment: stagin',
    '14:20 pipelines.web[0].environment POLICY_REFERENCE_UNKNOWN',
  ],
  [
    'unknown dependency',
    'dependsOn: [cart]',
    'dependsOn: [card]',
    '11:44 services[1].dependsOn[0] POLICY_REFERENCE_UNKNOWN',
  ],
  ['unknown owner', 'owner: ana', 'owner: zoe', '10:24 services[0].owner POLICY_REFERENCE_UNKNOWN'],
  [
    'unknown on-call person',
    'onCall: [ana]',
    'onCall: [zoe]',
    '2:59 organisation.onCall[0] POLICY_REFERENCE_UNKNOWN',
  ],
  [
    'unknown approver',
    'role: security }',
    'people: [ben, zoe] }',
    '22:27 pipelines.web[1].approvals[1].people[1] POLICY_REFERENCE_UNKNOWN',
  ],
  ['two people of one id', 'id: ben', 'id: ana', '5:11 people[1].id POLICY_DUPLICATE'],
  [
    'two environments of one id',
    'id: production,',
    'id: staging,',
    '8:11 environments[1].id POLICY_DUPLICATE\n19:20 pipelines.web[1].environment POLICY_REFERENCE_UNKNOWN',
  ],
  ['two services of one id', 'id: shop', 'id: cart', '11:11 services[1].id POLICY_DUPLICATE'],
  ['two checks of one id', 'id: home', 'id: unit', '17:17 pipelines.web[0].checks[1].id POLICY_DUPLICATE'],
  [
    'two metrics of one id',
    'id: slow',
    'id: errors',
    '31:17 pipelines.web[1].analysis[1].id POLICY_DUPLICATE',
  ],
  [
    'environment twice in a pipeline',
    'environment: production',
    'environment: staging',
    '19:20 pipelines.web[1].environment POLICY_DUPLICATE',
  ],
  ['mail address of two people', 'ben@acme.test', 'ANA@acme.test', '5:34 people[1].email POLICY_DUPLICATE'],
  [
    'alias that is a mail address of another',
    'b@home.test',
    'ana@acme.test',
    '5:82 people[1].aliases[0] POLICY_DUPLICATE',
  ],
  [
    'dependency cycle',
    'id: cart,',
    'id: cart, dependsOn: [shop],',
    '11:44 services[1].dependsOn[0] POLICY_CYCLE',
  ],
  [
    'service that depends on itself',
    'dependsOn: [cart]',
    'dependsOn: [shop]',
    '11:44 services[1].dependsOn[0] POLICY_CYCLE',
  ],
  ['bad zone', 'Europe/Berlin', 'CET+1', '2:35 organisation.zone POLICY_ZONE_UNKNOWN'],
  [
    'bad duration',
    'hold: 5m',
    'hold: 5 minutes',
    '28:37 pipelines.web[1].deploy.steps[0].hold POLICY_DURATION_INVALID',
  ],
  [
    'no time at all',
    'interval: 30s',
    'interval: 0s',
    '30:106 pipelines.web[1].analysis[0].interval POLICY_DURATION_INVALID',
  ],
  ['bad range of versions', '>=1.0.0', 'new ones', '10:54 services[0].versions POLICY_VERSION_RANGE_INVALID'],
  [
    'two ranges of versions',
    'dependsOn: [cart], source: { git: .,',
    'versions: 1.x, source: { git: ., versions: 2.x,',
    '11:42 services[1].versions POLICY_FIELD_INVALID',
  ],
  ['tag without the version', '"v{version}"', 'latest', '11:74 services[1].source.tag POLICY_FIELD_INVALID'],
  [
    'falling weights',
    'weight: 10, hold: 5m }',
    'weight: 60 }, { weight: 50 }',
    '28:43 pipelines.web[1].deploy.steps[1].weight POLICY_ROLLOUT_INVALID',
  ],
  [
    'last weight under 100',
    'weight: 100',
    'weight: 90',
    '28:53 pipelines.web[1].deploy.steps[1].weight POLICY_ROLLOUT_INVALID',
  ],
  [
    'rule for nobody',
    '{ role: security }',
    '{ atLeast: 1 }',
    '22:11 pipelines.web[1].approvals[1] POLICY_APPROVAL_RULE_INVALID',
  ],
  [
    'rule with role and people',
    'role: security',
    'role: security, people: [ben]',
    '22:11 pipelines.web[1].approvals[1] POLICY_APPROVAL_RULE_INVALID',
  ],
  [
    'role that nobody has',
    'role: security',
    'role: legal',
    '22:19 pipelines.web[1].approvals[1].role POLICY_APPROVAL_UNREACHABLE',
  ],
  [
    'more approvers than people',
    'atLeast: 1',
    'atLeast: 3',
    '21:32 pipelines.web[1].approvals[0].atLeast POLICY_APPROVAL_UNREACHABLE',
  ],
  [
    'one person needed for two seats',
    'atLeast: 1',
    'atLeast: 2',
    '21:9 pipelines.web[1].approvals POLICY_APPROVAL_UNREACHABLE',
  ],
  [
    'backup that is nobody',
    'role: security',
    'role: security, backup: {}',
    '22:37 pipelines.web[1].approvals[1].backup POLICY_APPROVAL_RULE_INVALID',
  ],
  [
    'backup with a role that nobody has',
    'role: security',
    'role: security, backup: { role: legal }',
    '22:45 pipelines.web[1].approvals[1].backup.role POLICY_APPROVAL_UNREACHABLE',
  ],
  [
    'backup of a person whom nobody knows',
    'role: security',
    'role: security, backup: { people: [zoe] }',
    '22:48 pipelines.web[1].approvals[1].backup.people[0] POLICY_REFERENCE_UNKNOWN',
  ],
  [
    'escalation to nobody',
    'expires: 72h',
    'expires: 72h, onExpiry: escalate',
    '23:43 pipelines.web[1].approval.onExpiry POLICY_APPROVAL_RULE_INVALID',
  ],
  [
    'limit of a team that is not known',
    'expires: 72h',
    'expires: 72h, sameTeamAtMost: 2',
    '23:49 pipelines.web[1].approval.sameTeamAtMost POLICY_APPROVAL_RULE_INVALID',
  ],
  [
    'more rejections than people',
    'expires: 72h',
    'expires: 72h, rejectQuorum: 9',
    '23:47 pipelines.web[1].approval.rejectQuorum POLICY_APPROVAL_RULE_INVALID',
  ],
  [
    'metric without a condition',
    ', passWhen: "value < 1"',
    '',
    '31:11 pipelines.web[1].analysis[1] POLICY_METRIC_INVALID',
  ],
  [
    'unreadable condition',
    'value < 1',
    'rate < 1',
    '31:78 pipelines.web[1].analysis[1].passWhen POLICY_CONDITION_INVALID',
  ],
  [
    'count without an interval',
    'passWhen: "value < 1"',
    'passWhen: "value < 1", count: 3',
    '31:98 pipelines.web[1].analysis[1].count POLICY_METRIC_INVALID',
  ],
  [
    'passAfter over one measurement',
    'passWhen: "value < 1"',
    'passWhen: "value < 1", passAfter: 2',
    '31:102 pipelines.web[1].analysis[1].passAfter POLICY_METRIC_INVALID',
  ],
  [
    'zero without traffic',
    'passWhen: "value < 1"',
    'passWhen: "value < 1", onNoData: zero',
    '31:101 pipelines.web[1].analysis[1].onNoData POLICY_METRIC_INVALID',
  ],
  [
    'unknown placeholder',
    '{{weight}}',
    '{{wait}}',
    '26:30 pipelines.web[1].deploy.apply[1] POLICY_PLACEHOLDER_UNKNOWN',
  ],
  [
    'placeholder that a check cannot know',
    '{{version}}',
    '{{weight}}',
    '16:50 pipelines.web[0].checks[0].run[1] POLICY_PLACEHOLDER_UNKNOWN',
  ],
  ['line that is no YAML', 'gantry: 1', 'gantry: 1: 2', '1:9  POLICY_SYNTAX'],
  ['key twice', 'gantry: 1', 'gantry: 1\ngantry: 1', '2:1  POLICY_SYNTAX'],
])('%s is told with its line and column', (_, from, to, expected) => {
  expect(problemsWith(from, to).join('\n')).toBe(expected);
});

describe('a policy that is right', () => {
  test('has no problems and all defaults', () => {
    const { policy, problems } = readPolicy(good);
    expect(problems).toEqual([]);
    expect(policy?.pipelines['web']?.[1]?.approval).toEqual({
      expires: '72h',
      onExpiry: 'close',
      assurance: 'link',
    });
  });

  test('keeps its digest when comments and defaults are written out, and changes it with any value', () => {
    const { digest } = readPolicy(good);
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    expect(readPolicy(good.replace('soak: 30m }', 'soak: 30m } # half an hour')).digest).toBe(digest);
    expect(readPolicy(good.replace('gantry: 1\n', 'gantry: 1\n\n')).digest).toBe(digest);
    expect(readPolicy(good.replace('expires: 72h', 'onExpiry: close, expires: 72h')).digest).toBe(digest);
    expect(readPolicy(good.replace('soak: 30m', 'soak: 31m')).digest).not.toBe(digest);
  });

  test('may use anchors for what repeats', () => {
    const text = good.replace('approval: { expires: 72h }', 'approval: { expires: &long 72h, grace: *long }');
    expect(readPolicy(text).policy?.pipelines['web']?.[1]?.approval.grace).toBe('72h');
  });

  test.each(['<<: *first', '"<<": *first'])('takes no merge key, and says what to write: %s', (merge) => {
    const text = `gantry: 1\npipelines:\n  web:\n    - &first { environment: staging }\n    - ${merge}\n`;
    expect(readPolicy(text).problems).toMatchObject([
      {
        ...{ line: 5, column: 7, code: 'POLICY_SYNTAX', detail: expect.stringContaining('merge key `<<`') },
        remedy: expect.stringContaining('`*name`'),
      },
    ]);
  });

  test('is what the reference shows', () => {
    expect(readPolicy(examplePolicy).problems).toEqual([]);
  });
});

test('all mistakes are told at once, in the order of the file', () => {
  const { problems, policy } = readPolicy(
    good
      .replace('Europe/Berlin', 'Mars')
      .replace('owner: ana', 'owner: zoe')
      .replace('weight: 100', 'weight: 5'),
  );
  expect(policy).toBeUndefined();
  expect(problems.map(({ line, code }) => [line, code])).toEqual([
    [2, 'POLICY_ZONE_UNKNOWN'],
    [10, 'POLICY_REFERENCE_UNKNOWN'],
    [28, 'POLICY_ROLLOUT_INVALID'],
    [28, 'POLICY_ROLLOUT_INVALID'],
  ]);
});

test.each([
  ['a near name is suggested', 'environment: staging', 'enviroment: staging', 'Did you mean `environment`?'],
  ['a near reference is suggested', 'environment: staging', 'environment: stagin', 'Did you mean `staging`?'],
  ['a near kind is suggested', 'kind: http', 'kind: htp', 'Did you mean `http`?'],
  ['a number is shown in quotes', 'name: Ana', 'name: 1.20', 'in quotes: "1.2"'],
  [
    'a field that is there already is said so',
    'id: staging',
    'id: staging, Id: x',
    'That stands here already',
  ],
])('%s', (_, from, to, remedy) => {
  expect(
    readPolicy(good.replace(from, to))
      .problems.map((problem) => problem.remedy)
      .join('\n'),
  ).toContain(remedy);
});

test('a cycle shows its way round', () => {
  const text = good.replace('id: cart,', 'id: cart, dependsOn: [shop],');
  expect(readPolicy(text).problems[0]?.detail).toContain('cart → shop → cart');
});

test.each([
  ['over 1 MiB', `# ${'x'.repeat(1024 * 1024)}\n${good}`, 'POLICY_TOO_LARGE'],
  ['empty', '# nothing yet\n', 'POLICY_INVALID'],
  ['expanding itself', `a: &a [x]\nb: [${'*a,'.repeat(200)}]`, 'POLICY_SYNTAX'],
  ['nested without end', '['.repeat(20_000), 'POLICY_SYNTAX'],
  ['of two documents', `${good}---\n${good}`, 'POLICY_SYNTAX'],
  ['with a key that is no text', '? [a, b]\n: 1\n', 'POLICY_SYNTAX'],
])('a file %s is refused with one problem', (_, text, code) => {
  expect(readPolicy(text).problems.map((problem) => problem.code)).toEqual([code]);
});

test.each([
  ['a list', '&a [*a]', '1:5'],
  ['a map', 'gantry: 1\npeople: &a\n  - { id: ana, roles: *a }\n', '3:23'],
])('%s that contains itself is a problem at the place of the reference', (_, text, at) => {
  expect(readPolicy(text).problems.map(({ line, column, code }) => [`${line}:${column}`, code])).toEqual([
    [at, 'POLICY_INVALID'],
  ]);
});

test('names that mean something to the language are refused, not lost', () => {
  const text = good
    .replace('pipelines:\n', 'pipelines:\n  __proto__: []\n')
    .replace('url: "http://m"', 'url: "http://m", headers: { __proto__: x }');
  const { problems } = readPolicy(text);
  expect(problems.map(({ path, code }) => [path, code])).toEqual([
    ['pipelines.__proto__', 'POLICY_NAME_INVALID'],
    ['pipelines.web[1].analysis[0].headers.__proto__', 'POLICY_NAME_INVALID'],
  ]);
});

describe('a policy that asks for a sign-in', () => {
  const text = (level: string): string => `gantry: 1
organisation: { name: Acme, zone: UTC }
people: [{ id: ana, name: Ana, email: ana@acme.test, roles: [qa] }]
environments: [{ id: production, production: true }]
services: [{ id: shop, pipeline: web }]
pipelines:
  web:
    - environment: production
      approvals: [{ role: qa }]
      approval:
        assurance: ${level}
      deploy: { kind: command, apply: [./d.sh], undo: [./u.sh] }
`;

  test.each(['login', 'reauth'])(
    'of level %s is a mistake with its place where nobody can sign in',
    (level) => {
      const { policy, digest, problems } = readPolicy(text(level), 'gantry.yaml', { hasProvider: false });
      expect(policy).toBeUndefined();
      expect(digest).toBeUndefined();
      expect(problems).toMatchObject([
        {
          line: 11,
          column: 20,
          path: 'pipelines.web[0].approval.assurance',
          code: 'ASSURANCE_NEEDS_PROVIDER',
        },
      ]);
      expect(readPolicy(text(level), 'gantry.yaml', { hasProvider: true }).problems).toEqual([]);
    },
  );

  test('that production leaves out is a sign-in where there is a provider, and the link where there is none', () => {
    const silent = text('link').replace('assurance: link', 'expires: 24h');
    const levelWith = (written: string, hasProvider?: boolean) =>
      readPolicy(written, 'gantry.yaml', hasProvider === undefined ? {} : { hasProvider }).policy?.pipelines[
        'web'
      ]?.[0]?.approval.assurance;
    expect([true, false, undefined].map((has) => levelWith(silent, has))).toEqual(['login', 'link', 'link']);
    const named = silent.replace('expires: 24h', 'assurance: link');
    expect(levelWith(named, true)).toBe('link');
    const { reading, positions } = openPolicy(silent, 'gantry.yaml', { hasProvider: true });
    expect(explainPolicy(reading.policy!, positions!)).toContainEqual({
      path: 'pipelines.web[0].approval.assurance',
      value: 'login',
      because: 'it is production, and an OpenID provider is configured',
    });
  });

  test.each(['link', 'link+code'])('of level %s needs none', (level) => {
    expect(readPolicy(text(level), 'gantry.yaml', { hasProvider: false }).problems).toEqual([]);
  });
});

test.each([
  [
    'FREQ=WEEKLY;BYDAY=MO,TU,WE',
    'The rule ends at its comma: "TU", "WE" are read as fields without a value.',
    'Within { } a value with commas needs quotes: rrule: "FREQ=WEEKLY;BYDAY=MO,TU,WE".',
  ],
  [
    'FREQ=MONTHLY;BYDAY=1MO,-1FR;INTERVAL=2',
    'The rule ends at its comma: "-1FR;INTERVAL=2" is read as a field without a value.',
    'Within { } a value with commas needs quotes: rrule: "FREQ=MONTHLY;BYDAY=1MO,-1FR;INTERVAL=2".',
  ],
  [
    'FREQ=WEEKLY;BYDAY=MO, note',
    'There is no field "note" here.',
    expect.stringContaining('Write one of: id, zone'),
  ],
])('a rule %s without quotes within { } is told as that, once', (rrule, detail, remedy) => {
  const windows = `windows: [{ start: 2026-01-05T09:00, rrule: ${rrule}, duration: 7h }]`;
  const { problems } = readPolicy(good.replace(/^(\s*- \{ id: staging)/m, `$1, ${windows}`));
  expect(problems).toMatchObject([{ code: 'POLICY_FIELD_UNKNOWN', detail, remedy }]);
});
