import type { Deployer } from '../policy/deployer.schema.ts';
import { judgeDrift, type Reading, type Recorded } from './drift.ts';

/**
 * What a person's word "the undo was done by hand" is worth. `confirmed`: what should run does; `believed`: nobody can look, or the
 * person said so again after hearing that nobody could tell; the others keep the release where it is.
 */
export interface HandFinding {
  kind: 'confirmed' | 'believed' | 'contradicted' | 'doubted';
  /** One sentence, without the person who said so. */
  because: string;
}

/** Whether this deployer can be asked at all what really runs. */
export const canProbe = (deploy: Deployer): boolean =>
  deploy.kind === 'kubernetes' || deploy.probe !== undefined;

/**
 * Compares what runs after an undo by hand with what should (semantics §7, B5: the observed digest must match). Another version or
 * digest is never believed. What nobody can tell is believed only from somebody who has heard so (`doubts`) and says it again.
 * @param place component, and its target where the environment has parts: `shop on eu-1`
 * @param should version and digest that the undo goes back to; both absent: nothing
 * @param doubts places of which it was said before that nobody can tell
 */
export function judgeByHand(
  place: string,
  should: Recorded,
  reading: Reading,
  doubts: ReadonlySet<string>,
): HandFinding {
  const { kind } = judgeDrift(place, should, reading);
  const goal = should.version === undefined ? 'gone again' : `on ${should.version} again`;
  if (kind === 'same') return { kind: 'confirmed', because: `${place} is ${goal}: ${reading.because}.` };
  if (kind === 'drifted')
    return {
      kind: 'contradicted',
      because: `${place} should be ${goal}, but ${foundIn(reading, should)}. Bring it back, then say so again; or try the undo again, or leave it as it is.`,
    };
  const unclear = `It is not known whether ${place} is ${goal}: ${reading.because}.`;
  return doubts.has(place)
    ? { kind: 'believed', because: `${unclear} A person has said twice that it is.` }
    : {
        kind: 'doubted',
        because: `${unclear} Look there; if it is, say once more that it was done by hand, and you are believed.`,
      };
}

function foundIn(reading: Reading, should: Recorded): string {
  if (reading.kind !== 'runs') return 'nothing of it runs there';
  const { version, digest } = reading;
  if (digest !== undefined && should.digest !== undefined)
    return `${version ?? 'something else'} with digest ${digest} runs there instead of ${should.digest}`;
  return `${version ?? digest ?? 'an unnamed version'} runs there`;
}
