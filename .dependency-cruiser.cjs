const rooms = 'domain|workflows|activities|worker|api|cli|platform';
const code = (room) => ({ path: `^(${room})/`, pathNot: '\\.test\\.ts$' });
const wall = (from, ok, sentence, except = []) => ({
  name: `${from}-wall`,
  comment: sentence,
  severity: 'error',
  from: { path: `^${from}/`, pathNot: ['\\.test\\.ts$', ...except] },
  to: {
    path: `^(${rooms})/`,
    pathNot: `^(${[from, ...ok].join('|')})(/|\\.ts$)`,
    dependencyTypesNot: ['type-only'],
  },
});

module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      comment:
        'A circle of files is one file that pretends to be several; a type, or a file loaded on demand, makes none.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only', 'dynamic-import'] } },
    },
    wall('domain', [], 'The judgement is pure: it knows nobody.'),
    wall(
      'workflows',
      ['domain'],
      'A workflow knows rules and the types of its activities, never an adapter.',
    ),
    wall(
      'activities',
      ['domain', 'platform', 'workflows/contract'],
      'Effects use rules, the platform and the names of the contract; they never call the engine’s stories.',
    ),
    wall(
      'api',
      ['domain', 'platform', 'workflows'],
      'The API reads the record and talks to workflows through their contract.',
    ),
    wall(
      'cli',
      ['domain', 'platform', 'workflows'],
      'The CLI speaks HTTP; only the commands that start parts load them.',
      ['^cli/(up|apart|apart-runner|api|worker)(/|\\.ts$)'],
    ),
    wall('platform', ['domain'], 'The platform serves all rooms and knows none of them.'),
    wall(
      'worker',
      ['domain', 'workflows', 'activities', 'platform'],
      'The worker hands adapters to activities and nothing else.',
    ),
    {
      name: 'domain-npm',
      comment: 'Rules are computed from facts: no clock, no input, no output.',
      severity: 'error',
      from: code('domain'),
      to: {
        dependencyTypes: ['npm', 'core'],
        pathNot:
          'node_modules/(zod|temporal-polyfill|rrule-temporal|semver|canonicalize|fastest-levenshtein)/',
      },
    },
    {
      name: 'workflow-npm',
      comment: 'Only the workflow SDK is deterministic.',
      severity: 'error',
      from: code('workflows'),
      to: {
        dependencyTypes: ['npm', 'core', 'npm-dev'],
        pathNot: 'node_modules/@temporalio/(workflow|common)/',
      },
    },
    {
      name: 'workflow-no-schema',
      comment: 'zod would add a megabyte to every workflow; zone data would change a replay.',
      severity: 'error',
      from: { path: '^workflows/', pathNot: '\\.test\\.ts$' },
      to: { path: '(^domain/calendar/|\\.schema\\.ts$)', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'only-contract',
      comment: 'Names, inputs and messages are all that the API knows of a workflow.',
      severity: 'error',
      from: code('api|cli'),
      to: { path: '^workflows/(?!contract)', dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: 'specify',
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
