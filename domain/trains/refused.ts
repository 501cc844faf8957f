import { withStop } from '../full-stop.ts';
import { listOf } from '../list-of.ts';
import type { FieldProblem, Problem } from '../problem-code.ts';
import type { Boarded, LeftBehind, TrainDefinition } from './model.ts';

/** A departure that was refused: who stops it, where that is known, and all that speaks against it. */
export interface Refused {
  /** Riders that objections name, each with what to do; empty where the objection is to all of them together. */
  riders: LeftBehind[];
  because: string;
  /** Left out: there is nothing of its own to be mended. */
  remedy?: string;
}

const isAbout =
  (index: number) =>
  ({ pointer }: FieldProblem): boolean =>
    `${pointer}/`.startsWith(`/components/${index}/`);

const inOne = (sentences: readonly string[]): string => [...new Set(sentences)].map(withStop).join(' ');

/** Whom of those who leave as one release an order of it was refused for, by the places of the objections. */
export function refusedFor(
  components: readonly Boarded[],
  { detail, remedy, errors = [] }: Pick<Problem, 'detail' | 'remedy' | 'errors'>,
): Refused {
  const riders = components.flatMap(({ service, version }, index): LeftBehind[] => {
    const own =
      components.length === 1 && errors.length === 0 ? [{ detail, remedy }] : errors.filter(isAbout(index));
    if (own.length === 0) return [];
    return [
      {
        ...{ service, version },
        because: inOne(own.map((one) => one.detail)),
        remedy: inOne(own.map((one) => one.remedy)),
      },
    ];
  });
  const all = errors.length === 0 ? [{ detail, remedy }] : errors;
  return {
    riders,
    because: inOne(all.map((one) => one.detail)),
    remedy: inOne(all.map((one) => one.remedy)),
  };
}

/** `Train weekly could not leave: all ride together, and cart 2.0.0 may not. … What to do now: …` */
export function couldNotLeave(
  train: string,
  { mode, refused }: { mode: TrainDefinition['mode']; refused: readonly Refused[] },
): string {
  const names = refused.flatMap(({ riders }) =>
    riders.map(({ service, version = '' }) => `${service} ${version}`),
  );
  const together =
    mode === 'lockstep' && names.length > 0 ? `all ride together, and ${listOf(names, 'and')} may not. ` : '';
  const because = inOne(refused.map((one) => one.because));
  const remedy = inOne(refused.flatMap(({ remedy: own = [] }) => own));
  return `Train ${train} could not leave: ${together}${because} What to do now: ${remedy}`;
}
