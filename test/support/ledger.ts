import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from './until.ts';

/** What `./deployer.mjs` can be asked to do in a policy: `[./deployer.mjs, apply]`, and so on. */
export type LedgerAction = 'apply' | 'undo' | 'check' | 'probe';
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
  /** Runs of a service's action stop at this place, until `letGo`; those of one step, where its weight is given. */
  hold(place: LedgerPlace, action: LedgerAction, service: string, weight?: number): void;
  letGo(place: LedgerPlace, action: LedgerAction, service: string, weight?: number): void;
  /** Runs of a service's action fail before their effect; those of one step, where its weight is given. */
  fail(action: LedgerAction, service: string, weight?: number): void;
  /** Returns once a run of this action for this version has come to this place. */
  reached(place: LedgerPlace, action: LedgerAction, service: string, version: string): Promise<void>;
  /** Whether a run of this action at this weight has come to this place. */
  hasReached(place: LedgerPlace, action: LedgerAction, service: string, weight: number): boolean;
}

export function ledgerOf(dir: string): Ledger {
  const home = join(dir, 'ledger');
  mkdirSync(home, { recursive: true });
  const control = (what: string, action: LedgerAction, service: string, weight?: number) =>
    join(home, `${what}${weight === undefined ? '' : `-${weight}`}.${action}.${service}`);
  const calls = () => linesOf<LedgerLine & { place: string }>(join(home, 'calls.jsonl'));
  const effects = () => linesOf<LedgerLine>(join(home, 'effects.jsonl'));
  return {
    effects,
    done: (releaseId = '') =>
      effects()
        .filter(({ operation }) => operation.startsWith(releaseId))
        .map(({ action, service, version }) => `${action} ${service} ${version}`),
    hold: (place, ...what) => writeFileSync(control(`hold-${place}`, ...what), ''),
    letGo: (place, ...what) => rmSync(control(`hold-${place}`, ...what), { force: true }),
    fail: (...what) => writeFileSync(control('fail', ...what), ''),
    async reached(place, action, service, version) {
      const wanted = [place, action, service, version].join();
      await until(`${action} of ${service} ${version} to be ${place} its effect`, () =>
        calls().some((call) => [call.place, call.action, call.service, call.version].join() === wanted),
      );
    },
    hasReached: (place, action, service, weight) =>
      calls().some(
        (call) =>
          [call.place, call.action, call.service, call.weight].join() ===
          [place, action, service, weight].join(),
      ),
  };
}

const read = new Map<string, { size: number; lines: unknown[] }>();

/** Of a file to which others add lines of JSON; what was read before is not read again, for tests look at it all the time. */
export function linesOf<Line>(file: string): Line[] {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  const known = read.get(file) ?? { size: 0, lines: [] };
  read.set(file, known);
  if (size > known.size) {
    const text = readFileSync(file).subarray(known.size).toString('utf8');
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    known.size += Buffer.byteLength(whole);
    for (const line of whole.split('\n')) if (line !== '') known.lines.push(JSON.parse(line));
  }
  return known.lines as Line[];
}
