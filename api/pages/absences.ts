import { randomUUID } from 'node:crypto';
import type { Express } from 'express';
import { localOf, resolveLocal } from '../../domain/calendar/resolve-local.ts';
import { stagesLeftAlone } from '../../domain/gates/approvals/stages-left-alone.ts';
import { GantryError } from '../../platform/errors.ts';
import { absenceById, absencesAhead } from '../../platform/record/absences.ts';
import { once } from '../../platform/record/idempotency.ts';
import { checkedAbsence, mayForOthers, takeAbsence, takeBackAbsence } from '../absences.ts';
import { authorise } from '../auth/caller.ts';
import { allowed } from '../auth/declared.ts';
import type { ApiDeps } from '../deps.ts';
import { requestIdOf } from '../http/request-id.ts';
import { absencesPage, type AbsencesFacts } from './absences-page.ts';
import {
  formField,
  formHandler,
  formOnce,
  leadTo,
  pageHandler,
  pathPart,
  type PageCall,
} from './page-call.ts';

const here = '/absences';

/** `/absences`: who is away and who decides meanwhile, with forms to say that one is and to take it back. */
export function mountAbsences(app: Express, deps: ApiDeps): void {
  app.get('/absences.json', allowed(deps.log, 'absence.list'), (_req, res) =>
    res.redirect(307, '/v1/absences'),
  );
  app.get(
    here,
    pageHandler(deps, 'absence.list', (call) => show(call)),
  );
  app.post(
    here,
    formHandler(deps, 'absence.manage', {
      handle: add,
      showAgain: async (call) => {
        authorise(deps.log, call.caller, 'absence.list');
        await show(call);
      },
    }),
  );
  app.post(
    '/absences/:id/end',
    pageHandler(deps, 'absence.manage', async (call) => {
      await takeBackAbsence(deps.store.db, pathPart(call.req, 'id'), toldBy(call));
      leadTo(call, here, 'The absence is over: requests that open from now on ask that person again.');
    }),
  );
}

const toldBy = ({ caller, now, res }: PageCall) => ({ caller, now, requestId: requestIdOf(res) });

async function show(call: PageCall, more: Pick<AbsencesFacts, 'added' | 'before'> = {}): Promise<void> {
  const { deps, caller, policy, zone, now, nameOf, res, sent, told } = call;
  const at = now.toISOString();
  const absences = await absencesAhead(deps.store.db, at);
  res.type('html').send(
    absencesPage({
      caller,
      inbox: deps.inbox,
      zone,
      now: at,
      localNow: localOf(now.getTime(), zone).slice(0, 16),
      absences,
      leftAlone: policy ? stagesLeftAlone(policy, absences, at) : [],
      people: (policy?.people ?? []).map(({ id, name }) => ({ id, name })),
      mayForOthers: mayForOthers(caller),
      formKey: randomUUID(),
      nameOf,
      sent,
      told,
      ...more,
    }),
  );
}

/** Says that somebody is away. */
async function add(call: PageCall): Promise<void> {
  const { deps, zone, now, req } = call;
  const field = (name: string) => formField(req, name);
  const until = instantOf(field('until'), zone);
  if (until === undefined)
    throw new GantryError('ABSENCE_INVALID', {
      detail: 'its end is missing',
      fix: 'Choose the day and the time at which you are back.',
    });
  const wanted = {
    person: field('person'),
    from: instantOf(field('from'), zone),
    until,
    delegate: field('delegate'),
  };
  const absence = await checkedAbsence(deps, wanted, call);
  const { answer, replayed } = await once(deps.store.db, formOnce(call, here), now, async (trx) => ({
    status: 200,
    body: await takeAbsence(trx, absence, toldBy(call)),
  }));
  const added = answer.body as Awaited<ReturnType<typeof takeAbsence>>;
  // What was answered then may not be true any more: somebody may have ended it since.
  const before = replayed ? await absenceById(deps.store.db, added.id) : undefined;
  await show(call, before ? { before } : { added });
}

/** A local time of the reader as an instant. @throws ABSENCE_INVALID */
function instantOf(typed: string | undefined, zone: string): string | undefined {
  if (typed === undefined) return undefined;
  try {
    return new Date(resolveLocal(typed, zone).ms).toISOString();
  } catch {
    throw new GantryError('ABSENCE_INVALID', {
      detail: `"${typed.slice(0, 40)}" is no day and time`,
      fix: 'Choose a day and a time, such as 2027-01-04T08:00.',
    });
  }
}
