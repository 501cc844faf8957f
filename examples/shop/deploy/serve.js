import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { claim } from './alive.js';
import { recordEffect } from './ledger.js';
import { checkoutOf, processFile, service, writeJson } from './places.js';

// Serves one version in one environment: `serve.js staging 1.4.0`. Whoever starts a second one changes nothing.

const [environment, version] = process.argv.slice(2);
const file = processFile(environment, version);
if (!(await claim(file, '/health'))) process.exit(0);
writeJson(file, { pid: process.pid });

process.send = ({ port }) => {
  writeJson(file, { pid: process.pid, port });
  recordEffect({
    operation: process.env.GANTRY_OPERATION_ID,
    effect: 'start',
    service,
    environment,
    version,
    pid: process.pid,
  });
};
process.env.PORT = '0';
await import(pathToFileURL(join(checkoutOf(version), 'src', 'main.js')).href);
