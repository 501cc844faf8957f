import { explain } from '../../domain/release/explain.ts';
import { whatIsWhere, type WhatIsWhere } from '../../domain/rollout/what-is-where.ts';
import { namesIn, type Names } from '../../domain/release/names.ts';
import { headlineSince } from '../../domain/release/words.ts';
import { currentStage, type Component, type ReleaseView } from '../../domain/release/release.ts';
import { GantryError } from '../../platform/errors.ts';
import { besideOf } from '../../platform/record/asked-beside.ts';
import { planOfRelease, type ReleasePlanFacts } from '../../platform/record/calendar/plan-of-release.ts';
import { standingQuarantines } from '../../platform/record/gates/quarantines.ts';
import { asOfNow, leftOf, saidSince } from '../../platform/record/left-in-place.ts';
import { currentPolicy } from '../../platform/record/policies.ts';
import { runsOf } from '../../platform/record/running.ts';
import { listReleases, openReleases } from '../../platform/record/releases.ts';
import { changesOf, readCheckResult } from '../../platform/record/results.ts';
import { keyedRequest, replayHeader } from '../http/idempotency-key.ts';
import { authorise } from '../auth/caller.ts';
import { narrowedTo } from '../auth/narrowed-to.ts';
import { route, type Call, type Reply } from '../http/route.ts';
import type { ApiDeps } from '../deps.ts';
import { explanationFor } from '../next-for.ts';
import { noteOnStart } from '../planned-start.ts';
import { createRelease, liveState } from '../releases.ts';
import { releaseParams, z } from './common.schema.ts';
import { scheduleIn } from './dates.schema.ts';
import { narrowedServices, nextLink } from './lists.ts';
import {
  ChangesSchema,
  CreateReleaseSchema,
  ExplanationSchema,
  ListReleasesQuery,
  ReleaseListSchema,
  ReleaseSchema,
} from './release.schema.ts';
import { releaseOf } from './release-of.ts';
import { replyWith } from './steering.ts';

const create = route({
  method: 'post',
  path: '/v1/releases',
  action: 'release.create',
  summary:
    'Start a release. Once it is answered it is recorded, and will be planned: what needs Git is found out then, and may still refuse it.',
  body: CreateReleaseSchema,
  example: { components: [{ service: 'shop', version: '1.4.0' }], reason: 'sale on Friday' },
  answer: { status: 202, description: 'The release as recorded.', schema: ReleaseSchema },
  problems: [
    'IDEMPOTENCY_KEY_MISSING',
    'IDEMPOTENCY_KEY_REUSED',
    'IDEMPOTENCY_IN_PROGRESS',
    'POLICY_NONE',
    'SERVICE_UNKNOWN',
    'ENVIRONMENT_UNKNOWN',
    'VERSION_INVALID',
    'VERSION_OUTSIDE_RULE',
    'VERSION_IS_TAG',
    'VERSION_DOWNGRADE',
    'VERSION_RUNS_ALREADY',
    'ALONE_REFUSED',
    'DENIED_BY_GATE',
    'REVIEW_OVERDUE',
    'RELEASE_OPEN',
    'ENGINE_DISAGREES',
    'DEPENDENCY_CYCLE',
    'START_PASSED',
    'PERSON_UNKNOWN',
    'NOT_FOUND',
    'AMBIGUOUS_ID',
    'RESERVATION_CONFLICT',
  ],
  subject: async ({ body }) => ({
    object: { services: body.components.map((one) => one.service) },
    value: undefined,
  }),
  async handle(call) {
    const { deps, body, caller, requestId } = call;
    const { at, startBy, next, supersede, alone, ...rest } = body;
    const supersedes = supersede === true ? await placesTaken(call) : [];
    const wanted = {
      ...rest,
      ...scheduleIn({ at, startBy, next }),
      ...(supersedes.length === 0 ? {} : { supersedes }),
      // what must go back at once does not pass the stages before
      ...(alone === true || (body.remediates !== undefined && body.intent === 'rollback')
        ? { only: true }
        : {}),
      components: body.components as Component[],
      by: caller.actor,
      requestId,
    };
    const { view, replayed } = await createRelease(
      deps,
      wanted as Parameters<typeof createRelease>[1],
      keyedRequest(call, body.id),
    );
    const note = await noteOnStart(deps, view, view.schedule);
    return {
      ...replyWith({ after: view, ...(note === undefined ? {} : { note }) }),
      headers: { Location: `/v1/releases/${view.id}`, ...replayHeader(replayed) },
    };
  },
});

/** Open releases of these services: whoever takes their place must be allowed to stop each. @throws NOT_ALLOWED */
async function placesTaken({
  deps,
  caller,
  body,
}: Call<unknown, unknown, z.output<typeof CreateReleaseSchema>>): Promise<string[]> {
  const wanted = body.components.map(({ service }) => service);
  const older = (await openReleases(deps.store.db)).filter(
    ({ id, components }) => id !== body.id && components.some(({ service }) => wanted.includes(service)),
  );
  for (const { components, requestedBy } of older)
    authorise(deps.log, caller, 'release.abort', {
      services: components.map(({ service }) => service),
      requestedBy: requestedBy.person ?? requestedBy.id,
    });
  return older.map(({ id }) => id);
}

const list = route({
  method: 'get',
  path: '/v1/releases',
  action: 'release.list',
  summary: 'Releases, newest first.',
  query: ListReleasesQuery,
  answer: { status: 200, description: 'One page of releases.', schema: ReleaseListSchema },
  async handle({ deps, caller, query, req }) {
    narrowedServices(caller, query.service);
    const within = narrowedTo(caller);
    const page = await listReleases(deps.store.db, {
      ...(query as Parameters<typeof listReleases>[1]),
      ...(within === undefined ? {} : { within }),
    });
    const items = await asOfNow(deps.store.db, page.items);
    return { body: { ...page, items }, headers: nextLink(req, page.next) };
  },
});

const show = route({
  method: 'get',
  path: '/v1/releases/{id}',
  action: 'release.read',
  summary: 'One release: as recorded, or with live=true as its workflow has it now.',
  params: releaseParams,
  query: z.strictObject({ live: z.enum(['true', 'false']).default('false') }),
  answer: { status: 200, description: 'The release.', schema: ReleaseSchema },
  problems: ['NOT_FOUND', 'AMBIGUOUS_ID'],
  subject: releaseOf,
  async handle({ deps, query, now }, recorded): Promise<Reply> {
    const beside = await besideIn(deps, recorded);
    const said = await saidSince(deps.store.db, recorded);
    const names = await namesOfUnplanned(deps, recorded);
    const plan = {
      ...(await planIn(deps, recorded, now)),
      ...(beside.length > 0 ? { beside } : {}),
      ...(said.length > 0 ? { saidSince: said, headline: headlineSince(recorded, said) } : {}),
    };
    // what stands still, what others have left or what was said since is no other version of it: whoever has that version must not be told that nothing has changed
    const isMoreThanItself = recorded.stalled !== undefined || beside.length + said.length > 0;
    const version = isMoreThanItself ? {} : { seq: recorded.seq };
    if (query.live === 'false')
      return { body: { ...names, ...recorded, ...stuckIn(recorded), ...plan }, ...version };
    const { view, live, note } = await liveState(deps, recorded);
    return {
      body: { ...names, ...view, ...stuckIn(view), ...plan, live, ...(note === undefined ? {} : { note }) },
    };
  },
});

/** Names come with the plan: where there is none, because it could not be made or is not made yet, those of the policy. */
async function namesOfUnplanned({ store: { db } }: ApiDeps, view: ReleaseView): Promise<{ names?: Names }> {
  if (view.names !== undefined) return {};
  const names = namesIn(view, (await currentPolicy(db))?.policy.people ?? []);
  return names === undefined ? {} : { names };
}

/** What whoever is asked should know beside; nothing while it asks nobody. */
async function besideIn({ store: { db } }: ApiDeps, view: ReleaseView): Promise<string[]> {
  const stage = currentStage(view);
  if (stage?.approval?.state !== 'open') return [];
  return (await besideOf(db, [{ release: view, stage: stage.environment }])).flat();
}

/** What is where while it needs a person, as webhooks are told. */
const stuckIn = (view: ReleaseView): { whatIsWhere?: WhatIsWhere[] } =>
  view.state === 'stuck' ? { whatIsWhere: whatIsWhere(view) } : {};

/** What it has reserved and waits for; nothing where there is neither. */
async function planIn(deps: ApiDeps, view: ReleaseView, now: Date): Promise<{ plan?: ReleasePlanFacts }> {
  const plan = await planOfRelease(deps.store.db, view, now.toISOString());
  return plan.reservations.length + plan.awaits.length === 0 ? {} : { plan };
}

const why = route({
  method: 'get',
  path: '/v1/releases/{id}/explain',
  action: 'release.read',
  summary: 'Why it waits: every gate with its reason, who may act, what to do now.',
  params: releaseParams,
  answer: { status: 200, description: 'The explanation.', schema: ExplanationSchema },
  problems: ['NOT_FOUND', 'AMBIGUOUS_ID'],
  subject: releaseOf,
  async handle({ deps, caller, now }, view) {
    const policy = (await currentPolicy(deps.store.db))?.policy;
    const { db } = deps.store;
    const [bans, left, said, runs] = await Promise.all([
      standingQuarantines(db, view.components),
      leftOf(db, view),
      saidSince(db, view),
      runsOf(db, view),
    ]);
    const explanation = explain(view, now.toISOString(), { bans, left, said, runs });
    return { body: explanationFor(explanation, { caller, view, policy }) };
  },
});

const changes = route({
  method: 'get',
  path: '/v1/releases/{id}/changes',
  action: 'release.read',
  summary: 'The whole change list, by service.',
  params: releaseParams,
  answer: { status: 200, description: 'Changes by service.', schema: ChangesSchema },
  problems: ['NOT_FOUND', 'AMBIGUOUS_ID'],
  subject: releaseOf,
  handle: async ({ deps }, view) => ({ body: { items: await changesOf(deps.store.db, view.id) } }),
});

const checkOutput = route({
  method: 'get',
  path: '/v1/releases/{id}/checks/{resultId}',
  action: 'release.read',
  summary: 'Output of one check, as text; secrets are masked.',
  params: releaseParams.extend({ resultId: z.string().min(1).max(300) }),
  answer: { status: 200, description: 'What the check printed.', type: 'text/plain' },
  problems: ['NOT_FOUND', 'AMBIGUOUS_ID'],
  subject: releaseOf,
  async handle({ deps, params }, view) {
    const result = await readCheckResult(deps.store.db, params.resultId);
    if (result?.releaseId !== view.id)
      throw new GantryError('NOT_FOUND', { what: 'check result', id: params.resultId });
    const errors = result.stderr === '' ? '' : `\n--- standard error ---\n${result.stderr}`;
    return { body: `${result.stdout}${errors}` };
  },
});

export const releaseRoutes = [create, list, show, why, changes, checkOutput];
