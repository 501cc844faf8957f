import tseslint from 'typescript-eslint';

const only = (regex, message) => ['error', { patterns: [{ regex, message, allowTypeImports: false }] }];
const tests = ['**/*.test.ts'];

export default tseslint.config(
  {
    ignores: [
      'dist/**',
      'node_modules/**',
      'coverage/**',
      'examples/**',
      '**/*.js',
      '**/*.cjs',
      '**/*.mjs',
      '.gantry/**',
    ],
  },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      'no-console': 'error',
      'max-lines-per-function': ['warn', 70],
      'max-lines': ['warn', 300],
      complexity: ['warn', 15],
    },
  },
  {
    files: ['domain/**'],
    ignores: tests,
    rules: {
      '@typescript-eslint/no-restricted-imports': only(
        '^(?!\\.|(zod|temporal-polyfill|rrule-temporal|semver|semver/internal/re\\.js|canonicalize|fastest-levenshtein)$).*',
        'domain is pure: no packages with a clock, input or output.',
      ),
      'no-restricted-globals': ['error', 'process', 'setTimeout', 'setInterval', 'fetch'],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: '`now` is an argument.' },
        { object: 'Math', property: 'random' },
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: "NewExpression[callee.name='Date'][arguments.length=0]",
          message: '`now` is an argument.',
        },
      ],
    },
  },
  {
    files: ['workflows/**'],
    ignores: tests,
    rules: {
      '@typescript-eslint/no-restricted-imports': only(
        '^(?!\\.|@temporalio/(workflow|common)$).*',
        'Workflow code knows only the workflow SDK.',
      ),
      'no-restricted-syntax': [
        'error',
        ...[
          "[kind='let']",
          ' > VariableDeclarator > NewExpression[callee.name=/^(Weak)?(Map|Set)$/][arguments.length=0]',
          ' > VariableDeclarator > ArrayExpression[elements.length=0]',
          ' > VariableDeclarator > ObjectExpression[properties.length=0]',
        ].map((kept) => ({
          selector: `:matches(Program, ExportNamedDeclaration) > VariableDeclaration${kept}`,
          message: 'All workflows of a worker share this module (docs/adr/0021-light-while-waiting.md).',
        })),
      ],
    },
  },
  { files: ['cli/**', 'scripts/**'], rules: { 'no-console': 'off' } },
  {
    files: ['test/**', ...tests],
    extends: [tseslint.configs.disableTypeChecked],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
);
