import { instantText } from '../../domain/instant-text.ts';
import { momentOf, weekEndOf } from '../../domain/calendar/moment.ts';
import { openFacts } from '../../domain/calendar/open.ts';
import type { Fact, Measures } from '../../domain/risk/model.ts';
import { readCalendarFacts } from '../../platform/record/calendar/facts.ts';
import { factOf, measured, type RiskQuestion } from './question.ts';

/** How much hangs on a service: what it says of itself, and who builds on it. */
export function reachOf({ service, policy }: RiskQuestion): Fact<Measures['reach']> {
  const dependants = policy.services
    .filter(({ dependsOn }) => dependsOn.includes(service.id))
    .map(({ id }) => id);
  const tier = service.risk?.tier;
  if (tier === undefined)
    return {
      kind: 'unknown',
      because: `${service.id} does not say how much hangs on it; write \`risk: { tier: 2 }\` in gantry.yaml.`,
    };
  return measured(
    { tier, dependants: dependants.length },
    dependants.map((id) => `${id} depends on it`),
  );
}

/** The moment at which it is expected to start, and the end of the week's last working day where `now` lies in that. */
export async function momentFacts(
  question: RiskQuestion,
): Promise<{ timing: Fact<Measures['timing']>; weekEndsAt?: string }> {
  const { db, stage, service, startsAt, now, policy } = question;
  const hours = stage.risk?.workingHours ?? {};
  const { zone } = policy.organisation;
  const timing = await factOf('The calendar', async () => {
    const { rules, target } = await readCalendarFacts(db, {
      environment: stage.environment,
      services: [service.id],
      now,
    });
    const open = openFacts({
      rules,
      target,
      actionClass: 'planned',
      overrides: [],
      from: Date.parse(startsAt),
      horizonMs: 2 * 86_400_000,
    });
    const [broken] = open.broken;
    if (broken)
      return {
        kind: 'unknown' as const,
        because: `${broken.rule.id} cannot be evaluated: ${broken.because}`,
      };
    return measured(momentOf(startsAt, { zone, hours, open }), [
      `expected to start ${instantText(startsAt)}`,
    ]);
  });
  const weekEndsAt = weekEndOf(now, zone, hours);
  return { timing, ...(weekEndsAt === undefined ? {} : { weekEndsAt }) };
}
