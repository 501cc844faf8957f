import { ruleStandsAlready } from '../../../domain/calendar/rule-told.ts';
import { ruleTitle, scopeText, timesText } from '../../../domain/calendar/rule-words.ts';
import type { CalendarRule } from '../../../domain/calendar/model.ts';
import { nextOccurrences } from '../../../domain/calendar/occurrences.ts';
import {
  FreezeSchema,
  ruleOf,
  WindowSchema,
  type CalendarInput,
} from '../../../domain/policy/calendar.schema.ts';
import type { Db } from '../../../platform/database/open.ts';
import { GantryError, messageOf } from '../../../platform/errors.ts';
import { newId } from '../../../platform/ids.ts';
import { addRule, changeRule, liftRule } from '../../../platform/record/calendar/change-rules.ts';
import { listRules, ruleById, type RuleRecord } from '../../../platform/record/calendar/rules.ts';
import { namesFor, personNames } from '../../../platform/record/person-names.ts';
import { once } from '../../../platform/record/idempotency.ts';
import { currentPolicy } from '../../../platform/record/policies.ts';
import { tokenFor, type Action, type ActionObject } from '../../auth/access.ts';
import { calledAs, type Caller } from '../../auth/caller.ts';
import { keyedRequest, replayHeader } from '../../http/idempotency-key.ts';
import { route, type Call, type Route, type RouteDeps } from '../../http/route.ts';
import { NamesSchema, ReasonSchema, z } from '../common.schema.ts';
import { narrowedTo, visibleServices } from '../../auth/narrowed-to.ts';
import { ruleParams, RuleSchema } from './calendar.schema.ts';
import { everything } from './evaluate.ts';
import { requireKnownNames } from './known-names.ts';

type Kind = CalendarRule['kind'];

/** How many of its next times are shown: of one rule among many, and of one alone. */
const [nextOfMany, nextOfOne] = [3, 10];

/** A rule of the record as it is shown at an instant. */
export function shownRule(record: RuleRecord, now: Date, count = nextOfOne): z.output<typeof RuleSchema> {
  const { rule, ...story } = record;
  const common = { ...rule, about: scopeText(rule.scope), when: timesText(rule), ...story };
  if (record.retired) return { ...common, next: [] };
  try {
    const next = nextOccurrences(rule, now.toISOString(), count).map((one) => ({ ...one, kind: rule.kind }));
    return { ...common, next };
  } catch (error) {
    return { ...common, next: [], wrong: messageOf(error) };
  }
}

/** A rule without services is about all of them, which a token for some may not change. */
export const aboutServices = ({ services }: { services: readonly string[] }): ActionObject =>
  services.length === 0 ? {} : { services };

/** Rules about everything, or about a service that the caller may see. */
const isVisibleTo = (caller: Caller) => {
  const isVisible = visibleServices(caller);
  return ({ rule: { scope } }: RuleRecord): boolean =>
    scope.services.length === 0 || scope.services.some(isVisible);
};

/** The rule of the path with what the table of access must know of it; one that is not there is found out later, by those who may. */
async function ruleOfPath(
  kind: Kind,
  { deps, params }: Pick<Call<{ id: string }, unknown, unknown>, 'deps' | 'params'>,
) {
  const found = await ruleById(deps.store.db, params.id);
  const value = found?.rule.kind === kind ? found : undefined;
  return { value, object: value ? aboutServices(value.rule.scope) : {} };
}

/** The rule that a body stands for, its names known to the policy; its revision is the record's to give. @throws CALENDAR_RULE_INVALID */
export async function writtenRule(
  deps: Pick<RouteDeps, 'store'>,
  kind: Kind,
  entry: CalendarInput,
  id: string,
): Promise<CalendarRule> {
  const policy = (await currentPolicy(deps.store.db))?.policy;
  const zone = policy?.organisation.zone ?? 'UTC';
  const rule = ruleOf(entry, { kind, id, zone, scope: everything, origin: 'api', revision: 1 });
  requireKnownNames(policy, rule);
  return rule;
}

/**
 * The revision that the caller saw; undefined for `*`, whatever is there. Without a word of it somebody else's change would be
 * lost in silence. @throws SEEN_STATE_MISSING, and REQUEST_INVALID for what is no ETag of ours
 */
function expectedRevision(
  call: Pick<Call<unknown, unknown, unknown>, 'req'>,
  rule: Pick<CalendarRule, 'kind' | 'id'>,
): number | undefined {
  const seen = call.req.get('if-match');
  if (seen === undefined) throw new GantryError('SEEN_STATE_MISSING', { what: ruleTitle(rule) });
  if (seen === '*') return undefined;
  const [, revision] = /^"(\d{1,9})"$/.exec(seen) ?? [];
  if (revision === undefined)
    throw new GantryError('REQUEST_INVALID', { detail: 'If-Match is the ETag of the rule, such as "3"' });
  return Number(revision);
}

const listQuery = z.strictObject({
  lifted: z.enum(['true', 'false']).default('false').describe('Those that were lifted, too.'),
});

const LiftSchema = z.strictObject({ reason: ReasonSchema }).openapi('CalendarRuleEnd');

interface KindOfRule {
  kind: Kind;
  path: string;
  body: typeof WindowSchema | typeof FreezeSchema;
  example: z.input<typeof FreezeSchema>;
  manage: Action;
  end: Action;
}

/** Who answers for a rule, who made and changed it, and who lifted it. */
const mentioned = ({ rule, createdBy, changedBy, retired }: RuleRecord): (string | undefined)[] => [
  rule.owner,
  createdBy,
  changedBy,
  retired?.by,
];

const readingRoutes = ({ kind, path }: KindOfRule): Route[] => [
  route({
    method: 'get',
    path,
    action: 'calendar.read',
    summary: `All ${kind}s, those of gantry.yaml and those made here, each with its next three times.`,
    query: listQuery,
    answer: {
      status: 200,
      description: 'By name, lifted ones last.',
      schema: z.object({ items: z.array(RuleSchema), names: NamesSchema }),
    },
    async handle({ deps, caller, query, now }) {
      const records = await listRules(deps.store.db, { kind, lifted: query.lifted === 'true' });
      const visible = records.filter(isVisibleTo(caller));
      const names = await namesFor(deps.store.db, visible.flatMap(mentioned));
      return { body: { items: visible.map((one) => shownRule(one, now, nextOfMany)), ...names } };
    },
  }),
  route({
    method: 'get',
    path: `${path}/{id}`,
    action: 'calendar.read',
    summary: `One ${kind}, lifted or not.`,
    params: ruleParams,
    answer: { status: 200, description: `The ${kind}.`, schema: RuleSchema },
    problems: ['NOT_FOUND'],
    subject: (call) => ruleOfPath(kind, call),
    async handle({ deps, caller, params, now }, record) {
      if (!record || !isVisibleTo(caller)(record))
        throw new GantryError('NOT_FOUND', { what: kind, id: params.id });
      const names = await namesFor(deps.store.db, mentioned(record));
      return { body: { ...shownRule(record, now), ...names }, seq: record.rule.revision };
    },
  }),
];

const addition = ({ kind, path, body, example, manage }: KindOfRule): Route =>
  route({
    method: 'post',
    path,
    action: manage,
    summary:
      kind === 'freeze'
        ? 'Add a freeze. It counts from now on, and whoever it concerns is told at once.'
        : 'Add a window. Whoever waits for one is judged again at once.',
    body,
    example,
    answer: { status: 201, description: `The ${kind}.`, schema: RuleSchema },
    problems: [
      'IDEMPOTENCY_KEY_MISSING',
      'IDEMPOTENCY_KEY_REUSED',
      'CALENDAR_RULE_INVALID',
      'CALENDAR_RULE_EXISTS',
      'CALENDAR_REASON_MISSING',
    ],
    subject: async (call) => ({ value: undefined, object: aboutServices(call.body.scope ?? everything) }),
    async handle(call) {
      const { deps, caller, now, requestId } = call;
      const entry: CalendarInput = call.body;
      const rule = await writtenRule(deps, kind, entry, entry.id ?? newId('win'));
      const { answer, replayed } = await once(deps.store.db, keyedRequest(call), now, async (trx) => {
        const record = await addRule(trx, { rule, ...originOf(caller, now, requestId, entry.reason) });
        return { status: 201, body: shownRule(record, now), location: `${path}/${record.rule.id}` };
      });
      const location = answer.location === undefined ? {} : { Location: answer.location };
      return { body: answer.body, headers: { ...replayHeader(replayed), ...location } };
    },
  });

const change = ({ kind, path, body, example, manage }: KindOfRule): Route =>
  route({
    method: 'put',
    path: `${path}/{id}`,
    action: manage,
    summary: `Put another state in the place of a ${kind} that was made here; its reason says why it is so now. Takes If-Match.`,
    params: ruleParams,
    body,
    example,
    answer: { status: 200, description: `The ${kind} as it is now.`, schema: RuleSchema },
    problems: [
      'NOT_FOUND',
      'SEEN_STATE_MISSING',
      'STALE',
      'CALENDAR_RULE_INVALID',
      'CALENDAR_RULE_OF_POLICY',
      'CALENDAR_REASON_MISSING',
    ],
    subject: (call) => ruleOfPath(kind, call),
    async handle(call, before) {
      const { deps, caller, params, now, requestId } = call;
      const entry: CalendarInput = call.body;
      if (!before) throw new GantryError('NOT_FOUND', { what: kind, id: params.id });
      if (entry.id !== undefined && entry.id !== params.id)
        throw new GantryError('REQUEST_INVALID', {
          detail: `the body is of ${ruleTitle({ kind, id: entry.id })}, the address of ${params.id}: a name is never changed`,
        });
      const rule = await writtenRule(deps, kind, entry, params.id);
      requireReach(caller, manage, rule.scope.services);
      // One of gantry.yaml is refused whatever was seen of it.
      const expected = before.rule.origin === 'policy' ? undefined : expectedRevision(call, rule);
      const record = await changeRule(deps.store.db, {
        rule: { ...rule, ...(before.rule.stopTheLine ? { stopTheLine: true } : {}) },
        ...originOf(caller, now, requestId, entry.reason),
        ...(expected === undefined ? {} : { expected }),
      });
      return { body: shownRule(record, now), seq: record.rule.revision };
    },
  });

/** A token for some services may not let a rule reach further than that. @throws NOT_ALLOWED */
function requireReach(caller: Caller, action: Action, services: readonly string[]): void {
  const narrowed = narrowedTo(caller);
  if (narrowed === undefined) return;
  if (services.length > 0 && services.every((service) => narrowed.includes(service))) return;
  const detail = `the token is for ${narrowed.join(', ')} only, and the rule would be about more: ${action} refused`;
  const remedy = tokenFor(services.length === 0 ? [] : [...new Set([...narrowed, ...services])]);
  throw new GantryError('NOT_ALLOWED', { person: calledAs(caller), detail, remedy });
}

const ending = ({ kind, path, end }: KindOfRule): Route =>
  route({
    method: 'delete',
    path: `${path}/{id}`,
    action: end,
    summary:
      kind === 'freeze'
        ? 'Lift a freeze. That starts nothing: whoever waited for it is judged again.'
        : 'Remove a window. Whoever it let in is judged again.',
    params: ruleParams,
    body: LiftSchema,
    example: { reason: 'the sale is over' },
    answer: { status: 200, description: `The ${kind} that has ended.`, schema: RuleSchema },
    problems: ['NOT_FOUND', 'CALENDAR_RULE_OF_POLICY'],
    subject: (call) => ruleOfPath(kind, call),
    async handle({ deps, caller, params, body, now, requestId }) {
      const { db } = deps.store;
      const { record, isNew } = await liftRule(db, {
        id: params.id,
        kind,
        ...originOf(caller, now, requestId, body.reason),
      });
      const already = isNew ? {} : await toldAlready(db, record, body.reason);
      return { body: { ...shownRule(record, now), ...already } };
    },
  });

/** What whoever stops or ends what is so already is told of it. @param given the reason given now */
export async function toldAlready(
  db: Db,
  record: RuleRecord,
  given: string | undefined,
): Promise<{ changed: false; note: string }> {
  const nameOf = await personNames(db);
  return { changed: false, note: ruleStandsAlready(record, { kind: record.rule.kind, given, nameOf }) };
}

/** Who changes the calendar, when and why, as the record wants it. */
export const originOf = (caller: Caller, now: Date, requestId: string, reason: string | undefined) => ({
  by: caller.actor,
  account: caller.grant.person,
  at: now.toISOString(),
  requestId,
  ...(reason === undefined ? {} : { reason }),
});

const kinds: KindOfRule[] = [
  {
    kind: 'window',
    path: '/v1/windows',
    body: WindowSchema,
    example: {
      id: 'night',
      start: '2026-01-05T22:00',
      rrule: 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH',
      duration: '6h',
      scope: { environments: ['production'] },
      reason: 'few people shop at night',
    },
    manage: 'window.manage',
    end: 'window.manage',
  },
  {
    kind: 'freeze',
    path: '/v1/freezes',
    body: FreezeSchema,
    example: {
      id: 'black-friday',
      from: '2026-11-26T00:00',
      to: '2026-12-01T00:00',
      scope: { environments: ['production'] },
      reason: 'sale of the year',
    },
    manage: 'freeze.manage',
    end: 'freeze.lift',
  },
];

export const ruleRoutes: readonly Route[] = kinds.flatMap((kind) => [
  ...readingRoutes(kind),
  addition(kind),
  change(kind),
  ending(kind),
]);
