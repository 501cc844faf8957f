import { isCancellation } from '@temporalio/workflow';
import type { StandingInput } from '../activities/contract.ts';
import type { GateSettings } from '../domain/gates/settings.ts';
import {
  evaluateStanding,
  needsLookUp,
  type StandingFacts,
  type StandingRows,
} from '../domain/gates/standing.ts';
import type { StagePlan } from '../domain/release/plan.ts';
import type { StageView } from '../domain/release/release.ts';
import { causeOf } from './failures.ts';
import { reads, record } from './proxies.ts';
import type { ReleaseRun } from './run.ts';
import { nextWaiverEnd } from './waivers.ts';

/** What nobody could look up is looked up again after this time. */
const againMs = 5 * 60_000;

/** Looks up the way here and the way back: at first, when they may be others, and when a verdict's time has come. */
export async function followStanding(run: ReleaseRun, stage: StagePlan): Promise<void> {
  const { gates } = stage;
  if (!gates || !needsLookUp(gates)) return;
  const view = run.stageView(stage);
  if (view.standing && !isDue(view)) return;
  view.standing = await lookUp(run, stage, gates);
  for (const way of view.standing.ways ?? []) {
    const component = stage.components.find(({ service }) => service === way.service);
    const target = way.target?.version;
    // what runs was quarantined after the planning: an undo must not bring it back
    if (component && target !== undefined && target !== component.previousVersion && !component.backTo)
      component.backTo = { version: target };
  }
}

const isDue = ({ standing, verdicts }: StageView): boolean =>
  [
    standing?.nextLook,
    ...verdicts.map((row) => (row.gate === 'soak' && row.kind === 'waiting' ? row.until : undefined)),
  ].some((at) => at !== undefined && Date.parse(at) <= Date.now());

async function lookUp(run: ReleaseRun, stage: StagePlan, gates: GateSettings): Promise<StandingFacts> {
  const { promotion, soak, rollback } = gates;
  const input: StandingInput = {
    environment: stage.environment,
    components: stage.components,
    settings: {
      ...(promotion ? { promotion } : {}),
      ...(soak ? { soak } : {}),
      ...(rollback ? { rollback } : {}),
    },
    policyDigest: run.order.policyDigest,
    now: run.now,
  };
  // Rows alone are read beside the story; registries and repositories may take minutes.
  if (!rollback) return run.recorder.alone(() => record.readStanding(input));
  try {
    const summary = `way back from ${run.title} in ${stage.environment}`;
    return await reads.readStanding.executeWithOptions({ summary }, [input]);
  } catch (error) {
    if (isCancellation(error)) throw error;
    const nextLook = new Date(Date.now() + againMs).toISOString();
    return { at: run.now, problem: causeOf(error).because, nextLook };
  }
}

/** Rows of all that; undefined where the stage asks for nothing of it and nothing of the release is quarantined. */
export function standingRows(run: ReleaseRun, stage: StagePlan, view: StageView): StandingRows | undefined {
  const quarantines = run.view.quarantines ?? [];
  if (!stage.gates && quarantines.length === 0) return undefined;
  return evaluateStanding(
    {
      settings: stage.gates ?? {},
      components: stage.components,
      quarantines,
      nameOf: run.nameOf,
      ...(view.standing ? { facts: view.standing } : {}),
      ...(view.sampling ? { sampling: view.sampling } : {}),
    },
    run.now,
  );
}

const standing: readonly string[] = [
  'version',
  'quarantine',
  'promotion',
  'soak',
  'samples',
  'rollback plan',
];

/**
 * From when on people may be asked as far as these gates go (semantics §0, "When to ask for approval"): nothing denied, the
 * samples have been asked once, and a wait that ends before a request would. Epoch milliseconds; Infinity: not yet.
 */
export function mayAskBeforeStanding(stage: StagePlan, { verdicts, sampling }: StageView): number {
  const rows = verdicts.filter(({ gate, kind }) => standing.includes(gate) && kind !== 'allowed');
  if (rows.some(({ kind }) => kind === 'denied')) return Infinity;
  if (stage.gates?.sampling && (sampling?.taken ?? 0) === 0) return Infinity;
  const waits = rows.map((row) => {
    if (row.gate === 'samples') return 0;
    const until = row.kind === 'waiting' ? row.until : undefined;
    return until === undefined ? Infinity : Date.parse(until) - stage.approval.expiresMs;
  });
  return Math.max(0, ...waits);
}

/** When these gates may say something else, or people may be asked: ends of waivers, of waits, and what is looked up again. */
export function nextStandingLooks(stage: StagePlan, view: StageView): number[] {
  const waiverEnd = nextWaiverEnd(view.checks, Date.now());
  const again = view.standing?.nextLook;
  const ask = view.approval || !stage.gates ? Infinity : mayAskBeforeStanding(stage, view);
  return [
    ...(waiverEnd === undefined ? [] : [waiverEnd]),
    ...(again === undefined ? [] : [Date.parse(again)]),
    ...(ask > Date.now() && Number.isFinite(ask) ? [ask] : []),
  ];
}
