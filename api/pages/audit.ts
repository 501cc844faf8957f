import type { Express, Request } from 'express';
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
  app.get('/audit.json', allowed(deps.log, 'audit.read'), (req, res) =>
    res.redirect(307, `/v1/audit/entries${queryOf(asked(req.query))}`),
  );
  app.get(here, pageHandler(deps, 'audit.read', show));
}

async function show({ deps, caller, zone, nameOf, policy, req, res }: PageCall): Promise<void> {
  const { db } = deps.store;
  const { verify, ...wanted } = asked(req.query);
  const { cursor, ...filter } = parsed(EntriesQuery, wanted, 'query');
  const [{ items, next }, entries] = await Promise.all([
    listEntries(db, { ...filter, before: cursor === undefined ? undefined : Number(cursor) }),
    countEntries(db),
  ]);
  // The log is read whole for it, however long it is: only when somebody asks.
  const report = verify === 'yes' ? await verifyOnce(db) : undefined;
  res.type('html').send(
    auditPage({
      ...{ caller, zone, nameOf, items, next, entries, report, filter, inbox: deps.inbox },
      cursor,
      people: (policy?.people ?? []).map(({ id, name }) => ({ id, name })),
    }),
  );
}

/** What was asked for. A form sends its empty fields as well: nothing was asked with them. */
const asked = (query: Request['query']): Record<string, unknown> =>
  Object.fromEntries(Object.entries(query).filter(([, value]) => value !== ''));

/** The same for the list over the API, which does not verify. */
function queryOf(wanted: Record<string, unknown>): string {
  const said = Object.entries(wanted).filter(([name]) => name !== 'verify');
  const query = new URLSearchParams(said as [string, string][]).toString();
  return query === '' ? '' : `?${query}`;
}
