import { randomUUID } from 'node:crypto';
import type { ReleaseView } from '../../domain/release/release.ts';
import { startPlanOf } from '../../domain/release/start-plan.ts';
import { timelineParts } from '../../domain/release/timeline-part.ts';
import { GantryError } from '../../platform/errors.ts';
import { afterwardsOf } from '../../platform/record/afterwards.ts';
import { planOfRelease } from '../../platform/record/calendar/plan-of-release.ts';
import { openRequestsOf } from '../../platform/record/approvals.ts';
import { askedBeforeOf } from '../../platform/record/asked-before.ts';
import { askedBeside } from '../../platform/record/asked-beside.ts';
import { movedSince } from '../../platform/record/moved-since.ts';
import { peoplePlansOf } from '../../platform/record/people-plans.ts';
import { scannedLinks } from '../../platform/record/scanned-links.ts';
import { leftOf, saidSince } from '../../platform/record/left-in-place.ts';
import { whatRunsBanned, type BannedRow } from '../../platform/record/gates/what-runs-banned.ts';
import { runsOf } from '../../platform/record/running.ts';
import { analysesOf } from '../../platform/record/analysis.ts';
import { readRelease, timeline } from '../../platform/record/releases.ts';
import type { Action } from '../auth/access.ts';
import { authorise } from '../auth/caller.ts';
import { mayKnowAbsences, toldTo } from '../auth/told-to.ts';
import type { ApiDeps } from '../deps.ts';
import { noteOnStart } from '../planned-start.ts';
import { pathPart, type PageCall } from './page-call.ts';
import { passOffer } from './pass-offer.ts';
import { objectOf } from './parts/why-not.ts';
import type { ReleaseFacts } from './release-page.ts';
import type { RefusedForm } from './parts/decision-fields.ts';

/** A page shows the whole log of an ordinary release; longer ones go on in the JSON timeline. */
const entriesShown = 500;

/** The release of the address, once the caller may do `action` with it. @throws NOT_FOUND, NOT_ALLOWED */
export async function releaseFor({ deps, req, caller }: PageCall, action: Action): Promise<ReleaseView> {
  const id = pathPart(req, 'id');
  const view = await readRelease(deps.store.db, id);
  if (!view) throw new GantryError('NOT_FOUND', { what: `release ${id}`, id });
  authorise(deps.log, caller, action, objectOf(view));
  return view;
}

/** Everything that the page of one release shows. */
export async function factsOf(call: PageCall, view: ReleaseView, again?: RefusedForm): Promise<ReleaseFacts> {
  const { deps, req, caller, zone, now, nameOf, policy, sent, told } = call;
  const { db } = deps.store;
  const part = timelineParts.find((one) => one === req.query['timeline']);
  const [
    requests,
    after,
    entries,
    plan,
    startNote,
    analyses,
    scanned,
    plans,
    left,
    said,
    runs,
    running,
    pass,
  ] = await Promise.all([
    openRequestsOf(db, view.id),
    afterwardsOf(db, view),
    timeline(db, view.id, { limit: entriesShown }),
    planOfRelease(db, view, now.toISOString()),
    startPlanOf(view) ? noteOnStart(deps, view, view.schedule) : undefined,
    analysesOf(db, view, now.toISOString()),
    scannedLinks(db, view.id),
    peoplePlansOf(db, view),
    leftOf(db, view),
    saidSince(db, view),
    runsOf(db, view),
    whatRunsBanned(db),
    passOffer(call, view),
  ]);
  const before = await Promise.all(
    requests.map(async (request) => [request.id, await askedBeforeOf(db, request)] as const),
  );
  const moved = await Promise.all(
    requests.map(async (request) => [request.id, await movedSince(db, request)] as const),
  );
  const beside = await Promise.all(
    requests.map(async (request) => [request.id, await askedBeside(db, request)] as const),
  );
  return {
    caller,
    policy,
    plans: mayKnowAbsences(caller) ? plans : new Map(toldTo(caller, [...plans])),
    zone,
    now,
    view: toldTo(caller, view),
    requests: toldTo(caller, requests),
    askedBefore: new Map(before.flatMap(([id, one]) => (one ? [[id, one] as const] : []))),
    moved: new Map(moved),
    beside: new Map(beside),
    plan,
    startNote,
    left,
    said,
    runs,
    runsBanned: running.filter(isOf(view)),
    after: toldTo(caller, after),
    timeline: toldTo(caller, entries),
    scanned,
    analyses,
    pass,
    formKey: randomUUID(),
    ...(part === undefined ? {} : { part }),
    nameOf,
    inbox: deps.inbox,
    temporalUi: temporalUi(deps, view),
    ...(again ? { again: toldTo(caller, again) } : {}),
    sent,
    told,
  };
}

/** Whether what runs there is a banned build of this release. */
const isOf =
  ({ components }: ReleaseView) =>
  ({ service, version, quarantine }: BannedRow): boolean =>
    quarantine !== undefined && components.some((one) => one.service === service && one.version === version);

/** Known only where we started the Temporal server ourselves. */
function temporalUi({ inbox, config }: ApiDeps, { workflowId }: ReleaseView): string | undefined {
  if (!inbox || config.uiPort === 0) return undefined;
  return `http://127.0.0.1:${config.uiPort}/namespaces/${encodeURIComponent(config.temporal.namespace)}/workflows/${encodeURIComponent(workflowId)}`;
}
