import { judgeCalendar } from '../calendar/judge.ts';
import type { CalendarAnswer, Schedule } from '../calendar/model.ts';
import { needOf } from '../calendar/need.ts';
import { evaluateDependencies, readyAt, type DependencyFacts } from '../gates/dependencies/evaluate.ts';
import { rulesOfPolicy } from '../policy/calendar-rules.ts';
import { durationMs } from '../policy/duration.ts';
import type { Policy } from '../policy/policy.schema.ts';
import { actionClassOf } from '../release/action-class.ts';
import type { StagePlan } from '../release/plan.ts';
import { movedTo, ruling } from '../release/postpone.ts';
import type { PostponementView } from '../release/release.ts';
import { pausesMs } from '../rollout/plan.ts';
import type { Facts } from './facts.schema.ts';

/** When it is to start, as it was asked for and as delays have moved it. */
export function scheduleOf({ calendar, now }: Facts, postponements: readonly PostponementView[]): Schedule {
  const { at, startBy } = calendar ?? {};
  const asked: Schedule = {
    ...(at === undefined ? {} : { at }),
    ...(startBy === undefined ? {} : { startBy }),
  };
  const latest = ruling(postponements, now);
  return latest && Object.keys(asked).length > 0 ? movedTo(asked, latest.until, now) : asked;
}

/** What the windows and freezes of the policy say of this stage with these facts: judged by the rules that releases are. */
export function calendarOf(
  policy: Policy,
  plan: StagePlan,
  { facts, schedule, zoneData }: { facts: Facts; schedule: Schedule; zoneData: string },
): CalendarAnswer {
  const { now, calendar } = facts;
  const environment = policy.environments.find(({ id }) => id === plan.environment);
  const dependencies = facts.dependencies.map(dependencyOf);
  const row = evaluateDependencies(dependencies, now);
  return judgeCalendar(
    {
      rules: rulesOfPolicy(policy),
      target: {
        environment: plan.environment,
        environmentLabels: environment?.labels ?? [],
        services: plan.components.map(({ service }) => ({
          service,
          labels: policy.services.find(({ id }) => id === service)?.labels ?? [],
        })),
      },
      actionClass: actionClassOf({
        modes: plan.components.map(({ mode }) => mode),
        intent: facts.intent,
        ...(facts.urgent === undefined ? {} : { urgent: facts.urgent }),
        isAutomatic: false,
      }),
      overrides: (calendar?.overrides ?? []).map(({ freeze, by, reason, expiresAt }, index) => ({
        id: `override-${index + 1}`,
        freezeId: freeze,
        revision: 1,
        releaseId: 'evaluated',
        environment: plan.environment,
        by,
        reason,
        expiresAt,
      })),
      ...(Object.keys(schedule).length === 0 ? {} : { schedule }),
      need: needFor(plan, calendar?.takes),
      foreign: (calendar?.reserved ?? []).map((one, index) => ({
        ...one,
        id: `reservation-${index + 1}`,
        owner: 'person:evaluated',
        environment: plan.environment,
        services: [],
      })),
      ...(row ? { dependencies: { row, readyAt: readyAt(dependencies, now) } } : {}),
      isInFlight: false,
      overriders: policy.people
        .filter(({ access }) => access.includes('operator') || access.includes('admin'))
        .map(({ id }) => id),
      ...(facts.owner === undefined ? {} : { owner: facts.owner }),
      zone: policy.organisation.zone,
      zoneData,
      revision: 1,
    },
    now,
  );
}

function needFor(plan: StagePlan, takes: string | undefined) {
  if (takes !== undefined) {
    const ms = durationMs(takes);
    return { medianMs: ms, p90Ms: ms, samples: 0 };
  }
  return needOf({ runs: [], rollbacks: [], pausesMs: pausesMs(plan.deploy), guardMs: plan.soakMs });
}

const dependencyOf = ({ running, soak, ...rest }: Facts['dependencies'][number]): DependencyFacts => ({
  dependency: {
    kind: 'version',
    ...rest,
    ...(soak === undefined ? {} : { soakMs: durationMs(soak) }),
  },
  ...(running
    ? {
        running: {
          version: running.version,
          ...(running.verifiedAt === undefined ? {} : { verifiedAt: running.verifiedAt }),
        },
      }
    : {}),
});
