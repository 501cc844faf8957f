import { randomUUID } from 'node:crypto';
import type { Express } from 'express';
import { localOf } from '../../domain/calendar/resolve-local.ts';
import { markText } from '../../domain/calendar/mark-words.ts';
import { scopeText, timesText } from '../../domain/calendar/rule-words.ts';
import { nextOccurrences } from '../../domain/calendar/occurrences.ts';
import type { CalendarRule, CalendarScope } from '../../domain/calendar/model.ts';
import { FreezeSchema } from '../../domain/policy/calendar.schema.ts';
import { GantryError, messageOf } from '../../platform/errors.ts';
import { showInstant } from '../../platform/instants.ts';
import { addRule, liftRule } from '../../platform/record/calendar/change-rules.ts';
import {
  createFeed,
  createFeedOnce,
  feedById,
  listFeeds,
  revokeFeed,
} from '../../platform/record/calendar/feeds.ts';
import { stopLine } from '../../platform/record/calendar/stop-line.ts';
import { listRules, ruleById, type RuleRecord } from '../../platform/record/calendar/rules.ts';
import type { Action } from '../auth/access.ts';
import { authorise } from '../auth/caller.ts';
import type { ApiDeps } from '../deps.ts';
import { fieldWords, looked } from '../http/field-words.ts';
import { requestIdOf } from '../http/request-id.ts';
import { aboutServices, originOf, toldAlready, writtenRule } from '../routes/calendar/rules.ts';
import { lineStop } from '../routes/calendar/stop-the-line.ts';
import { ReasonSchema } from '../routes/common.schema.ts';
import { calendarRulesPage, type CalendarRulesFacts } from './calendar-rules-page.ts';
import {
  formField,
  formHandler,
  leadTo,
  pageHandler,
  pathPart,
  sentBy,
  wrongField,
  type PageCall,
} from './page-call.ts';

const here = '/calendar/rules';
const doneWords = {
  frozen: 'The freeze is made. Whoever it concerns is judged again now, and its owners are told.',
  stopped: 'The line is stopped.',
  lifted: 'The freeze is lifted. Whoever waited for it is judged again now.',
  feedBefore:
    'This form was sent before, and its feed is made; a second one was not. Its address was shown then and is kept nowhere: if you have it no more, revoke the feed and make another.',
  revoked: 'The feed is revoked: its address answers no more.',
} as const;

/** `/calendar/rules`: windows, freezes and feeds, with forms for what the reader may do. */
export function mountCalendarRules(app: Express, deps: ApiDeps): void {
  app.get(
    here,
    pageHandler(deps, 'calendar.read', (call) => show(call)),
  );
  const post = (address: string, action: Action, handle: (call: PageCall) => Promise<void>): void => {
    app.post(address, formHandler(deps, { within: action }, { handle, showAgain }));
  };
  post('/calendar/freezes', 'freeze.manage', addFreeze);
  post('/calendar/stop', 'freeze.manage', stopTheLine);
  post('/calendar/freezes/:id/lift', 'freeze.lift', lift);
  post('/calendar/feeds', 'feed.make', makeFeed);
  app.post(
    '/calendar/feeds/:id/revoke',
    pageHandler(deps, 'feed.revoke', (call) => endFeed(call)),
  );
}

/** The page after a form that was not done. */
async function showAgain(call: PageCall): Promise<void> {
  authorise(call.deps.log, call.caller, 'calendar.read');
  await show(call);
}

async function show(
  call: PageCall,
  more: Pick<CalendarRulesFacts, 'feedUrl' | 'told' | 'preview'> = {},
): Promise<void> {
  const { deps, caller, now, policy, zone, nameOf, res, sent, told } = call;
  const { db } = deps.store;
  const [windows, freezes, feeds] = await Promise.all([
    listRules(db, { kind: 'window' }),
    listRules(db, { kind: 'freeze' }),
    listFeeds(db, personOf(call)),
  ]);
  const withNext = (records: RuleRecord[]) =>
    records.map((record) => ({ record, next: nextOf(record.rule, now, zone) }));
  res.type('html').send(
    calendarRulesPage({
      caller,
      inbox: deps.inbox,
      zone,
      localNow: localOf(now.getTime(), zone).slice(0, 16),
      feedKey: randomUUID(),
      services: (policy?.services ?? []).map(({ id }) => id),
      environments: (policy?.environments ?? []).map(({ id }) => id),
      windows: withNext(windows),
      freezes: withNext(freezes),
      feeds,
      nameOf,
      sent,
      told,
      ...more,
    }),
  );
}

/** As many as the documentation of windows promises. */
const nextShown = 10;

function nextOf(rule: CalendarRule, now: Date, zone: string): string[] {
  try {
    return nextOccurrences(rule, now.toISOString(), nextShown).map(
      ({ start, end, marks }) =>
        `${showInstant(start, zone)}${end === undefined ? ' without end' : ` – ${showInstant(end, zone)}`}${markText(marks)}`,
    );
  } catch (error) {
    return [`cannot be evaluated (${messageOf(error)}); until it is mended it shuts what it is about`];
  }
}

/** What a form says a rule is about; nothing chosen means everything. */
function scopeOf({ req }: PageCall): CalendarScope {
  const [service, environment] = [formField(req, 'service'), formField(req, 'environment')];
  return {
    services: service === undefined ? [] : [service],
    environments: environment === undefined ? [] : [environment],
    labels: [],
  };
}

const personOf = ({ caller: { actor, person } }: PageCall): string => person?.id ?? actor.person ?? actor.id;

/** A reason as every route wants it. @throws CALENDAR_REASON_MISSING */
function reasonOf(call: PageCall): string {
  const read = ReasonSchema.safeParse(formField(call.req, 'reason') ?? '');
  if (!read.success) throw new GantryError('CALENDAR_REASON_MISSING');
  return read.data;
}

async function addFreeze(call: PageCall): Promise<void> {
  const { deps, caller, req, res, now } = call;
  const scope = scopeOf(call);
  authorise(deps.log, caller, 'freeze.manage', aboutServices(scope));
  const reason = reasonOf(call);
  const [id, from, to, zone, inFlight] = ['id', 'from', 'to', 'zone', 'inFlight'].map((name) =>
    formField(req, name),
  );
  const typed = {
    id,
    from,
    ...(to === undefined ? {} : { to }),
    ...(zone === undefined ? {} : { zone }),
    ...(inFlight === undefined ? {} : { inFlight }),
    scope,
    reason,
  };
  const read = looked(FreezeSchema, typed);
  if (!read.success)
    throw new GantryError('CALENDAR_RULE_INVALID', {
      detail: read.error.issues.map((issue) => fieldWords(issue, typed).detail).join('; '),
    });
  const rule = await writtenRule(deps, 'freeze', read.data, read.data.id);
  // The form stands filled in, about everything and without end: one press is not yet meant.
  if (formField(req, 'do') !== 'add') {
    const [first] = nextOccurrences(rule, now.toISOString(), 1);
    const preview = {
      scope: scopeText(rule.scope),
      when: timesText(rule),
      next: nextOf(rule, now, call.zone),
      isNow: first !== undefined && Date.parse(first.start) <= now.getTime(),
    };
    await show({ ...call, sent: sentBy(req) }, { preview });
    return;
  }
  await addRule(deps.store.db, { rule, ...originOf(caller, now, requestIdOf(res), reason) });
  leadTo(call, here, doneWords.frozen);
}

async function stopTheLine(call: PageCall): Promise<void> {
  const { deps, caller, res, now, policy } = call;
  const scope = scopeOf(call);
  authorise(deps.log, caller, 'freeze.manage', aboutServices(scope));
  const reason = reasonOf(call);
  const rule = lineStop({ policy, now, scope, reason });
  // A second click, or a form that was sent twice: what it names is stopped already.
  const { db } = deps.store;
  const { record, isNew } = await stopLine(db, {
    rule,
    ...originOf(caller, now, requestIdOf(res), reason),
  });
  leadTo(call, here, isNew ? doneWords.stopped : (await toldAlready(db, record, reason)).note);
}

async function lift(call: PageCall): Promise<void> {
  const { deps, caller, req, res, now } = call;
  const id = pathPart(req, 'id');
  const found = await ruleById(deps.store.db, id);
  authorise(deps.log, caller, 'freeze.lift', found ? aboutServices(found.rule.scope) : {});
  const reason = reasonOf(call);
  const { db } = deps.store;
  const { record, isNew } = await liftRule(db, {
    id,
    kind: 'freeze',
    ...originOf(caller, now, requestIdOf(res), reason),
  });
  leadTo(call, here, isNew ? doneWords.lifted : (await toldAlready(db, record, reason)).note);
}

async function makeFeed(call: PageCall): Promise<void> {
  const { deps, caller, req, res, now } = call;
  const name = (formField(req, 'name') ?? '').slice(0, 80);
  if (name === '') throw wrongField('name', 'Give the feed a name');
  const { services, environments } = scopeOf(call);
  authorise(deps.log, caller, 'feed.make', services.length === 0 ? {} : { services });
  const wanted = {
    name,
    services,
    environments,
    person: personOf(call),
    by: caller.actor,
    at: now.toISOString(),
    requestId: requestIdOf(res),
  };
  const key = formField(req, 'once');
  const made =
    key === undefined
      ? await createFeed(deps.store.db, wanted)
      : await createFeedOnce(deps.store.db, wanted, key);
  // Shown in this answer alone: an address in a redirect would stay in histories and logs.
  if (made) await show(call, { feedUrl: `${deps.config.publicUrl}/calendar/${made.token}.ics` });
  else await show(call, { told: doneWords.feedBefore });
}

async function endFeed(call: PageCall): Promise<void> {
  const { deps, caller, req, res, now } = call;
  const id = pathPart(req, 'id');
  const known = await feedById(deps.store.db, id);
  if (known?.person !== personOf(call)) throw new GantryError('NOT_FOUND', { what: 'feed', id });
  const requestId = requestIdOf(res);
  await revokeFeed(deps.store.db, { id, by: caller.actor, at: now.toISOString(), requestId });
  leadTo(call, here, doneWords.revoked);
}
