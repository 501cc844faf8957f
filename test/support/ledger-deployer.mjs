#!/usr/bin/env node
// A deployer and a check whose every run is written down, and which a test can hold, fail and watch through files.
// It is not idempotent on purpose: an effect that Gantry asks for twice stands in the ledger twice.
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const [action] = process.argv.slice(2);
const { GANTRY_POLICY_DIR: dir, GANTRY_SERVICE: service, GANTRY_VERSION: version } = process.env;
const { GANTRY_OPERATION_ID: operation = `${action}.${service}.${version}`, GANTRY_WEIGHT: weight } =
  process.env;
const home = join(dir, 'ledger');
const control = (what) => join(home, `${what}.${action}.${service}`);

function write(file, line) {
  appendFileSync(join(home, file), `${JSON.stringify({ operation, action, service, version, ...line })}\n`);
}

/** At this step alone, or at each. */
const isAsked = (what) => existsSync(control(what)) || existsSync(control(`${what}-${weight ?? 0}`));

/** A test that was killed removes nothing: after two minutes nobody waits any more. */
async function heldAt(place) {
  write('calls.jsonl', { place, pid: process.pid, weight: Number(weight ?? 0) });
  for (let left = 6_000; left > 0 && isAsked(`hold-${place}`); left -= 1) await pause(20);
}

mkdirSync(home, { recursive: true });
const effects = existsSync(join(home, 'effects.jsonl'))
  ? readFileSync(join(home, 'effects.jsonl'), 'utf8')
  : '';
if (action === 'status') process.exit(effects.includes(`"operation":"${operation}"`) ? 0 : 1);
await heldAt('before');
if (action === 'probe') {
  const last = effects
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
    .findLast((effect) => effect.service === service && effect.action !== 'check');
  // what an undo brought back is not in the ledger: nobody can tell
  if (last?.action === 'undo') process.exit(1);
  if (last) console.log(last.version);
  process.exit(0);
}
if (isAsked('fail')) {
  console.error(`${action} of ${service} fails because the test says so`);
  process.exit(1);
}
write('effects.jsonl', { weight: Number(weight ?? 0), at: new Date().toISOString() });
await heldAt('after');
console.log(`${action} ${service} ${version} done`);
