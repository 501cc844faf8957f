import { cp, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseDocument } from 'yaml';
import { freePorts } from '../../platform/free-ports.ts';
import { buildHistory } from './history.ts';
import { paymentsCommits } from './payments-commits.ts';
import { shopCommits } from './shop-commits.ts';

/** Ports that were free when the demo began. */
export interface DemoPorts {
  api: number;
  ui: number;
  temporal: number;
  smtp: number;
  /** Routers of the shop. */
  staging: number;
  production: number;
  /** Routers of payments. */
  paymentsStaging: number;
  paymentsProduction: number;
  prometheus: number;
}

/** The folder that a demo lives in: policy, repository, deployer, and all that the shop and Gantry keep. */
export interface DemoStage {
  home: string;
  policyFile: string;
  dataDir: string;
  deployScript: string;
  ledgerFile: string;
  /** By how many milliseconds the clock of what is deployed was moved. */
  clockFile: string;
  ports: DemoPorts;
}

/** Sets everything up in a fresh folder: nothing of an earlier demo can help or harm this one. */
export async function setStage(o: { withPrometheus: boolean }): Promise<DemoStage> {
  const home = await mkdtemp(join(tmpdir(), 'gantry-demo-'));
  const shop = join(packageRoot(), 'examples', 'shop');
  const ports: DemoPorts = await freePorts([
    ...(['api', 'ui', 'temporal', 'smtp', 'prometheus'] as const),
    ...(['staging', 'production', 'paymentsStaging', 'paymentsProduction'] as const),
  ]);
  for (const { service, commits } of [
    { service: 'shop', commits: shopCommits },
    { service: 'payments', commits: paymentsCommits },
  ]) {
    const sources = [join(shop, service), join(shop, 'shared')];
    await buildHistory({ sources, commits, folder: join(home, service, 'repository') });
  }
  await cp(join(shop, 'deploy'), join(home, 'deploy'), { recursive: true });
  await mkdir(join(home, '.gantry'), { mode: 0o700 });
  await writeFile(
    join(home, 'ports.json'),
    JSON.stringify({
      shop: { staging: ports.staging, production: ports.production },
      payments: { staging: ports.paymentsStaging, production: ports.paymentsProduction },
    }),
  );
  const policyFile = join(home, 'gantry.yaml');
  const text = await readFile(join(shop, 'gantry.yaml'), 'utf8');
  await writeFile(policyFile, fitPolicy(text, ports, o));
  return {
    home,
    policyFile,
    dataDir: join(home, '.gantry'),
    deployScript: join(home, 'deploy', 'deploy.js'),
    ledgerFile: join(home, 'ledger.jsonl'),
    clockFile: join(home, 'clock'),
    ports,
  };
}

/** The example's policy with the ports of this run and, where one is at hand, Prometheus as the source of its metric. */
export function fitPolicy(
  text: string,
  ports: DemoPorts,
  { withPrometheus }: { withPrometheus: boolean },
): string {
  const policy = parseDocument(text);
  const production = ['pipelines', 'web', 1];
  policy.setIn([...production, 'checks', 0, 'url'], `http://127.0.0.1:${ports.staging}/health`);
  const metric = [...production, 'analysis', 0];
  if (!withPrometheus) {
    policy.setIn(
      [...metric, 'url'],
      `http://127.0.0.1:${ports.production}/metrics.json?service={{service}}&version={{version}}`,
    );
    return policy.toString();
  }
  policy.setIn([...metric, 'kind'], 'prometheus');
  policy.setIn([...metric, 'url'], `http://127.0.0.1:${ports.prometheus}`);
  policy.setIn([...metric, 'query'], errorShare);
  policy.deleteIn([...metric, 'pointer']);
  return policy.toString();
}

const answers = (more: string): string =>
  `sum(rate(http_requests_total{service="{{service}}",environment="{{environment}}",version="{{version}}"${more}}[10s]))`;
const errorShare = `${answers(',code=~"5.."')} / ${answers('')}`;

/** The folder that holds `examples/`: two levels up from the sources, three from `dist/`, which has a package.json of its own. */
export function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'examples'))) folder = dirname(folder);
  return folder;
}
