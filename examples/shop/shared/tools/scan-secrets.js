import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

// Looks for credentials in the sources and reports them as SARIF: `node tools/scan-secrets.js out.sarif`.

const rules = [
  {
    id: 'private-key',
    level: 'error',
    pattern: /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/,
    text: 'A private key lies in the sources.',
  },
  {
    id: 'cloud-key',
    level: 'error',
    pattern: /\bAKIA[0-9A-Z]{16}\b/,
    text: 'A cloud access key lies in the sources.',
  },
  {
    id: 'password',
    level: 'error',
    pattern: /\b(?:password|passwd|secret|token)\s*[:=]\s*['"][^'"\s]{8,}['"]/i,
    text: 'A credential is written out.',
  },
  {
    id: 'plain-http',
    level: 'note',
    pattern: /['"]http:\/\/(?!127\.0\.0\.1|localhost|shop\b)[a-z]/,
    text: 'An address without encryption.',
  },
];
const skipped = new Set(['node_modules', '.git']);
const here = import.meta.filename ?? new URL(import.meta.url).pathname;

function* sources(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && !skipped.has(entry.name)) yield* sources(path);
    else if (entry.isFile() && /\.(js|json|md|ya?ml|env)$/.test(entry.name) && path !== here) yield path;
  }
}

const root = process.cwd();
const results = [...sources(root)].flatMap((path) =>
  readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line, index) =>
      rules
        .filter(({ pattern }) => pattern.test(line))
        .map(({ id, level, text }) => ({
          ruleId: id,
          level,
          message: { text },
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: relative(root, path).split(sep).join('/') },
                region: { startLine: index + 1 },
              },
            },
          ],
        })),
    ),
);

const sarif = {
  $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
  version: '2.1.0',
  runs: [
    {
      tool: {
        driver: {
          name: 'scan-secrets',
          rules: rules.map(({ id, text }) => ({ id, shortDescription: { text } })),
        },
      },
      results,
    },
  ],
};
writeFileSync(process.argv[2] ?? 'security.sarif', JSON.stringify(sarif, null, 2));
console.log(`${results.length} findings`);
