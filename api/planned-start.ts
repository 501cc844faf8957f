import type { Schedule } from '../domain/calendar/model.ts';
import { classInStage } from '../domain/release/action-class.ts';
import { releaseTitle, type ReleaseView } from '../domain/release/release.ts';
import { isTerminal } from '../domain/release/state.ts';
import type { PlannedStart } from '../platform/record/calendar/keep-reservation.ts';
import { outlookOf } from '../platform/record/calendar/outlook.ts';
import { currentPolicy } from '../platform/record/policies.ts';
import { nowOf, type ApiDeps } from './deps.ts';

/** The start of a release in its last stage under a schedule; undefined where its stages are not known. */
export function plannedStartOf(view: ReleaseView, schedule: Schedule | undefined): PlannedStart | undefined {
  const stage = view.stages.at(-1);
  if (stage === undefined) return undefined;
  return {
    releaseId: view.id,
    title: releaseTitle(view.components),
    environment: stage.environment,
    services: view.components.map(({ service }) => service),
    actionClass: classInStage(view, stage),
    schedule,
    needs: view.needs ?? [],
  };
}

/** A slot that begins within this is open now. */
const nowMs = 60_000;

/**
 * What whoever plans a start should know at once: that the calendar as it stands denies it, or that a next slot is open now and
 * is therefore taken, not reserved. Undefined where there is nothing to say.
 */
export async function noteOnStart(
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
  const now = nowOf(deps).toISOString();
  const { answer } = await outlookOf(db, { ...planned, stage, schedule, now });
  const denied = answer.verdicts.flatMap((row) => (row.kind === 'denied' ? [row] : []))[0];
  if (denied) return `As planned it would be denied: ${denied.because} ${denied.remedy}`;
  const isExclusive = policy?.environments.find(({ id }) => id === planned.environment)?.exclusive === true;
  const start = answer.predicted?.start;
  const isNow = start !== undefined && Date.parse(start) - Date.parse(now) < nowMs;
  if (!schedule.next || schedule.at !== undefined || !isExclusive || !isNow) return undefined;
  return `${planned.environment} is open now, so nothing is reserved: it starts as soon as its gates allow. To be sure of a time, plan it with --at.`;
}
