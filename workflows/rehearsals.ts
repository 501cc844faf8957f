import type { PlannedComponent, StagePlan } from '../domain/release/plan.ts';

/** What a release has rehearsed so far. */
export class Rehearsals {
  private readonly counts = new Map<string, number>();
  private readonly passed = new Map<string, string>();

  /** How often the undo of a component was tried out in a stage. */
  count(stage: StagePlan, component: PlannedComponent): number {
    return this.counts.get(placeOf(stage, component)) ?? 0;
  }

  /** Begins another one; its number, from 1, and above what a check of the same id was asked for already. */
  begin(stage: StagePlan, component: PlannedComponent, asked: number): number {
    const round = Math.max(this.count(stage, component), asked) + 1;
    this.counts.set(placeOf(stage, component), round);
    return round;
  }

  /** What it was passed with. Only for the same way there and back it says anything. */
  pass(check: string, stage: StagePlan, component: PlannedComponent): void {
    this.passed.set(`${placeOf(stage, component)}/${check}`, wayThereAndBack(stage, component));
  }

  isPassed(check: string, stage: StagePlan, component: PlannedComponent): boolean {
    return this.passed.get(`${placeOf(stage, component)}/${check}`) === wayThereAndBack(stage, component);
  }
}

const placeOf = ({ environment }: StagePlan, { service }: PlannedComponent): string =>
  `${environment}/${service}`;

const wayThereAndBack = (
  { deploy, rollout, runner, checks }: StagePlan,
  component: PlannedComponent,
): string =>
  JSON.stringify({
    ...{ deploy, rollout, runner, component },
    rehearsals: checks.filter(({ kind }) => kind === 'rehearsal'),
  });
