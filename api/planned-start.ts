import type { Schedule } from '../domain/calendar/model.ts';
import { releaseTitle, type ReleaseView } from '../domain/release/release.ts';
import { isTerminal } from '../domain/release/state.ts';
import type { PlannedStart } from '../platform/record/calendar/keep-reservation.ts';
import { outlookOf } from '../platform/record/calendar/outlook.ts';
import { currentPolicy } from '../platform/record/policies.ts';
import { nowOf, type ApiDeps } from './deps.ts';

/** The start of a release in its last stage under a schedule; undefined where its stages are not known. */
export function plannedStartOf(view: ReleaseView, schedule: Schedule | undefined): PlannedStart | undefined {
  const environment = view.stages.at(-1)?.environment;
  if (environment === undefined) return undefined;
  return {
    releaseId: view.id,
    title: releaseTitle(view.components),
    environment,
    services: view.components.map(({ service }) => service),
    actionClass: view.intent === 'rollback' ? 'rollback' : view.urgent === undefined ? 'planned' : 'hotfix',
    schedule,
  };
}

/**
 * Why the calendar as it stands denies a start that was planned, with what to do: said when it is planned, not only when it
 * would have been time (semantics §1.5, T54). Undefined where nothing is known against it.
 */
export async function denialOf(
  deps: ApiDeps,
  view: ReleaseView,
  schedule: Schedule | undefined,
): Promise<string | undefined> {
  const planned = plannedStartOf(view, schedule);
  if (!planned || !schedule || isTerminal(view.state)) return undefined;
  const { db } = deps.store;
  const policy = (await currentPolicy(db))?.policy;
  const pipeline = policy?.services.find(({ id }) => id === planned.services[0])?.pipeline ?? '';
  const stage = policy?.pipelines[pipeline]?.find((one) => one.environment === planned.environment);
  if (!stage) return undefined;
  const { answer } = await outlookOf(db, {
    ...planned,
    stage,
    schedule,
    now: nowOf(deps).toISOString(),
  });
  const denied = answer.verdicts.flatMap((row) => (row.kind === 'denied' ? [row] : []))[0];
  return denied && `As planned it would be denied: ${denied.because} ${denied.remedy}`;
}
