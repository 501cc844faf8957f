import type { Schedule } from '../../domain/calendar/model.ts';
import type { OnceOnly } from '../../domain/release/had-already.ts';
import type { ReleaseView } from '../../domain/release/release.ts';
import { GantryError } from '../../platform/errors.ts';
import { withoutControls } from '../../platform/plain-text.ts';
import { admitDates } from '../../platform/record/admit.ts';
import { currentPolicy } from '../../platform/record/policies.ts';
import { nowOf } from '../deps.ts';
import { closeInRecord } from '../close-in-record.ts';
import { giveOnce } from '../give-once.ts';
import { holdOrResume } from '../hold-or-resume.ts';
import { moveStart } from '../move-start.ts';
import type { Call, Reply } from '../http/route.ts';
import { command } from '../releases.ts';
import { ReasonSchema, z } from './common.schema.ts';
import {
  AmendSchema,
  MilestonesBodySchema,
  PostponeSchema,
  ScheduleSchema,
  scheduleIn,
} from './dates.schema.ts';
import {
  AbortSchema,
  AdvanceSchema,
  ReasonBodySchema,
  RecoverSchema,
  RetryCheckSchema,
  WaiverOrderSchema,
  WaiverRevocationSchema,
} from './release.schema.ts';
import { given, originOf, replyWith, steering } from './steering.ts';

/** The reply to a start that was moved. */
async function movedReply(
  { deps, caller }: Call<{ id: string }, unknown, unknown>,
  view: ReleaseView,
  schedule: Schedule,
  give: () => Promise<ReleaseView>,
): Promise<Reply> {
  return replyWith(await moveStart(deps, { by: caller.actor, view, schedule, give }));
}

/** Pauses or resumes, and tells whoever does so in vain. */
const held = async (
  call: Call<{ id: string }, unknown, { reason?: string | undefined }>,
  view: ReleaseView,
  name: 'pause' | 'resume',
): Promise<Reply> => replyWith(await holdOrResume(call.deps, view, name, originOf(call, call.body.reason)));

/** What ends it or lets it go on, and tells whoever does so again. */
const once = async (
  call: Call<{ id: string }, unknown, { reason?: string | undefined }>,
  view: ReleaseView,
  what: OnceOnly,
): Promise<Reply> => replyWith(await giveOnce(call.deps, view, what, originOf(call, call.body.reason)));

const reason = { body: ReasonBodySchema, example: { reason: 'orders look odd' } };

export const releaseCommandRoutes = [
  steering({
    path: 'pause',
    action: 'release.pause',
    summary: 'Hold it where it is. Where somebody holds it already, `note` says who and why.',
    ...reason,
    handle: (call, view) => held(call, view, 'pause'),
  }),
  steering({
    path: 'resume',
    action: 'release.resume',
    summary: 'Lift the hold. Where nothing holds it, `note` says so.',
    ...reason,
    handle: (call, view) => held(call, view, 'resume'),
  }),
  steering({
    path: 'roll-back',
    action: 'release.rollBack',
    summary:
      'End it and bring back what ran in this stage before. Where it is rolled back already, `changed` is false and `note` says so.',
    ...reason,
    handle: (call, view) => once(call, view, { name: 'rollBack' }),
  }),
  steering({
    path: 'advance',
    action: 'release.advance',
    summary:
      'Skip the pause of its rollout, or go to all traffic or targets at once. What is held or frozen stays so. Where its pause was just skipped, `changed` is false and `note` says by whom.',
    body: AdvanceSchema,
    example: { reason: 'looks good for an hour' },
    handle(call, view) {
      const { to, service } = call.body;
      return once(call, view, {
        name: 'advance',
        ...(to === undefined ? {} : { to }),
        ...(service === undefined ? {} : { service }),
      });
    },
  }),
  steering({
    path: 'abort',
    action: 'release.abort',
    summary:
      'Stop it for good; what it deployed in this stage is undone unless leave is set. Where that was done already, `changed` is false and `note` says so.',
    body: AbortSchema,
    example: { reason: 'wrong branch' },
    handle(call, view) {
      return once(call, view, { name: 'abort', leave: call.body.leave ?? false });
    },
  }),
  steering({
    path: 'recover',
    action: 'release.recover',
    summary: 'Say how to go on after an undo failed.',
    body: RecoverSchema,
    example: { how: 'retry' },
    handle(call, view) {
      const { how, service } = call.body;
      return given(call, view, 'recover', {
        how,
        ...(service === undefined ? {} : { service }),
      });
    },
  }),
  steering({
    path: 'schedule',
    action: 'release.reschedule',
    summary: 'Change when it is to start; nothing in it: as soon as it may.',
    problems: ['POLICY_NONE', 'START_PASSED', 'RESERVATION_CONFLICT'],
    body: ScheduleSchema,
    example: { at: '2026-12-01T09:00:00Z', reason: 'support is there then' },
    handle(call, view) {
      const { reason: why, ...dates } = call.body;
      const schedule = scheduleIn(dates).schedule ?? {};
      return movedReply(call, view, schedule, () =>
        command(call.deps, view, 'reschedule', originOf(call, why), { schedule }),
      );
    },
  }),
  steering({
    path: 'postpone',
    action: 'release.postpone',
    summary:
      'Postpone it until a time. An approver may by 24 h once, its owner by 7 days in sum, a release manager at will.',
    body: PostponeSchema,
    example: { until: '2026-12-01T09:00:00Z', reason: 'support is away today' },
    handle(call, view) {
      const { until } = call.body;
      return given(call, view, 'postpone', { until });
    },
  }),
  steering({
    path: 'postpone/lift',
    action: 'release.postpone',
    summary: 'Lift a postponement: by whoever set it, or by a higher authority.',
    ...reason,
    handle: (call, view) => given(call, view, 'liftPostponement', {}),
  }),
  steering({
    path: 'close',
    action: 'release.close',
    summary:
      'Close a release in the record that Temporal has no workflow of, as after a restore of copies of two moments. It ends as aborted, or cancelled where no stage has begun; what it had deployed stays and is shown as left, and what it held is free. Refused where Temporal has a workflow of it, running or ended, and where Temporal cannot be asked.',
    problems: ['CLOSE_REFUSED'],
    body: z.strictObject({ reason: ReasonSchema }).openapi('Closing'),
    example: { reason: 'Temporal was restored from the copy of Monday' },
    async handle(call, view) {
      const after = await closeInRecord(call.deps, view, {
        ...{ by: call.caller.actor, requestId: call.requestId },
        reason: withoutControls(call.body.reason),
      });
      return replyWith({ after });
    },
  }),
  steering({
    path: 'amend',
    action: 'release.amend',
    summary: 'Change what is still to come. Approvals are void where that changes what was approved.',
    problems: ['POLICY_NONE', 'START_PASSED', 'RESERVATION_CONFLICT'],
    body: AmendSchema,
    example: { notes: 'support knows', policy: 'inForce' },
    async handle(call, view) {
      const { reason: why, notes, schedule: dates, policy } = call.body;
      const schedule = dates && (scheduleIn(dates).schedule ?? {});
      const inForce = policy === undefined ? undefined : await currentPolicy(call.deps.store.db);
      if (policy !== undefined && !inForce) throw new GantryError('POLICY_NONE');
      const give = () =>
        command(call.deps, view, 'amend', originOf(call, why), {
          ...(notes === undefined ? {} : { notes: withoutControls(notes) }),
          ...(schedule === undefined ? {} : { schedule }),
          ...(inForce ? { policyDigest: inForce.digest } : {}),
        });
      if (schedule) return movedReply(call, view, schedule, give);
      return replyWith({ after: await give() });
    },
  }),
  steering({
    path: 'break-glass',
    action: 'release.breakGlass',
    summary:
      'Start the stage that it waits for past approvals, windows, freezes and soak. Owes a review by somebody else. Where something else keeps the stage shut, such as a failed check, the note says what, and what would open it.',
    body: z.strictObject({
      reason: ReasonSchema,
      incident: z.string().trim().min(1).max(300).describe('The incident that it is for.'),
    }),
    example: { reason: 'carts are lost, this mends it', incident: 'INC-7' },
    handle(call, view) {
      const { incident } = call.body;
      return given(call, view, 'breakGlass', { incident });
    },
  }),
  steering({
    path: 'milestones',
    action: 'release.reschedule',
    summary: 'Change the dates of milestones; those that are left out stay.',
    problems: ['POLICY_NONE', 'PERSON_UNKNOWN'],
    body: MilestonesBodySchema,
    example: { milestones: [{ kind: 'qaDone', plannedAt: '2026-12-01T09:00:00Z', owner: 'ana' }] },
    async handle(call, view) {
      const { milestones } = call.body;
      const planned = milestones.map(({ kind, plannedAt, owner }) => ({
        kind,
        plannedAt,
        ...(owner === undefined ? {} : { owner }),
      }));
      await admitDates(call.deps.store.db, { milestones: planned }, nowOf(call.deps).toISOString());
      return given(call, view, 'milestones', {
        milestones: planned,
      });
    },
  }),
  steering({
    path: 'proceed',
    action: 'release.proceed',
    summary: 'Start although it may not fit before the calendar shuts.',
    body: z.strictObject({ reason: ReasonSchema }),
    example: { reason: 'it took ten minutes the last three times' },
    handle: (call, view) => given(call, view, 'proceed', {}),
  }),
  steering({
    path: 'drop-dependency',
    action: 'release.reschedule',
    summary: 'Wait no longer for something else.',
    body: z.strictObject({ number: z.number().int().min(1), reason: ReasonSchema }),
    example: { number: 1, reason: 'works without it' },
    handle(call, view) {
      const { number } = call.body;
      return given(call, view, 'dropDependency', { number });
    },
  }),
  steering({
    path: 'waivers',
    action: 'check.waive',
    summary:
      'Let a failed check count as passed until an instant, at most 7 days ahead. It is shown as failed and waived; whoever agreed before is asked anew.',
    body: WaiverOrderSchema,
    example: {
      check: 'audit',
      reason: 'known finding, patched at the edge',
      expires: '2026-11-28T12:00:00Z',
    },
    handle(call, view) {
      const { check, service, reason: why, expires } = call.body;
      return given(call, view, 'waive', {
        check,
        reason: why,
        expiresAt: new Date(expires).toISOString(),
        ...(service === undefined ? {} : { service }),
      });
    },
  }),
  steering({
    path: 'waivers/revoke',
    action: 'check.waive',
    summary:
      'Take back a waiver before its end, by whoever may give one. A stage before its gates is judged without it at once; one that has passed them stays so, which the note says.',
    problems: ['WAIVER_REVOCATION_REFUSED'],
    body: WaiverRevocationSchema,
    example: { check: 'audit', reason: 'the finding is used in the wild' },
    handle(call, view) {
      const { check, service, environment, reason: why } = call.body;
      return given(call, view, 'revokeWaiver', {
        check,
        reason: withoutControls(why),
        ...(service === undefined ? {} : { service }),
        ...(environment === undefined ? {} : { environment }),
      });
    },
  }),
  steering({
    path: 'retry-check',
    action: 'release.retryCheck',
    summary: 'Run checks again.',
    body: RetryCheckSchema,
    example: { check: 'unit' },
    handle(call, view) {
      const { check } = call.body;
      return given(call, view, 'retryCheck', check === undefined ? {} : { check });
    },
  }),
];
