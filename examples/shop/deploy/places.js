import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

// Where everything lies. One folder holds the ledger of what was done and, for each service, its repository, its checkouts
// and what runs of it: the folder of gantry.yaml, which Gantry names to every command, or SHOP_HOME for calls by hand.

export const home =
  process.env.SHOP_HOME ??
  process.env.GANTRY_POLICY_DIR ??
  fail('SHOP_HOME is not set: name the folder that everything lies in.');
export const service = process.env.GANTRY_SERVICE ?? 'shop';
export const repository = join(home, service, 'repository');
export const ledgerFile = join(home, 'ledger.jsonl');
/** Where a rehearsal writes by how many milliseconds it has moved the clock of what is deployed. */
export const clockFile = join(home, 'clock');
export const runFolder = join(home, service, 'run');
export const checkoutOf = (version) => join(home, service, 'checkouts', version);
export const processFile = (environment, version) =>
  join(runFolder, environment, `${service}-${version}.json`);
export const routerFile = (environment) => join(runFolder, environment, 'router.json');
export const backendsFile = (environment) => join(runFolder, environment, 'backends.json');
export const logFile = (environment, name) => join(runFolder, environment, `${name}.log`);

const usualPorts = {
  shop: { staging: 4101, production: 4102 },
  payments: { staging: 4103, production: 4104 },
};

/** Port of a service's router: from ports.json where there is one, so that several demos can run side by side. */
export const routerPort = (environment, of = service) =>
  (readJson(join(home, 'ports.json')) ?? usualPorts)[of]?.[environment] ?? 0;

/** The content of a JSON file, or undefined where there is none (yet). */
export function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Replaces a file as a whole, so that nobody ever reads half of it. */
export function writeJson(path, value) {
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(value));
  renameSync(draft, path);
}

function fail(sentence) {
  console.error(sentence);
  process.exit(2);
}
