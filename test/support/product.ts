import { chmod, copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ReleaseView } from '../../domain/release/release.ts';
import { claimPort } from '../../platform/ports.ts';
import { builtGantry } from './built-gantry.ts';
import type { GantryProcess } from './gantry-process.ts';
import { ledgerOf, type Ledger } from './ledger.ts';
import { decideByLink } from './link-approver.ts';
import type { Mail } from './mail-catcher.ts';
import { apiCaller, type ApiCaller } from './product/api-caller.ts';
import { startApart, type Servers } from './product/apart.ts';
import { commandLine, type CliEnd } from './product/command-line.ts';
import { readInbox } from './product/inbox.ts';
import { startTogether } from './product/together.ts';
import { until } from './until.ts';

export interface ProductOptions {
  /** Text of gantry.yaml. `./deployer.mjs`, the script that keeps a ledger, lies beside it (see `ledger.ts`). */
  policy: string;
  /** Further files beside gantry.yaml, by their relative paths. */
  files?: Readonly<Record<string, string>>;
  /** `gantry api` and `gantry worker` as processes of their own, on servers of this test; else `gantry up`. */
  apart?: boolean;
  /** Further settings for the processes, such as GANTRY_OUTGOING_ALLOW. */
  env?: Readonly<Record<string, string>>;
  /** Folder in which its own is made; left out: that for temporary files. */
  within?: string;
}

export interface TimelineLine {
  action: string;
  object: string;
  sentence: string;
}

/** Where a product runs, before anything is asked of it. */
export interface ProductPlace {
  dir: string;
  /** Path of the built command line. */
  main: string;
  port: number;
  url: string;
  env: Readonly<Record<string, string>>;
}

/** What the two ways of running it have in common. */
export interface RunningParts {
  token: string;
  /** `api` and `worker` where they run apart, else `up`. */
  processes: Readonly<Partial<Record<'api' | 'worker' | 'up', GantryProcess>>>;
  servers?: Servers;
  mails?: () => readonly Mail[];
  stop(): Promise<void>;
}

/**
 * The whole product, running by itself: nothing is shared with another one. It is used as people use it: over HTTP, by mail
 * and by the command line.
 */
export interface Product {
  url: string;
  token: string;
  /** Folder of gantry.yaml. */
  dir: string;
  ledger: Ledger;
  /** Throws in the mode that has no such process. */
  process(name: 'api' | 'worker' | 'up'): GantryProcess;
  /** The servers of a product that runs apart. */
  servers: Servers;
  cli(...args: string[]): Promise<CliEnd>;
  call: ApiCaller;
  /** All mails so far, oldest first. */
  mails(): Promise<readonly Mail[]>;
  /** The link of the mail that asks this address about this version, once that mail has come. */
  approvalLink(to: string, version: string): Promise<string>;
  /** Approves by mail, as a person does; gives the text of the receipt. */
  approve(to: string, version: string): Promise<string>;
  /** Asks for a release of one service, or of several by their versions, and gives its id. */
  release(service: string | Readonly<Record<string, string>>, version?: string): Promise<string>;
  view(id: string): Promise<ReleaseView>;
  /** The release once it is as asked. */
  releaseThat(id: string, is: (view: ReleaseView) => boolean, withinMs?: number): Promise<ReleaseView>;
  /** Actions on its timeline, oldest first. */
  timeline(id: string): Promise<TimelineLine[]>;
  stop(): Promise<void>;
}

/** Starts the product with a policy of the test's own; ready when it returns. Stop it in `afterAll`. */
export async function startProduct(o: ProductOptions): Promise<Product> {
  const dir = await mkdtemp(join(o.within ?? tmpdir(), 'gantry-product-'));
  const port = await claimPort({ port: 0, host: '127.0.0.1', use: 'a test', flag: 'port' });
  const place = { dir, main: await builtGantry(), port, url: `http://127.0.0.1:${port}`, env: o.env ?? {} };
  await writeFiles(dir, { 'gantry.yaml': o.policy, ...o.files });
  try {
    const parts = o.apart ? await startApart(place) : await startTogether(place);
    return productOf(place, parts);
  } catch (error) {
    await rm(dir, { recursive: true, force: true });
    throw error;
  }
}

async function writeFiles(dir: string, files: Readonly<Record<string, string>>): Promise<void> {
  await chmod(dir, 0o755); // PostgreSQL may run as another user and must get in
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, name)), { recursive: true });
    await writeFile(join(dir, name), text);
  }
  const script = fileURLToPath(new URL('./ledger-deployer.mjs', import.meta.url));
  await copyFile(script, join(dir, 'deployer.mjs'));
  await chmod(join(dir, 'deployer.mjs'), 0o755);
}

function productOf(place: ProductPlace, parts: RunningParts): Product {
  const { dir, url } = place;
  const { token, processes, servers } = parts;
  const call = apiCaller(url, token);
  const product: Product = {
    ...{ url, token, dir, call, ledger: ledgerOf(dir) },
    cli: commandLine(place, token),
    get servers() {
      if (!servers) throw new Error('This product keeps its servers itself.');
      return servers;
    },
    process(name) {
      const found = processes[name];
      if (!found) throw new Error(`This product has no process ${name} of its own.`);
      return found;
    },
    mails: async () => (parts.mails ? parts.mails() : readInbox(call)),
    async approvalLink(to, version) {
      const asks = (mail: Mail) =>
        mail.to === to && mail.subject.startsWith('[Approve]') && mail.subject.includes(version);
      let mails: readonly Mail[] = [];
      const look = async () => {
        mails = await product.mails();
        return /https?:\/\/\S+\/a\/\S+/.exec(mails.filter(asks).at(-1)?.text ?? '')?.[0];
      };
      return until(`a mail that asks ${to} about ${version}`, look, 60_000).catch((error: unknown) => {
        throw new Error(`Mails so far: ${mails.map(({ subject }) => subject).join(' | ')}`, { cause: error });
      });
    },
    approve: async (to, version) =>
      decideByLink(await product.approvalLink(to, version), { decision: 'approve', version }),
    async release(wanted, version = '') {
      const versions = typeof wanted === 'string' ? { [wanted]: version } : wanted;
      const components = Object.entries(versions).map(([service, of]) => ({ service, version: of }));
      const { status, body } = await call<{ id: string; detail?: string }>('POST', '/v1/releases', {
        components,
      });
      if (status !== 202) throw new Error(`The order was answered with ${status}: ${body.detail}`);
      return body.id;
    },
    async view(id) {
      const { status, body } = await call<ReleaseView & { detail?: string }>('GET', `/v1/releases/${id}`);
      if (status !== 200) throw new Error(`release ${id} was answered with ${status}: ${body.detail}`);
      return body;
    },
    async releaseThat(id, is, withinMs) {
      let seen: ReleaseView | undefined;
      const look = async () => {
        seen = await product.view(id);
        return is(seen) ? seen : undefined;
      };
      return until(`release ${id} to be as asked`, look, withinMs).catch((error: unknown) => {
        throw new Error(`It says: ${seen?.state} ${seen?.headline}`, { cause: error });
      });
    },
    async timeline(id) {
      const { body } = await call<{ items: TimelineLine[] }>('GET', `/v1/releases/${id}/events?limit=200`);
      return body.items;
    },
    async stop() {
      await parts.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
  return product;
}
