import { GantryError } from '../platform/errors.ts';
import { pause } from '../platform/pause.ts';
import { disagreements } from '../platform/record/agreement.ts';
import { nowOf, type ApiDeps } from './deps.ts';

interface Looks {
  tries: number;
  isWhole: boolean;
  found: string[];
}

/** What this process has found so far, by its engine. */
const looks = new WeakMap<ApiDeps['engine'], Looks>();
/** A worker that has just started answers in a few seconds. */
const mostTries = 10;

const roundMs = 20_000;

/** Looks until `stopped`, apart from the relay: thousands of releases take a while, and votes must not wait for it. */
export async function watchAgreement(deps: ApiDeps, stopped: AbortSignal): Promise<void> {
  while (!stopped.aborted) {
    // waited for: a call that is under way must not outlive its connection
    await agreementRound(deps, stopped).catch((error: unknown) =>
      deps.log.warn({ error }, 'the record could not be compared with the engine'),
    );
    await pause(roundMs, stopped);
  }
}

/**
 * Compares the record with the engine: after the start of a process, for only a restore can part them, until a worker has answered for all; and
 * again as long as they disagree. Says so in the log once for each finding; people read it in `gantry status`.
 */
export async function agreementRound(
  deps: Pick<ApiDeps, 'engine' | 'store' | 'log' | 'clock'>,
  stopped?: AbortSignal,
): Promise<void> {
  const { engine, store, log } = deps;
  const last = looks.get(engine) ?? { tries: 0, isWhole: false, found: [] };
  if (last.found.length === 0 && (last.isWhole || last.tries >= mostTries)) return;
  const { sentences, isWhole } = await disagreements(
    store.db,
    (ids) => engine.releaseRuns(ids, stopped),
    () => nowOf(deps),
  );
  looks.set(engine, { tries: last.tries + 1, isWhole, found: sentences });
  const { remedy } = new GantryError('ENGINE_DISAGREES').problem;
  for (const because of sentences)
    if (!last.found.includes(because)) log.error({ because, remedy }, 'record and Temporal disagree');
}

/** Something was seen that no restore before the start of this process explains: the next round looks again. */
export function lookAgain({ engine }: Pick<ApiDeps, 'engine'>): void {
  const { found = [] } = looks.get(engine) ?? {};
  looks.set(engine, { tries: 0, isWhole: false, found });
}

/** ENGINE_DISAGREES with all that was found; undefined where nothing was. */
export function disagreementOf({ engine }: Pick<ApiDeps, 'engine'>): GantryError | undefined {
  const found = looks.get(engine)?.found ?? [];
  return found.length === 0 ? undefined : new GantryError('ENGINE_DISAGREES', { detail: found.join(' ') });
}
