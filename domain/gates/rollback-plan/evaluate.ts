import { instantText } from '../../instant-text.ts';
import { formatDuration } from '../../policy/duration.ts';
import type { Verdict } from '../../verdict.ts';
import { canGoBackTo, type Migrations } from './migrations.ts';

export interface RollbackPlanSettings {
  /** A plan with a flaw shuts the gate; else it is only shown. */
  isRequired: boolean;
  /** The undo must have been rehearsed no longer ago than this, in milliseconds; left out: it need not. */
  rehearsedWithinMs?: number;
}

/** What is known of the way back of one component. */
export interface WayBack {
  service: string;
  version: string;
  /** Nothing of the service runs there now: the undo takes the new version away. */
  isFirst: boolean;
  /** What it goes back to; absent where there is nothing fit to go back to. */
  target?: { version: string; isThere: 'yes' | 'no' | 'unknown' };
  migrations: Migrations;
  /** The newest rehearsal of exactly this build. */
  rehearsal?: { at: string; environment: string; isPassed: boolean };
}

/**
 * Whether there is a way back (issue "rollback plan as a gate", semantics §7): to what, is that still there, do the
 * migrations let the old code run, and was the undo rehearsed. Where it is not required, its flaws are shown and open.
 */
export function evaluateRollbackPlan(
  settings: RollbackPlanSettings,
  ways: readonly WayBack[],
  now: string,
): Verdict {
  const flaws = ways.map((way) => flawOf(settings, way, now));
  const worst = flaws.find((flaw) => flaw?.kind === 'denied') ?? flaws.find((flaw) => flaw !== undefined);
  const plan = ways.map(planWords).join('; ');
  if (!worst) return { kind: 'allowed', because: `Way back: ${plan}.` };
  if (settings.isRequired) return worst;
  return { kind: 'allowed', because: `Way back, not required: ${plan}. ${worst.because}` };
}

function flawOf(settings: RollbackPlanSettings, way: WayBack, now: string): Verdict | undefined {
  const { service, version, target, migrations, isFirst } = way;
  const title = `${service} ${version}`;
  if (!isFirst && !target)
    return {
      kind: 'denied',
      because: `There is nothing that ${title} could go back to.`,
      remedy:
        'Roll forward with a mended version in a stage that does not require a way back, or lift the quarantine of the one before.',
    };
  if (target?.isThere === 'no')
    return {
      kind: 'denied',
      because: `${service} ${target.version}, which ${title} would go back to, is not there any more.`,
      remedy: `Bring the artifact of ${service} ${target.version} back, or adopt another version as what runs.`,
    };
  if (target && !canGoBackTo(migrations, target.version))
    return {
      kind: 'denied',
      because: `${title} has an irreversible migration${foundWords(migrations)}: ${service} ${target.version} could not run after it.`,
      remedy: `Split it so that the old code can run on the new schema, declare \`compatible\` in gantry.yaml, or release it where no way back is required.`,
    };
  if (migrations.kind === 'unknown')
    return {
      kind: 'waiting',
      because: migrations.found
        ? `Cannot tell what ${migrations.found.join(', ')} of ${title} does to the data: write \`gantry: additive\`, \`backfill\` or \`irreversible\` in a comment of it, or declare \`migrations\` in gantry.yaml.`
        : `Cannot tell which migrations ${title} brings: its files could not be read.`,
    };
  if (target?.isThere === 'unknown')
    return {
      kind: 'waiting',
      because: `Cannot tell whether ${service} ${target.version} is still there: give the service an \`artifact\` or a source.`,
    };
  return rehearsalFlaw(settings, way, now);
}

function rehearsalFlaw(
  { rehearsedWithinMs }: RollbackPlanSettings,
  { service, version, rehearsal, isFirst }: WayBack,
  now: string,
): Verdict | undefined {
  if (rehearsedWithinMs === undefined || isFirst) return undefined;
  const title = `${service} ${version}`;
  const remedy = 'Let a stage before this one have a check of kind rehearsal, and release it there again.';
  if (!rehearsal) return { kind: 'denied', because: `The undo of ${title} was never rehearsed.`, remedy };
  if (!rehearsal.isPassed)
    return {
      kind: 'denied',
      because: `The undo of ${title} failed when it was rehearsed in ${rehearsal.environment}, ${instantText(rehearsal.at)}.`,
      remedy,
    };
  if (Date.parse(now) - Date.parse(rehearsal.at) <= rehearsedWithinMs) return undefined;
  return {
    kind: 'denied',
    because: `The undo of ${title} was rehearsed ${instantText(rehearsal.at)}, longer than ${formatDuration(rehearsedWithinMs)} ago.`,
    remedy,
  };
}

function planWords({ service, isFirst, target, migrations, rehearsal }: WayBack): string {
  const to = isFirst
    ? 'is taken away again'
    : target
      ? `goes back to ${target.version}`
      : 'has nowhere to go';
  const there = target ? thereWords[target.isThere] : '';
  const schema =
    migrations.kind === 'none' ? 'no migration' : `migrations ${migrations.kind}${foundWords(migrations)}`;
  const tried = rehearsal?.isPassed
    ? `rehearsed ${instantText(rehearsal.at)} in ${rehearsal.environment}`
    : rehearsal
      ? 'rehearsal failed'
      : 'not rehearsed';
  return `${service} ${to}${there}, ${schema}, ${tried}`;
}

const thereWords = {
  yes: ' (still there)',
  no: ' (gone)',
  unknown: ' (nobody knows whether it is still there)',
} as const;

const foundWords = ({ found }: Migrations): string => (found ? ` (${found.join(', ')})` : '');
