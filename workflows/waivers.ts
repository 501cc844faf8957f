import { isInForce } from '../domain/gates/checks/evaluate.ts';
import { instantText } from '../domain/instant-text.ts';
import { whyNotWaivable, whyNotWaivedAgain } from '../domain/gates/waiver/evaluate.ts';
import { granterIn } from '../domain/gates/waiver/granter.ts';
import { buildName } from '../domain/release/artifact.ts';
import type { CheckView } from '../domain/release/release.ts';
import { assertOpen, whoOf } from './commands.ts';
import type { WaiveInput } from './contract.ts';
import { refusal } from './failures.ts';
import type { ReleaseRun } from './run.ts';
import { voidApproval } from './void-approval.ts';

/** Refuses what no waiver may pass, and whoever may not give one (semantics §3, "Waiver"). */
export function assertWaivable(run: ReleaseRun, input: WaiveInput): void {
  assertOpen(run);
  const stage = run.plan.stages.find(({ environment }) => environment === run.view.stage);
  const checks = meant(run, input);
  if (!stage || checks.length === 0)
    throw refusal(
      'WAIVER_REFUSED',
      `There is no check "${input.check}" in ${run.view.stage ?? 'this stage'}.`,
    );
  const by = whoOf(input.by);
  const kind = stage.checks.find(({ id }) => id === input.check)?.kind;
  const order = {
    check: input.check,
    ...(kind === undefined ? {} : { kind }),
    ...granterIn(stage, by),
    reason: input.reason,
    at: run.now,
    expiresAt: input.expiresAt,
  };
  const [first, ...others] = checks.map(({ outcome }) => whyNotWaivable({ ...order, outcome }));
  // of several components it is enough that one has failed
  if (first !== undefined && others.every((why) => why !== undefined)) throw refusal('WAIVER_REFUSED', first);
  const failed = checks.filter(hasFailed);
  const known = failed.flatMap(({ waiver }) => (waiver && isInForce(waiver, run.now) ? [waiver] : []));
  const again = known.length === failed.length ? whyNotWaivedAgain(known, by, run.nameOf) : undefined;
  if (again !== undefined) throw refusal('WAIVER_REFUSED', again);
}

/**
 * Lets what has failed count as passed for a while. Whoever agreed before did not know of it, so people are asked anew. What is waived
 * already stays as it is, whatever came with the second click: the note says so, and nothing is taken from the budget.
 */
export function waive(run: ReleaseRun, input: WaiveInput): { note: string } | undefined {
  const stage = run.plan.stages.find(({ environment }) => environment === run.view.stage);
  if (!stage) return undefined;
  const by = whoOf(input.by);
  const team = stage.candidates.find(({ id }) => id === by)?.team ?? `person:${by}`;
  const failed = meant(run, input).filter(hasFailed);
  const known = failed.filter(({ waiver }) => isInForce(waiver, run.now));
  // an older worker may share the history of an older release
  const isOnce = known.length > 0 && run.version >= 5;
  const news = isOnce ? failed.filter((check) => !known.includes(check)) : failed;
  const [standing] = known;
  if (news.length === 0 && standing?.waiver)
    return {
      note: `Check ${input.check} is waived by ${run.nameOf(standing.waiver.by)} until ${instantText(standing.waiver.expiresAt)} already; nothing has changed.`,
    };
  for (const check of news) {
    const component = stage.components.find(({ service }) => service === check.service);
    if (!component) continue;
    check.waiver = {
      id: [run.view.id, stage.environment, check.service, check.id, run.view.seq].join('+'),
      check: check.id,
      service: check.service,
      environment: stage.environment,
      build: buildName(component),
      by,
      reason: input.reason.trim(),
      at: run.now,
      expiresAt: input.expiresAt,
    };
    run.recorder.waived({ ...check.waiver, team });
    run.tell(
      'check.waived',
      `check ${check.id}`,
      `${run.nameOf(by)} waived check ${check.id} of ${check.service} for ${stage.environment} until ${instantText(input.expiresAt)}: ${input.reason.trim()}`,
      {
        actor: input.by,
        reason: input.reason,
        facts: { build: buildName(component), outcome: check.outcome, expiresAt: input.expiresAt, team },
      },
    );
  }
  voidApproval(run, stage, `check ${input.check} was waived`);
  return undefined;
}

const hasFailed = ({ outcome }: CheckView): boolean => ['failed', 'error', 'inconclusive'].includes(outcome);

const meant = (run: ReleaseRun, { check, service }: WaiveInput): CheckView[] =>
  (
    run.view.stages.find(({ environment, state }) => environment === run.view.stage && state === 'gating')
      ?.checks ?? []
  ).filter((one) => one.id === check && (service === undefined || one.service === service));

/** When the next waiver of a stage ends, and its check shuts the gate again. Epoch milliseconds. */
export function nextWaiverEnd(checks: readonly CheckView[], now: number): number | undefined {
  const ends = checks
    .flatMap(({ waiver }) => (waiver ? [Date.parse(waiver.expiresAt)] : []))
    .filter((end) => end > now);
  return ends.length > 0 ? Math.min(...ends) : undefined;
}
