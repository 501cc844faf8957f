import type { CalendarRule, CalendarScope } from '../../../domain/calendar/model.ts';
import { ruleChangeWords } from '../../../domain/calendar/rule-change.ts';
import { ruleTitle } from '../../../domain/calendar/rule-words.ts';
import { rulesOfPolicy, trainsOfPolicy } from '../../../domain/policy/calendar-rules.ts';
import type { Policy } from '../../../domain/policy/policy.schema.ts';
import { nameAmong } from '../../../domain/release/names.ts';
import type { Actor } from '../../../domain/release/release.ts';
import type { Db } from '../../database/open.ts';
import { GantryError } from '../../errors.ts';
import { appendEvents } from '../append.ts';
import { settleOverrides } from './change-rules.ts';
import { concernedBy, labelsOf, openReleasesByStage, type Labels } from './concerned.ts';
import { raiseRevision } from './revision.ts';
import { addedSentence, changedSentence, liftedSentence } from './rule-sentences.ts';
import { listRules, ruleById } from './rules.ts';
import { syncTrains } from './trains.ts';
import { addWakes, watchWorkflowId } from './wakes.ts';
import { noteChangedFreeze } from './warnings.ts';
import { ruleEvent, writeRule, type ChangeOrigin, type WrittenRule, whoOf } from './write-rule.ts';

interface RuleStep {
  change: WrittenRule['change'];
  rule: CalendarRule;
  before?: CalendarRule;
  sentence: string;
}

const gone = 'It is in gantry.yaml no more.';

/**
 * Makes the calendar what a policy says, in the transaction that puts it in force: rules that came, changed or went, labels
 * that make rules mean others, and trains. Rules that were made outside the policy stay. Answers the ids of trains whose
 * definition is another now. Throws CALENDAR_RULE_EXISTS where a rule made outside has a name of the policy's.
 */
export async function syncPolicyCalendar(
  trx: Db,
  o: { policy: Policy; before?: Policy; by: Actor; at: string },
): Promise<{ trains: string[] }> {
  const { policy, before, by, at } = o;
  const who = nameAmong(policy.people, whoOf(by));
  const steps = await stepsTo(trx, rulesOfPolicy(policy), who);
  const trains = await syncTrains(trx, { trains: trainsOfPolicy(policy), at });
  const labels = labelsOf(policy);
  const isRelabelled = before !== undefined && !isSameLabels(labelsOf(before), labels);
  if (steps.length === 0 && trains.length === 0 && !isRelabelled) return { trains };
  const calendarRevision = await raiseRevision(trx);
  for (const step of steps) await take(trx, step, { by, at }, calendarRevision);
  const known = [labels, ...(before ? [labelsOf(before)] : [])];
  await wake(trx, { steps, trains, isRelabelled, known, calendarRevision });
  return { trains };
}

/** What has to be done so that the rules of the policy are in force, and no others of its origin. */
async function stepsTo(trx: Db, rules: readonly CalendarRule[], by: string): Promise<RuleStep[]> {
  const inForce = (
    await Promise.all([listRules(trx, { kind: 'window' }), listRules(trx, { kind: 'freeze' })])
  )
    .flat()
    .map(({ rule }) => rule);
  const steps: RuleStep[] = [];
  for (const rule of rules) {
    const here = inForce.find(({ id }) => id === rule.id);
    if (here?.origin === 'api')
      throw new GantryError('CALENDAR_RULE_EXISTS', { rule: rule.id, origin: 'api' });
    if (here?.kind === rule.kind) steps.push(...changeOf(here, rule, by));
    else steps.push(...(here ? [lifted(here, by)] : []), await added(trx, rule, here, by));
  }
  const wanted = new Set(rules.map(({ id }) => id));
  const left = inForce.filter((rule) => rule.origin === 'policy' && !wanted.has(rule.id));
  return [...steps, ...left.map((rule) => lifted(rule, by))];
}

function changeOf(before: CalendarRule, rule: CalendarRule, by: string): RuleStep[] {
  // Only what can be told is a change: the order of services in a scope, say, is none.
  if (ruleChangeWords(before, rule).length === 0) return [];
  const { effectiveFrom } = before;
  const next = {
    ...rule,
    revision: before.revision + 1,
    ...(effectiveFrom === undefined ? {} : { effectiveFrom }),
  };
  return [{ change: 'changed', rule: next, before, sentence: changedSentence(before, next, by) }];
}

async function added(
  trx: Db,
  rule: CalendarRule,
  replaced: CalendarRule | undefined,
  by: string,
): Promise<RuleStep> {
  // Lifting the one that it takes the name of has raised that one's revision already.
  const last = replaced ? replaced.revision + 1 : ((await ruleById(trx, rule.id))?.rule.revision ?? 0);
  return { change: 'added', rule: { ...rule, revision: last + 1 }, sentence: addedSentence(rule, by) };
}

const lifted = (before: CalendarRule, by: string): RuleStep => ({
  change: 'lifted',
  rule: { ...before, revision: before.revision + 1 },
  before,
  sentence: liftedSentence(before, by, gone),
});

async function take(
  trx: Db,
  { change, rule, before, sentence }: RuleStep,
  { by, at }: Pick<ChangeOrigin, 'by' | 'at'>,
  calendarRevision: number,
): Promise<void> {
  const isNewFreeze = change === 'added' && rule.kind === 'freeze';
  const origin: ChangeOrigin = { by, at, ...reasonOf(change, rule) };
  const written: WrittenRule = {
    rule: isNewFreeze ? { ...rule, effectiveFrom: at } : rule,
    change,
    origin,
    calendarRevision,
  };
  await writeRule(trx, written);
  if (change !== 'lifted') await noteChangedFreeze(trx, written.rule, at);
  await appendEvents(trx, null, [ruleEvent(written, sentence, before)]);
  if (before && change === 'changed') await settleOverrides(trx, before, rule, origin);
}

const reasonOf = (change: RuleStep['change'], { reason }: CalendarRule): { reason?: string } =>
  change === 'lifted' ? { reason: gone } : reason === undefined ? {} : { reason };

const isSameLabels = (a: Labels, b: Labels): boolean =>
  (['services', 'environments'] as const).every((of) => {
    const ids = [...new Set([...a[of].keys(), ...b[of].keys()])];
    return ids.every((id) => textOf(a[of].get(id)) === textOf(b[of].get(id)));
  });

const textOf = (labels: readonly string[] = []): string => [...labels].sort().join(' ');

/** One wake for each release, however many rules of it have changed; under the labels before and after. */
async function wake(
  trx: Db,
  o: {
    steps: readonly RuleStep[];
    trains: readonly string[];
    isRelabelled: boolean;
    known: readonly Labels[];
    calendarRevision: number;
  },
): Promise<void> {
  const { steps, trains, isRelabelled, known, calendarRevision: revision } = o;
  const open = await openReleasesByStage(trx);
  const byCause = new Map<string, typeof open>();
  for (const release of open) {
    const scopesOf = ({ rule, before }: RuleStep): CalendarScope[] => [
      rule.scope,
      ...(before ? [before.scope] : []),
    ];
    const mine = steps.filter((step) =>
      known.some((labels) => concernedBy(scopesOf(step), [release], labels).length > 0),
    );
    const told = mine.map(({ sentence }) => sentence);
    if (isRelabelled && told.length === 0) told.push('Labels that windows and freezes go by have changed.');
    if (told.length === 0) continue;
    const cause = causeOf(told, mine);
    byCause.set(cause, [...(byCause.get(cause) ?? []), release]);
  }
  for (const [cause, waiting] of byCause) await addWakes(trx, { waiting, cause, revision });
  const others = [...(steps.length > 0 ? [watchWorkflowId] : []), ...trains.map((id) => `train/${id}`)];
  await addWakes(trx, {
    waiting: others.map((workflowId) => ({ workflowId })),
    cause: 'The policy has changed.',
    revision,
  });
}

/** Up to three sentences in full; more of them by name. */
function causeOf(told: readonly string[], steps: readonly RuleStep[]): string {
  if (told.length <= 3) return told.join(' ');
  const rest = steps.slice(2).map(({ rule }) => ruleTitle(rule));
  return `${told.slice(0, 2).join(' ')} Changed as well: ${rest.join(', ')}.`;
}
