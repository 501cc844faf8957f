import type { Express } from 'express';
import { eventKinds } from '../../domain/release/events.ts';
import { countEntries, listEntries } from '../../platform/audit/list-entries.ts';
import { verifyOnce } from '../../platform/audit/verify-record.ts';
import { allowed } from '../auth/declared.ts';
import type { ApiDeps } from '../deps.ts';
import { parsed } from '../http/parse.ts';
import { EntriesQuery } from '../routes/audit.ts';
import { auditPage } from './audit-page.ts';
import { pageHandler, type PageCall } from './page-call.ts';

const here = '/audit';

/** `/audit`: the log of the installation, for those who may read it. */
export function mountAudit(app: Express, deps: ApiDeps): void {
  app.get('/audit.json', allowed(deps.log, 'audit.read'), (_req, res) =>
    res.redirect(307, '/v1/audit/entries'),
  );
  app.get(here, pageHandler(deps, 'audit.read', show));
}

async function show({ deps, caller, zone, nameOf, policy, req, res }: PageCall): Promise<void> {
  const { db } = deps.store;
  // A form sends its empty fields as well: nothing was asked with them.
  const filled = Object.entries(req.query).filter(([, value]) => value !== '');
  const { verify, ...asked } = Object.fromEntries(filled);
  const { cursor, ...filter } = parsed(EntriesQuery, asked, 'query');
  const [{ items, next }, entries] = await Promise.all([
    listEntries(db, { ...filter, before: cursor === undefined ? undefined : Number(cursor) }),
    countEntries(db),
  ]);
  // The log is read whole for it, however long it is: only when somebody asks.
  const report = verify === 'yes' ? await verifyOnce(db) : undefined;
  res.type('html').send(
    auditPage({
      ...{ caller, zone, nameOf, items, next, entries, kinds: eventKinds, report, filter, inbox: deps.inbox },
      isFirst: cursor === undefined,
      people: (policy?.people ?? []).map(({ id, name }) => ({ id, name })),
    }),
  );
}
