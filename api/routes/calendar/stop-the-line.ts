import { localOf } from '../../../domain/calendar/resolve-local.ts';
import { ScopeSchema } from '../../../domain/policy/calendar.schema.ts';
import type { CalendarScope } from '../../../domain/calendar/model.ts';
import type { Policy } from '../../../domain/policy/policy.schema.ts';
import type { NewRule } from '../../../platform/record/calendar/change-rules.ts';
import { stopLine } from '../../../platform/record/calendar/stop-line.ts';
import { newId } from '../../../platform/ids.ts';
import { once } from '../../../platform/record/idempotency.ts';
import { currentPolicy } from '../../../platform/record/policies.ts';
import { givenKey, keyedRequest, replayHeader } from '../../http/idempotency-key.ts';
import { route } from '../../http/route.ts';
import { ReasonSchema, z } from '../common.schema.ts';
import { RuleSchema } from './calendar.schema.ts';
import { everything } from './evaluate.ts';
import { requireKnownNames } from './known-names.ts';
import { aboutServices, originOf, shownRule, toldAlready } from './rules.ts';

const StopSchema = z
  .strictObject({
    reason: ReasonSchema,
    scope: ScopeSchema.optional().describe('Left out: everything stops.'),
  })
  .openapi('StopTheLine');

/** The freeze that stops the line: of this scope, from this moment on, without end. */
export function lineStop(o: {
  policy: Policy | undefined;
  now: Date;
  scope: CalendarScope;
  reason: string;
}): NewRule & { id: string } {
  const zone = o.policy?.organisation.zone ?? 'UTC';
  const from = localOf(o.now.getTime(), zone);
  const rule = {
    // Two stops of different things may be made in the same second.
    id: `stop-${from.toLowerCase().replaceAll(':', '.')}-${newId('frz').slice(-4)}`,
    kind: 'freeze' as const,
    zone,
    from,
    scope: o.scope,
    reason: o.reason,
    stopTheLine: true,
  };
  requireKnownNames(o.policy, rule);
  return rule;
}

const stop = route({
  method: 'post',
  path: '/v1/stop-the-line',
  action: 'freeze.manage',
  summary:
    'Freeze from now on, without end, until somebody lifts it. Only rollbacks by people pass. Where the same is stopped already, that stop is answered with 200: `changed` is false, and `note` says by whom.',
  body: StopSchema,
  example: { reason: 'the payment provider is down' },
  answer: { status: 201, description: 'The freeze.', schema: RuleSchema },
  problems: ['IDEMPOTENCY_KEY_REUSED', 'CALENDAR_RULE_INVALID', 'CALENDAR_RULE_EXISTS'],
  subject: async ({ body }) => ({ value: undefined, object: aboutServices(body.scope ?? everything) }),
  async handle(call) {
    const { deps, body, caller, now, requestId } = call;
    const policy = (await currentPolicy(deps.store.db))?.policy;
    const rule = lineStop({ policy, now, scope: body.scope ?? everything, reason: body.reason });
    // In an emergency nobody should be sent away for want of a key.
    const request = givenKey(call.req) === undefined ? keyedRequest(call, newId('frz')) : keyedRequest(call);
    const { answer, replayed } = await once(deps.store.db, request, now, async (trx) => {
      const { record, isNew } = await stopLine(trx, {
        rule,
        ...originOf(caller, now, requestId, body.reason),
      });
      const location = `/v1/freezes/${record.rule.id}`;
      const already = isNew ? {} : await toldAlready(trx, record, body.reason);
      return { status: isNew ? 201 : 200, body: { ...shownRule(record, now), ...already }, location };
    });
    const location = answer.location === undefined ? {} : { Location: answer.location };
    return { status: answer.status, body: answer.body, headers: { ...replayHeader(replayed), ...location } };
  },
});

export const stopRoutes = [stop];
