import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { access, constants, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { DemoStage } from './stage.ts';

const run = promisify(execFile);
const STOP_WITHIN_MS = 20_000;

/** A process that the demo has started and will stop. */
export interface Started {
  process: ChildProcess;
  stop: () => Promise<void>;
}

/** Runs the deployer of a service as a person would. */
export async function deployByHand(stage: DemoStage, service: string, ...args: string[]): Promise<string> {
  const { stdout } = await run(stage.deployScript, args, {
    env: { PATH: process.env['PATH'], SHOP_HOME: stage.home, GANTRY_SERVICE: service },
  });
  return stdout.trim();
}

/** `gantry up` on the ports and in the folder of this demo; what it prints is kept in `up.log`. */
export function startGantry(stage: DemoStage): Started & { ready: Promise<void> } {
  const { ports } = stage;
  const isSource = import.meta.url.endsWith('.ts');
  const main = fileURLToPath(new URL(`../../cli/main.${isSource ? 'ts' : 'js'}`, import.meta.url));
  const outgoing = [ports.staging, ports.production, ports.prometheus].map((port) => `127.0.0.1:${port}`);
  const child = spawn(process.execPath, [...process.execArgv, main, 'up'], {
    env: {
      ...process.env,
      GANTRY_POLICY: stage.policyFile,
      GANTRY_DATA_DIR: stage.dataDir,
      GANTRY_PORT: String(ports.api),
      GANTRY_UI_PORT: String(ports.ui),
      GANTRY_TEMPORAL_PORT: String(ports.temporal),
      GANTRY_SMTP_PORT: String(ports.smtp),
      GANTRY_TIME_SKIPPING: 'allow',
      GANTRY_OUTGOING_ALLOW: outgoing.join(','),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log = createWriteStream(join(stage.home, 'up.log'));
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  return { process: child, stop: () => stopProcess(child), ready: untilReady(child) };
}

/** Waits for the banner: address and token of the command line are there before it is printed. */
async function untilReady(child: ChildProcess): Promise<void> {
  let printed = '';
  await new Promise<void>((resolve, reject) => {
    const listen = (chunk: Buffer): void => {
      printed += chunk.toString();
      if (printed.includes('Gantry is ready')) resolve();
    };
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
    child.once('exit', () => reject(new Error(`gantry up ended before it was ready:\n${printed}`)));
    child.once('error', reject);
  });
}

/** The path of a Prometheus binary, if one is at hand. */
export async function findPrometheus(): Promise<string | undefined> {
  const named = process.env['PROMETHEUS_PATH'];
  const places =
    named === undefined
      ? (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'prometheus'))
      : [named];
  for (const place of places) {
    const isThere = await access(place, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return place;
  }
  return undefined;
}

/** A real Prometheus that asks all routers every second. */
export async function startPrometheus(stage: DemoStage, binary: string): Promise<Started> {
  const { ports } = stage;
  const routers = [ports.staging, ports.production, ports.paymentsStaging, ports.paymentsProduction];
  const config = join(stage.home, 'prometheus.json');
  // JSON is YAML, and needs no care for indentation.
  await writeFile(
    config,
    JSON.stringify({
      global: { scrape_interval: '1s', scrape_timeout: '1s' },
      scrape_configs: [
        {
          job_name: 'shop',
          static_configs: [{ targets: routers.map((port) => `127.0.0.1:${port}`) }],
        },
      ],
    }),
  );
  const child = spawn(
    binary,
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(stage.home, 'prometheus')}`,
      `--web.listen-address=127.0.0.1:${ports.prometheus}`,
      '--log.level=error',
    ],
    { stdio: 'ignore' },
  );
  await untilAnswers(`http://127.0.0.1:${ports.prometheus}/-/ready`, child, 20_000);
  return { process: child, stop: () => stopProcess(child) };
}

/** Waits for an address to answer with success; ends early where the process behind it is gone. */
export async function untilAnswers(url: string, child: ChildProcess, ms: number): Promise<void> {
  const end = Date.now() + ms;
  for (;;) {
    const isUp = await fetch(url, { signal: AbortSignal.timeout(2_000) }).then(
      (answer) => answer.ok,
      () => false,
    );
    if (isUp) return;
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`${child.spawnfile} ended before ${url} answered`);
    if (Date.now() > end) throw new Error(`${url} did not answer within ${ms / 1000} s`);
    await pause(100);
  }
}

async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
  await gone;
  clearTimeout(timer);
}
