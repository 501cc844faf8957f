import { allAllowed, headlineVerdict, type GateVerdict, type Verdict } from '../../domain/verdict.ts';
import { evaluateApprovals } from '../../domain/gates/approvals/evaluate.ts';
import { evaluateChecks } from '../../domain/gates/checks/evaluate.ts';
import { evaluateHolds } from '../../domain/gates/holds/evaluate.ts';
import { evaluateLock } from '../../domain/gates/lock/evaluate.ts';
import type { StagePlan } from '../../domain/release/plan.ts';
import type { StageView } from '../../domain/release/release.ts';
import { askForApproval, followApproval } from '../approval.ts';
import { Stop } from '../failures.ts';
import { requestLock, lockKeys } from '../locks.ts';
import type { ReleaseRun } from '../run.ts';
import { verify } from './verify.ts';

/** A denial that nobody changes ends the release after this time (semantics §12). */
const deniedForMs = 72 * 3_600_000;

/**
 * Returns once all gates allow the stage in the same round, with the environment's lock held: a vote may outlast what it was
 * given for. Between rounds it sleeps until something changes or a verdict's time has come.
 */
export async function passGates(run: ReleaseRun, stage: StagePlan): Promise<void> {
  const stageView = run.stageView(stage);
  stageView.state = 'gating';
  run.enter('gating');
  let deniedSince: number | undefined;
  for (;;) {
    run.leaveIfStopped();
    const round = run.revision;
    await runAskedChecks(run, stage);
    await followApproval(run, stage);
    const verdicts = evaluateGates(run, stage, stageView);
    remember(run, stage, stageView, verdicts);
    if (allAllowed(stageView.verdicts)) return;
    const headline = headlineVerdict(stageView.verdicts);
    deniedSince = headline?.kind === 'denied' ? (deniedSince ?? Date.now()) : undefined;
    if (deniedSince !== undefined && Date.now() - deniedSince >= deniedForMs) throw new Stop({ kind: 'expired', because: `a gate stayed shut for 72 hours: ${headline?.because ?? ''}` });
    if (await advance(run, stage, stageView)) continue;
    await run.change(round, nextLook(stageView, deniedSince), `gates of ${stage.environment}`);
  }
}

/** Does what opens the next gate: asks people, or queues for the environment. True where that changed something. */
async function advance(run: ReleaseRun, stage: StagePlan, stageView: StageView): Promise<boolean> {
  const kindOf = (gate: string) => stageView.verdicts.find((verdict) => verdict.gate === gate)?.kind;
  const isNobodyAsked = stage.rules.length > 0 && stageView.approval === undefined;
  if (isNobodyAsked && kindOf('checks') === 'allowed' && kindOf('approvals') !== 'denied') {
    await askForApproval(run, stage);
    return true;
  }
  const others = stageView.verdicts.filter((verdict) => verdict.gate !== 'lock');
  if (!allAllowed(others)) return false;
  stageView.state = 'ready';
  run.enter('ready');
  return requestLock(run, stage);
}

async function runAskedChecks(run: ReleaseRun, stage: StagePlan): Promise<void> {
  const { retry } = run;
  if (!retry) return;
  run.retry = undefined;
  run.tell('check.retried', stage.environment, `${retry.by.id} runs ${retry.check ?? 'the checks'} again.`, { actor: retry.by });
  await verify(run, stage, retry);
  run.stageView(stage).state = 'gating';
}

type GateName = 'checks' | 'approvals' | 'holds' | 'lock';

/** Every gate, in the order in which people read them; one verdict each. */
function evaluateGates(run: ReleaseRun, stage: StagePlan, view: StageView): (Verdict & { gate: GateName })[] {
  return [
    { gate: 'checks', ...evaluateChecks(view.checks) },
    {
      gate: 'approvals',
      ...evaluateApprovals(
        { rules: stage.rules, candidates: stage.candidates, excluded: stage.excluded, ...(view.approval ? { approval: view.approval } : {}) },
        run.now,
      ),
    },
    ...(run.isHeld ? [{ gate: 'holds' as const, ...evaluateHolds(run.view.holds) }] : []),
    { gate: 'lock', ...evaluateLock({ environment: stage.environment, keys: lockKeys(stage), granted: run.locks.has(stage.environment) }) },
  ];
}

/** Keeps since when each verdict has stood, and tells the log when one has changed. */
function remember(run: ReleaseRun, stage: StagePlan, view: StageView, verdicts: (Verdict & { gate: string })[]): void {
  const next = verdicts.map((verdict): GateVerdict => {
    const before = view.verdicts.find((known) => known.gate === verdict.gate);
    return { ...verdict, since: before?.kind === verdict.kind ? before.since : run.now };
  });
  const isSame = JSON.stringify(next) === JSON.stringify(view.verdicts);
  view.verdicts = next;
  if (isSame) return;
  const open = next.filter((verdict) => verdict.kind !== 'allowed');
  run.tell(
    'gates.evaluated',
    stage.environment,
    open.length === 0 ? `All gates of ${stage.environment} allow ${run.title}.` : `${stage.environment}: ${headlineVerdict(next)?.because ?? ''}`,
    { facts: Object.fromEntries(next.map((verdict) => [verdict.gate, { kind: verdict.kind, because: verdict.because }])) },
    run.locks.has(stage.environment) || open.every((verdict) => verdict.gate === 'lock'),
  );
}

/** The earliest moment at which a verdict may differ: its `until`, the deadline of the approval, or the end of patience. */
function nextLook(view: StageView, deniedSince: number | undefined): number | undefined {
  const times = view.verdicts.flatMap((verdict) => (verdict.kind === 'waiting' && verdict.until ? [Date.parse(verdict.until)] : []));
  if (view.approval?.state === 'open') times.push(Date.parse(view.approval.closesAt ?? view.approval.deadline));
  if (deniedSince !== undefined) times.push(deniedSince + deniedForMs);
  return times.length > 0 ? Math.min(...times) : undefined;
}
