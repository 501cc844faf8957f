import type { StagePlan } from '../domain/release/plan.ts';
import { isAskedAsBefore } from '../domain/release/same-check.ts';
import type { CheckView, StageView } from '../domain/release/release.ts';

type Place = Pick<CheckView, 'id' | 'service'> & { environment: string };

/** How often each check was asked for, those that are asked for no more among them: a round has one result, and gives it back. */
export class CheckRounds {
  private readonly last = new Map<string, number>();

  note({ environment, checks }: Pick<StageView, 'environment' | 'checks'>): void {
    for (const { id, service, round } of checks) {
      const key = keyOf({ environment, id, service });
      this.last.set(key, Math.max(round, this.last.get(key) ?? 0));
    }
  }

  /** The newest round that was asked for; 0: none was. */
  of(place: Place): number {
    return this.last.get(keyOf(place)) ?? 0;
  }
}

const keyOf = ({ environment, id, service }: Place): string => JSON.stringify([environment, service, id]);

/** What a check looked at: a tag may have been moved to another commit since. */
export const buildOf = ({ components }: StagePlan, service: string): string => {
  const build = components.find((component) => component.service === service);
  return JSON.stringify([build?.version, build?.commit, build?.digest]);
};

/**
 * Results of checks that are asked for as before, of the same build, stay; all others are to be run.
 * @param fresh the stage as nothing has happened in it
 * @param rounds left out: checks are counted anew, as releases from before did
 */
export function keepChecks(
  view: StageView,
  fresh: StageView,
  plans: { before: StagePlan; after: StagePlan },
  rounds?: CheckRounds,
): void {
  const same = new Set(
    plans.after.checks.filter((check) => isAskedAsBefore(check, plans.before)).map(({ id }) => id),
  );
  rounds?.note(view);
  const { environment } = view;
  const isSameBuild = (service: string): boolean =>
    !rounds || buildOf(plans.before, service) === buildOf(plans.after, service);
  view.checks = fresh.checks.map((check) => {
    const { id, service, round } = check;
    const kept =
      same.has(id) && isSameBuild(service)
        ? view.checks.find((known) => known.id === id && known.service === service)
        : undefined;
    return kept ?? { ...check, round: rounds?.of({ environment, id, service }) ?? round };
  });
}
