import { standingIn } from '../domain/release/person-standing.ts';
import type { Standing } from '../domain/release/postpone.ts';
import type { ReleaseRun } from './run.ts';

/** What a person is to this release now: by the plan that it follows. */
export const standingOf = (run: ReleaseRun, person: string): Standing =>
  standingIn(person, {
    stage: run.plan.stages.find(({ environment }) => environment === run.view.stage),
    owner: run.plan.owner,
  });
