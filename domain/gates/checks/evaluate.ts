import { withStop } from '../../full-stop.ts';
import { listOf } from '../../list-of.ts';
import { asId, type NameOf } from '../../release/names.ts';
import type { CheckOutcome, CheckView } from '../../release/release.ts';
import type { Verdict } from '../../verdict.ts';
import { waivedWords } from '../waiver/evaluate.ts';

/**
 * Whether every required check of the stage has passed (semantics §3). A known failure denies; one that could not tell keeps
 * the gate shut as `waiting`, because nothing is known against the version either. Checks not required are only mentioned.
 * One that a live waiver lets pass is told as what it is. Sampled checks and rehearsals are judged elsewhere.
 */
export function evaluateChecks(all: readonly CheckView[], now: string, personName: NameOf = asId): Verdict {
  const checks = all.filter((check) => check.how === undefined);
  if (checks.length === 0) return { kind: 'allowed', because: 'No checks are asked for.' };
  const waived = checks.filter((check) => isWaived(check, now));
  const required = checks.filter((check) => check.required && !waived.includes(check));
  const failed = having(required, 'failed');
  const [first] = failed;
  if (first) {
    const others = failed.length > 1 ? ` So did ${listOf(failed.slice(1).map(nameOf), 'and')}.` : '';
    const remedy = `Retry with \`gantry release retry ID --check ${first.id}\`, or stop with \`gantry release abort ID\` and release a mended version. Whoever may waive checks can let it pass: \`gantry release waive ID --check ${first.id}\`.`;
    return {
      kind: 'denied',
      because: `${nameOf(first)} failed: ${withStop(first.summary)}${others}`,
      remedy,
    };
  }
  const unclear = having(required, 'error', 'inconclusive');
  const [doubt] = unclear;
  if (doubt)
    return {
      kind: 'waiting',
      because: `Cannot tell about ${nameOf(doubt)}: ${withStop(doubt.summary)} Retry it, or abort.`,
    };
  const stopped = having(required, 'cancelled');
  if (stopped.length > 0)
    return { kind: 'waiting', because: `${listed(stopped)} not finished: stopped early. Retry, or abort.` };
  const passed = having(required, 'passed').length;
  const excepted = waived
    .map((check) => `; ${nameOf(check)} ${check.waiver ? waivedWords(check.waiver, personName) : ''}`)
    .join('');
  const open = having(required, 'pending', 'running');
  if (open.length > 0)
    return {
      kind: 'waiting',
      because: `${passed} of ${required.length} checks passed; ${progress(open)}${excepted}.`,
    };
  return {
    kind: 'allowed',
    because: `${passed} of ${required.length} checks passed${excepted}${reported(checks.filter((check) => !waived.includes(check)))}.`,
  };
}

function progress(open: readonly CheckView[]): string {
  const running = having(open, 'running');
  return running.length > 0 ? `${listed(running)} running` : `${listed(open)} not started yet`;
}

/** Failures that were asked to be reported only. */
function reported(checks: readonly CheckView[]): string {
  const bad = checks.filter((check) => !check.required && check.outcome !== 'passed');
  return bad.length === 0
    ? ''
    : `; not required: ${bad.map((check) => `${nameOf(check)} ${check.outcome}`).join(', ')}`;
}

/** A waiver counts for what failed or could not tell, until it ends. */
export const isWaived = ({ outcome, waiver }: CheckView, now: string): boolean =>
  isInForce(waiver, now) && ['failed', 'error', 'inconclusive'].includes(outcome);

/** Whether it would let a failure pass at `now`, whatever the check says at the moment. */
export const isInForce = (waiver: CheckView['waiver'], now: string): boolean =>
  waiver !== undefined && Date.parse(now) < Date.parse(waiver.expiresAt);

const having = (checks: readonly CheckView[], ...outcomes: CheckOutcome[]): CheckView[] =>
  checks.filter((check) => outcomes.includes(check.outcome));
const nameOf = (check: CheckView): string => `${check.id} of ${check.service}`;
const listed = (checks: readonly CheckView[]): string =>
  `${listOf(checks.map(nameOf), 'and')} ${checks.length === 1 ? 'is' : 'are'}`;
