import { holdingAt } from './intervals.ts';
import { iso, type Look } from './look.ts';
import type { CalendarAnswer, InFlight } from './model.ts';
import { freezeSentence } from './rows/freeze.ts';
import { cannotTell } from './rows/shut.ts';

const hour = 3_600_000;
/** How long a release may be left half way by a freeze before people are asked (semantics §1.5, `maxHold`). */
const usualMaxHoldMs = 4 * hour;

const inFlightStrictness: Record<InFlight, number> = { finish: 0, pauseAtStep: 1, abort: 2 };

/** What the freezes that hold now ask of a release between two steps: the strictest wins (semantics §1.5). */
export function inFlightOf(look: Look): CalendarAnswer['inFlight'] {
  const active = activeInFlight(look);
  return active?.does === 'abort' ? active : (brokenInFlight(look) ?? active);
}

/** A freeze that cannot be evaluated may hold now: what is half way stays where it is until somebody has mended or passed it. */
function brokenInFlight({ open }: Look): CalendarAnswer['inFlight'] {
  const broken = open.broken.find(({ rule }) => rule.kind === 'freeze');
  if (!broken) return undefined;
  const { rule } = broken;
  return {
    freezeId: rule.id,
    does: 'pauseAtStep',
    maxHoldMs: rule.maxHoldMs ?? usualMaxHoldMs,
    because: cannotTell('freeze', broken).because,
    isBroken: true,
  };
}

function activeInFlight(look: Look): CalendarAnswer['inFlight'] {
  const active = look.open.closings
    .filter(({ intervals }) => holdingAt(intervals, look.nowMs) !== undefined)
    .map(({ rule }) => ({ rule, does: rule.inFlight ?? ('pauseAtStep' as const) }))
    .sort((a, b) => inFlightStrictness[b.does] - inFlightStrictness[a.does]);
  const [strictest] = active;
  if (!strictest) return undefined;
  const end = holdingAt(look.open.shut, look.nowMs)?.end ?? Infinity;
  return {
    freezeId: strictest.rule.id,
    does: strictest.does,
    ...(Number.isFinite(end) ? { until: iso(end) } : {}),
    maxHoldMs: Math.min(...active.map(({ rule }) => rule.maxHoldMs ?? usualMaxHoldMs)),
    because: freezeSentence(look, strictest.rule, end),
  };
}
