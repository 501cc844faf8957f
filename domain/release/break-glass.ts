import { withStop } from '../full-stop.ts';
import { listOf } from '../list-of.ts';
import { nameAmong } from './names.ts';
import { isShut, type GateRow, type Passed } from '../verdict.ts';
import type { Candidate, GlassRule } from './plan.ts';
import type { GlassBreak, GlassView, ReleaseView } from './release.ts';

/** How long a person's word holds (semantics §4, "Break-glass"). Milliseconds. */
const glassMs = 4 * 3_600_000;

/**
 * Gates that it passes: quorum, windows with the fit into them, freezes, soak, and sampled checks; of risk only duties of the band.
 * All others hold: checks asked once, versions, promotion, the way back, dependencies, tasks, reservations, quarantine, the lock,
 * and whatever is asked at the door and by analysis.
 */
const passable: readonly string[] = ['approvals', 'window', 'freeze', 'fit', 'soak', 'samples'];

/** Whether a person may break the glass of a stage, else why not. */
export function mayBreak(
  person: string,
  {
    rule,
    candidates,
    glass,
    now,
  }: {
    rule: GlassRule | undefined;
    candidates: readonly Candidate[];
    glass: GlassView | undefined;
    now: string;
  },
): { ok: true } | { ok: false; kind: 'rule' | 'authority'; because: string } {
  if (!rule)
    return {
      ok: false,
      kind: 'rule',
      because: 'The policy of this stage lets nobody break the glass: it has no `breakGlass`.',
    };
  const roles = candidates.find(({ id }) => id === person)?.roles ?? [];
  if (!rule.roles.some((role) => roles.includes(role)))
    return {
      ok: false,
      kind: 'authority',
      because: onlyThese(rule, candidates),
    };
  if (standingBreaks(glass, now).some((one) => one.person === person))
    return { ok: false, kind: 'rule', because: `${nameAmong(candidates, person)} has broken it already.` };
  return { ok: true };
}

function onlyThese({ roles }: GlassRule, candidates: readonly Candidate[]): string {
  const people = candidates.filter((one) => roles.some((role) => one.roles.includes(role)));
  const ask =
    people.length > 0
      ? `ask ${listOf(
          people.map(({ id }) => nameAmong(candidates, id)),
          'or',
        )}`
      : 'nobody in gantry.yaml is';
  return `Only who is ${roles.join(' or ')} may break the glass here: ${ask}.`;
}

/** Each person's last word, as long as it holds; the newest first. */
const standingBreaks = (glass: GlassView | undefined, now: string): GlassBreak[] =>
  (glass?.breaks ?? [])
    .filter(({ at }) => Date.parse(now) - Date.parse(at) < glassMs)
    .sort((a, b) => Date.parse(b.at) - Date.parse(a.at));

/** What the glass gives at an instant: nothing while fewer people than needed have broken it, or their time is over. */
export function inForce(
  glass: GlassView | undefined,
  rule: GlassRule | undefined,
  now: string,
): Passed | undefined {
  if (!rule) return undefined;
  const standing = standingBreaks(glass, now);
  const last = standing[rule.atLeast - 1];
  if (!last) return undefined;
  return {
    by: standing.map(({ person }) => person).join(', '),
    because: `break-glass for ${standing[0]?.incident ?? ''}: ${standing[0]?.reason ?? ''}`,
    until: new Date(Date.parse(last.at) + glassMs).toISOString(),
  };
}

/** Whether enough people have broken it, and their time is not over. */
export const isBroken = (glass: GlassView | undefined, now: string): boolean =>
  glass?.until !== undefined && now < glass.until;

/**
 * What keeps the stage of now shut although the glass is broken, and what would open it, in sentences; undefined where nothing does. The
 * lock is left out, which comes by itself, and so is a risk that waits or asks for people: that may be a duty of its band alone.
 */
export function notOpened({
  stages,
  stage: environment,
}: Pick<ReleaseView, 'stages' | 'stage'>): string | undefined {
  const { verdicts = [] } = stages.find((stage) => stage.environment === environment) ?? {};
  const shut = verdicts.filter(
    (row) =>
      isShut(row) &&
      row.gate !== 'lock' &&
      !passable.includes(row.gate) &&
      (row.gate !== 'risk' || row.kind === 'denied'),
  );
  if (shut.length === 0) return undefined;
  const gates = listOf(
    shut.map(({ gate }) => gate),
    'and',
  );
  const what = shut.map((row) =>
    [withStop(row.because), ...(row.kind === 'denied' ? [row.remedy] : [])].join(' '),
  );
  return `Broken glass does not open ${gates}. ${what.join(' ')}`;
}

/**
 * Puts the broken glass beside the verdicts that it passes; the verdicts stay.
 * @param isRiskByDuty nothing but duties of its band keeps the gate `risk` shut
 */
export const passRows = (rows: readonly GateRow[], passed: Passed, isRiskByDuty = false): GateRow[] => {
  const gates = isRiskByDuty ? [...passable, 'risk'] : passable;
  return rows.map((row) => (row.kind !== 'allowed' && gates.includes(row.gate) ? { ...row, passed } : row));
};
