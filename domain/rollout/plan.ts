import type { RunnableCheck } from '../policy/check.schema.ts';
import type { Deployer } from '../policy/deployer.schema.ts';
import { durationMs } from '../policy/duration.ts';
import type { Intent } from '../release/state.ts';
import type { RolloutSettings } from '../policy/rollout.schema.ts';

/** What one operation of a blue-green rollout does; the deployer is told it as `{{action}}`. */
export type RolloutAction = 'deploy' | 'switch' | 'retire';

/** One step of a rollout. All of its targets are deployed to side by side. */
export interface PlannedStep {
  /** Exposure once it is done, in per cent: of traffic, or of targets. */
  weight: number;
  /** What the deployer is told as `{{weight}}`: a target always gets the whole of a version. */
  share: number;
  /** Pause after it in milliseconds, or until a person goes on. */
  hold: number | 'manual';
  /** Names of the targets; absent where the environment is one whole. */
  targets?: string[];
  /** Number of the operation on the first of its targets, from 1; further ones count on. */
  first: number;
  action?: RolloutAction;
  /** What the new version must pass after it, before anything more happens. */
  test?: RunnableCheck;
}

/** The steps of a rollout in their order, whatever its kind. */
export interface RolloutPlan {
  kind: 'steps' | 'batches' | 'blueGreen';
  steps: PlannedStep[];
  /** How many failed targets end it; only of batches. */
  maxFailures?: number;
}

const KEEP_MS = 60 * 60_000;

/** What a deployer's settings say about the way out, as one list of steps. Settings are those that the policy check has accepted. */
export function planRollout({ steps, rollout }: Pick<Deployer, 'steps' | 'rollout'>): RolloutPlan {
  if (rollout?.kind === 'batches') return batches(rollout);
  if (rollout?.kind === 'blueGreen') return blueGreen(rollout);
  return {
    kind: 'steps',
    steps: steps.map(({ weight, hold }, index) => ({
      weight,
      share: weight,
      hold: holdOf(hold),
      first: index + 1,
    })),
  };
}

/**
 * The deployer of a stage as these components need it, by their mode there.
 * @param goesBack all of it goes back to what ended well there
 */
export function deployerFor<D extends Pick<Deployer, 'steps' | 'rollout'>>(
  deploy: D,
  modes: readonly Intent[],
  goesBack = false,
): D {
  if (goesBack) return withoutPauses(deploy);
  // What runs there already has the traffic: a share of it would give the rest to whatever else stands there, such as what an ended release has
  // left. Batches and blue-green replace what runs target by target, or beside it.
  const runsThere = modes.length > 0 && modes.every((mode) => mode === 'redeploy');
  return runsThere && deploy.rollout === undefined ? { ...deploy, steps: deploy.steps.slice(-1) } : deploy;
}

/**
 * The way back to what is known to run there well takes no pauses: what it takes the place of would keep its customers meanwhile, and nobody may be
 * there to let it go on. Waves and a test before the switch stay, for they limit what a deployment breaks; so does `keep`, which delays nobody.
 */
function withoutPauses<D extends Pick<Deployer, 'steps' | 'rollout'>>(deploy: D): D {
  const { rollout } = deploy;
  if (rollout === undefined)
    return { ...deploy, steps: deploy.steps.slice(-1).map((step) => ({ ...step, hold: '0s' })) };
  if (rollout.kind === 'blueGreen') return { ...deploy, rollout: { ...rollout, hold: undefined } };
  const waves = rollout.waves?.map((wave) => ({ ...wave, hold: undefined }));
  return { ...deploy, rollout: { ...rollout, ...(waves ? { waves } : {}) } };
}

function batches({
  targets,
  waves,
  maxFailures,
}: Extract<RolloutSettings, { kind: 'batches' }>): RolloutPlan {
  const wanted = waves ?? targets.map(() => ({ size: 1 }));
  const planned: PlannedStep[] = [];
  let taken = 0;
  for (const wave of wanted) {
    const names = targets.slice(taken, taken + (wave.size ?? targets.length));
    if (names.length === 0) break;
    planned.push({
      weight: shareOf(taken + names.length, targets.length),
      share: 100,
      hold: holdOf('hold' in wave ? wave.hold : undefined),
      targets: names,
      first: taken + 1,
    });
    taken += names.length;
  }
  return { kind: 'batches', steps: planned, maxFailures: maxFailures ?? 1 };
}

/** In whole per cent; 100 only for all of them. */
export const shareOf = (done: number, all: number): number =>
  done >= all ? 100 : Math.min(99, Math.round((100 * done) / all));

const blueGreen = ({ test, hold, keep }: Extract<RolloutSettings, { kind: 'blueGreen' }>): RolloutPlan => ({
  kind: 'blueGreen',
  steps: [
    { weight: 0, share: 0, hold: holdOf(hold), first: 1, action: 'deploy', ...(test ? { test } : {}) },
    {
      weight: 100,
      share: 100,
      hold: keep === undefined ? KEEP_MS : holdOf(keep),
      first: 2,
      action: 'switch',
    },
    { weight: 100, share: 100, hold: 0, first: 3, action: 'retire' },
  ],
});

const holdOf = (hold: string | undefined): PlannedStep['hold'] =>
  hold === 'manual' ? hold : durationMs(hold ?? '0s');

/** Pauses that are known beforehand, in milliseconds: how long people take, nobody knows. */
export const pausesMs = (deploy: Pick<Deployer, 'steps' | 'rollout'>): number =>
  planRollout(deploy).steps.reduce((sum, { hold }) => sum + (hold === 'manual' ? 0 : hold), 0);

/** How much is exposed at once by the first step that exposes anything, in per cent. */
export const firstWeightOf = (deploy: Pick<Deployer, 'steps' | 'rollout'>): number =>
  planRollout(deploy).steps.find(({ weight }) => weight > 0)?.weight ?? 100;

/**
 * Whether a stage's way out is worth more than one operation: only then is it planned ahead, and has pauses that a person can
 * skip.
 */
export const isStepwise = ({ steps }: RolloutPlan): boolean =>
  steps.length > 1 || steps.some(({ hold, targets }) => hold !== 0 || targets !== undefined);
