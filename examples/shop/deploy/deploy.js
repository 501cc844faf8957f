#!/usr/bin/env node
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { running, until, whoAnswers } from './alive.js';
import { isDone } from './ledger.js';
import {
  checkoutOf,
  clockFile,
  home,
  logFile,
  processFile,
  readJson,
  repository,
  routerFile,
  routerPort,
  runFolder,
  service,
} from './places.js';

const usage = `deploy.js ENVIRONMENT VERSION WEIGHT        give VERSION this share of the traffic, in per cent
deploy.js --undo ENVIRONMENT VERSION PREVIOUS   back to PREVIOUS ("none": to nothing), take VERSION away
deploy.js --status                              was GANTRY_OPERATION_ID done? exit 0 yes, 1 no
deploy.js --probe ENVIRONMENT                   print the version that runs
deploy.js --router ENVIRONMENT                  start the router and print its address
deploy.js --stop-all                            stop all versions and routers

GANTRY_SERVICE says of which service: shop (the default) or payments.`;

const here = dirname(fileURLToPath(import.meta.url));
const operation = process.env.GANTRY_OPERATION_ID ?? `by-hand.${process.pid}.${Date.now()}`;

/** The share of a new version; the rest stays with what had most of it. */
async function apply(environment, version, weight) {
  if (isDone(operation)) return sayDone();
  const router = await startRouter(environment);
  const { port } = await start(environment, version);
  const others = Object.entries((await whoAnswers(router.port, '/router')).backends).filter(
    ([name]) => name !== version,
  );
  const [before] = others.sort(([, a], [, b]) => b.weight - a.weight);
  const table = { [version]: { port, weight } };
  if (before) table[before[0]] = { ...before[1], weight: 100 - weight };
  const { repeated } = await route(router, { version, backends: table });
  if (repeated) sayDone();
  else console.log(`${environment}: ${version} has ${weight} % of the traffic`);
  // The version before stays warm until the next one comes: going back is then a matter of routing alone.
  await stopAllBut(environment, Object.keys(table));
}

async function undo(environment, version, previous) {
  if (isDone(operation)) return sayDone();
  const router = await startRouter(environment);
  const { backends } = await whoAnswers(router.port, '/router');
  const back = previous === 'none' || previous === '' || previous === undefined ? undefined : previous;
  const isNeeded = backends[version] !== undefined || (back !== undefined && backends[back]?.weight !== 100);
  const table =
    back === undefined ? {} : { [back]: { port: (await start(environment, back)).port, weight: 100 } };
  const { repeated } = await route(router, { version, backends: table });
  if (repeated) sayDone();
  else if (isNeeded) console.log(`${environment}: back on ${back ?? 'nothing'}`);
  else console.log(`${environment}: ${version} was never there`);
  await stopAllBut(environment, Object.keys(table));
}

const sayDone = () => console.log(`${operation} was done before`);

async function startRouter(environment) {
  const known = await running(routerFile(environment), '/router');
  if (known) return known;
  launch(environment, 'router', [join(here, 'router.js'), environment]);
  return until(() => running(routerFile(environment), '/router'), `The router of ${environment}`);
}

async function start(environment, version) {
  const file = processFile(environment, version);
  const known = await running(file, '/health');
  if (known) return known;
  checkOut(version);
  launch(environment, `${service}-${version}`, [join(here, 'serve.js'), environment, version]);
  return until(() => running(file, '/health'), `A healthy ${version} in ${environment}`);
}

/** Starts a process that outlives this one and its caller. */
function launch(environment, name, args) {
  mkdirSync(join(runFolder, environment), { recursive: true });
  const log = openSync(logFile(environment, name), 'a');
  const env = {
    PATH: process.env.PATH,
    SHOP_HOME: home,
    GANTRY_SERVICE: service,
    GANTRY_OPERATION_ID: operation,
    CLOCK_FILE: clockFile,
    PAYMENTS_URL: `http://127.0.0.1:${routerPort(environment, 'payments')}`,
  };
  spawn(process.execPath, args, { detached: true, stdio: ['ignore', log, log], cwd: runFolder, env }).unref();
}

/** The tagged sources of a version; made beside and moved into place, so a half checkout is never served. */
function checkOut(version) {
  const target = checkoutOf(version);
  if (existsSync(target)) return;
  const draft = `${target}.${process.pid}`;
  mkdirSync(dirname(target), { recursive: true });
  execFileSync(
    'git',
    [
      '-c',
      'advice.detachedHead=false',
      'clone',
      '--quiet',
      '--depth',
      '1',
      '--branch',
      `v${version}`,
      `file://${repository}`,
      draft,
    ],
    {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { PATH: process.env.PATH, HOME: draft, GIT_CONFIG_NOSYSTEM: '1' },
    },
  );
  try {
    renameSync(draft, target);
  } catch (error) {
    if (!existsSync(target)) throw error;
    rmSync(draft, { recursive: true, force: true });
  }
}

async function route(router, table) {
  const answer = await fetch(`http://127.0.0.1:${router.port}/router/route`, {
    method: 'PUT',
    body: JSON.stringify({ operation, ...table }),
  });
  if (!answer.ok) throw new Error(`The router refused: ${answer.status}`);
  return answer.json();
}

async function stopAllBut(environment, versions) {
  const kept = new Set(versions.map((version) => processFile(environment, version)));
  const files = processFiles(environment).filter((file) => !kept.has(file));
  await Promise.all(files.map((file) => stop(file, '/health')));
}

const processFiles = (environment) =>
  readdirSync(join(runFolder, environment))
    .filter((name) => name.startsWith(`${service}-`) && name.endsWith('.json'))
    .map((name) => join(runFolder, environment, name));

async function stop(file, path) {
  const known = await running(file, path);
  if (known) {
    process.kill(known.pid, 'SIGTERM');
    // Closed to customers is stopped; what is being answered is answered to its end.
    const closed = until(async () => !(await running(file, path)), `The end of process ${known.pid}`, 10_000);
    await closed.catch(() => process.kill(known.pid, 'SIGKILL'));
  }
  rmSync(file, { force: true });
}

async function stopAll() {
  if (!existsSync(runFolder)) return;
  for (const environment of readdirSync(runFolder)) {
    await stop(routerFile(environment), '/router');
    await Promise.all(processFiles(environment).map((file) => stop(file, '/health')));
  }
}

async function probe(environment) {
  const router = readJson(routerFile(environment));
  const { backends = {} } = (router && (await whoAnswers(router.port, '/router'))) ?? {};
  const [first] = Object.entries(backends).sort(([, a], [, b]) => b.weight - a.weight);
  console.log(first?.[0] ?? 'none');
}

async function main([first, ...rest]) {
  if (first === '--undo') return undo(rest[0], rest[1], rest[2]);
  if (first === '--status') return void (process.exitCode = isDone(operation) ? 0 : 1);
  if (first === '--probe') return probe(rest[0]);
  if (first === '--router') return void console.log(`http://127.0.0.1:${(await startRouter(rest[0])).port}`);
  if (first === '--stop-all') return stopAll();
  const weight = Number(rest[1]);
  if (rest.length !== 2 || !(weight > 0 && weight <= 100)) {
    console.error(usage);
    process.exitCode = 2;
    return undefined;
  }
  return apply(first, rest[0], weight);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
