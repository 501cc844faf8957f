import { instantText } from '../domain/instant-text.ts';
import { inForce, mayBreak } from '../domain/release/break-glass.ts';
import type { StagePlan } from '../domain/release/plan.ts';
import { isBeforeStart } from '../domain/release/postpone.ts';
import type { StageView } from '../domain/release/release.ts';
import type { Passed } from '../domain/verdict.ts';
import { withdrawApproval } from './approval.ts';
import { assertOpen, whoOf } from './commands.ts';
import type { BreakGlassInput } from './contract.ts';
import { refusal } from './failures.ts';
import { namesOfAll } from '../domain/release/names.ts';
import type { ReleaseRun } from './run.ts';

const stageOf = (run: ReleaseRun): StagePlan | undefined =>
  run.plan.stages.find(({ environment }) => environment === run.view.stage);

export function assertBreakable(run: ReleaseRun, input: BreakGlassInput): void {
  assertOpen(run);
  const stage = stageOf(run);
  if (!stage || !isBeforeStart(run.view))
    throw refusal('COMMAND_NOT_POSSIBLE', `${run.title} waits for no gate now.`);
  if (!input.reason || !input.incident)
    throw refusal(
      'COMMAND_NOT_POSSIBLE',
      'To break the glass, give a reason and the incident that it is for.',
    );
  const answer = mayBreak(whoOf(input.by), {
    rule: stage.breakGlass,
    candidates: stage.candidates,
    glass: run.stageView(stage).glass,
    now: run.now,
  });
  if (!answer.ok)
    throw refusal(answer.kind === 'authority' ? 'AUTHORITY_MISSING' : 'COMMAND_NOT_POSSIBLE', answer.because);
}

/** Notes one person's word, tells all owners at once, and owes a review as soon as enough people have given theirs. */
export function breakGlass(run: ReleaseRun, input: BreakGlassInput): void {
  const stage = stageOf(run);
  const rule = stage?.breakGlass;
  if (!stage || !rule) return;
  const view = run.stageView(stage);
  const person = whoOf(input.by);
  const { incident } = input;
  const reason = input.reason ?? '';
  const wasInForce = glassOf(run, stage) !== undefined;
  view.glass = {
    ...view.glass,
    breaks: [...(view.glass?.breaks ?? []), { person, at: run.now, reason, incident }],
  };
  const passed = glassOf(run, stage);
  if (passed) view.glass.until = passed.until;
  const then = passed
    ? `It holds until ${instantText(passed.until)}.`
    : `It takes ${rule.atLeast} people, so another must as well.`;
  const sentence = `${run.nameOf(person)} broke the glass for ${run.title} in ${stage.environment} (${incident}): ${reason}. ${then}`;
  run.tell('glass.broken', stage.environment, sentence, {
    actor: input.by,
    reason,
    facts: { incident, ...(passed ? { until: passed.until } : {}) },
  });
  run.notify({
    occasion: `glass/${stage.environment}/${view.glass.breaks.length}`,
    kind: 'glassBroken',
    to: [...run.audience, ...(run.plan.owners ?? []), ...run.plan.onCall, ...(view.approval?.asked ?? [])],
    environment: stage.environment,
    sentence,
  });
  if (passed && !wasInForce) oweReview(run, stage, { reason, incident, withinMs: rule.reviewWithinMs });
}

function oweReview(
  run: ReleaseRun,
  stage: StagePlan,
  o: { reason: string; incident: string; withinMs: number },
): void {
  const { glass } = run.stageView(stage);
  if (!glass) return;
  const id = `rev_${run.view.id}_${stage.environment}_${glass.breaks.length}`;
  const dueAt = new Date(Date.now() + o.withinMs).toISOString();
  glass.review = { id, dueAt };
  run.recorder.reviewOwed({
    id,
    releaseId: run.view.id,
    title: run.title,
    services: run.view.components.map(({ service }) => service),
    environment: stage.environment,
    brokenBy: [...new Set(glass.breaks.map(({ person }) => person))],
    reason: o.reason,
    incident: o.incident,
    brokenAt: run.now,
    dueAt,
  });
}

/** What the broken glass of this stage gives now. */
export const glassOf = (run: ReleaseRun, stage: StagePlan): Passed | undefined =>
  inForce(run.stageView(stage).glass, stage.breakGlass, run.now);

const namesOf = (run: ReleaseRun, { by }: Passed): string => namesOfAll(by, run.nameOf);

/** Gates that are shut and passed by it. */
export const passedGates = (view: StageView): string[] =>
  view.verdicts.flatMap(({ gate, passed }) => (passed ? [gate] : []));

/** Says past which gates the stage starts; nobody is asked any more whether it may. */
export function noteGlass(run: ReleaseRun, stage: StagePlan): void {
  const view = run.stageView(stage);
  const gates = passedGates(view);
  const passed = glassOf(run, stage);
  if (!view.glass || !passed || gates.length === 0) return;
  view.glass.used = { at: run.now, gates };
  withdrawApproval(run, stage, `${namesOf(run, passed)} broke the glass`);
  const despite = view.verdicts.flatMap(({ gate, because }) =>
    gates.includes(gate) ? [`${gate}: ${because}`] : [],
  );
  run.tell(
    'glass.used',
    stage.environment,
    `${run.title} starts in ${stage.environment} by ${passed.because} (${namesOf(run, passed)}), despite ${despite.join(' ')}`,
    { facts: { gates, review: view.glass.review?.id ?? '' } },
  );
}

/** The stage was started past the calendar: what shut then does not stop it half way. */
export const isPastCalendar = (run: ReleaseRun, stage: StagePlan): boolean =>
  run.stageView(stage).glass?.used !== undefined;
