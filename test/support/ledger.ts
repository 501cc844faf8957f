import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from './until.ts';

/** What `./deployer.mjs` can be asked to do in a policy: `[./deployer.mjs, apply]`, and so on. */
export type LedgerAction = 'apply' | 'undo' | 'check';
/** Before its effect, or after the effect and before its answer. */
export type LedgerPlace = 'before' | 'after';

/** One effect that really happened. */
export interface LedgerLine {
  operation: string;
  action: LedgerAction;
  service: string;
  version: string;
  weight: number;
}

/** What the scripts of one product did, and the strings on which a test holds them. */
export interface Ledger {
  /** In the order in which they happened. */
  effects(): LedgerLine[];
  /** The same in words, `apply shop 1.0.0`: of one release, or of all; what happened twice stands there twice. */
  done(releaseId?: string): string[];
  /** Runs of a service's action stop at this place, until `letGo`. */
  hold(place: LedgerPlace, action: LedgerAction, service: string): void;
  letGo(place: LedgerPlace, action: LedgerAction, service: string): void;
  /** Runs of a service's action fail before their effect. */
  fail(action: LedgerAction, service: string): void;
  /** Returns once a run of this action for this version has come to this place. */
  reached(place: LedgerPlace, action: LedgerAction, service: string, version: string): Promise<void>;
}

export function ledgerOf(dir: string): Ledger {
  const home = join(dir, 'ledger');
  mkdirSync(home, { recursive: true });
  const control = (what: string, action: LedgerAction, service: string) =>
    join(home, `${what}.${action}.${service}`);
  const effects = () => linesOf<LedgerLine>(join(home, 'effects.jsonl'));
  return {
    effects,
    done: (releaseId = '') =>
      effects()
        .filter(({ operation }) => operation.startsWith(releaseId))
        .map(({ action, service, version }) => `${action} ${service} ${version}`),
    hold: (place, action, service) => writeFileSync(control(`hold-${place}`, action, service), ''),
    letGo: (place, action, service) => rmSync(control(`hold-${place}`, action, service), { force: true }),
    fail: (action, service) => writeFileSync(control('fail', action, service), ''),
    async reached(place, action, service, version) {
      const wanted = [place, action, service, version].join();
      await until(`${action} of ${service} ${version} to be ${place} its effect`, () =>
        linesOf<LedgerLine & { place: string }>(join(home, 'calls.jsonl')).some(
          (call) => [call.place, call.action, call.service, call.version].join() === wanted,
        ),
      );
    },
  };
}

function linesOf<Line>(file: string): Line[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Line);
}
