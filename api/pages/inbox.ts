import type { Express, Request } from 'express';
import { GantryError } from '../../platform/errors.ts';
import { listMail, readMail, type KeptMail } from '../../platform/record/mailbox.ts';
import type { ApiDeps } from '../deps.ts';
import { inboxPage, mailPage } from './inbox-pages.ts';
import { pageHandler, pathPart } from './page-call.ts';

const mailsShown = 200;

/** The local mailbox. It holds the links of everybody, so only an administrator may look. */
export function mountInbox(app: Express, deps: ApiDeps): void {
  const { db } = deps.store;
  const oneMail = async (req: Request): Promise<KeptMail> => {
    const id = pathPart(req, 'id');
    const mail = /^\d{1,15}$/.test(id) ? await readMail(db, Number(id)) : undefined;
    if (!mail) throw new GantryError('NOT_FOUND', { what: `mail ${id}`, path: req.path });
    return mail;
  };
  const recipient = (req: Request): { recipient?: string } => {
    const wanted = req.query['to'];
    return typeof wanted === 'string' ? { recipient: wanted } : {};
  };

  app.get(
    '/inbox',
    pageHandler(deps, 'mailbox.read', async ({ caller, zone, req, res }) => {
      res
        .type('html')
        .send(
          inboxPage({ caller, zone, mail: await listMail(db, { limit: mailsShown, ...recipient(req) }) }),
        );
    }),
  );
  app.get(
    '/inbox.json',
    pageHandler(deps, 'mailbox.read', async ({ req, res }) => {
      res.json({ items: await listMail(db, { limit: mailsShown, ...recipient(req) }) });
    }),
  );
  app.get(
    '/inbox/:id.json',
    pageHandler(deps, 'mailbox.read', async ({ req, res }) => {
      res.json(await oneMail(req));
    }),
  );
  app.get(
    '/inbox/:id/html',
    pageHandler(deps, 'mailbox.read', async ({ req, res }) => {
      const mail = await oneMail(req);
      // Foreign markup: no script, nothing fetched, no form, and only our own page may frame it. Links open beside it, as
      // approval pages refuse to be framed.
      res.set(
        'Content-Security-Policy',
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox",
      );
      res
        .set('X-Frame-Options', 'SAMEORIGIN')
        .type('html')
        .send(mail.html.replace(/<head[^>]*>/i, '$&<base target="_blank">'));
    }),
  );
  app.get(
    '/inbox/:id',
    pageHandler(deps, 'mailbox.read', async ({ caller, zone, req, res }) => {
      const mail = await oneMail(req);
      res.set(
        'Content-Security-Policy',
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
      );
      res.type('html').send(mailPage({ caller, zone, mail }));
    }),
  );
}
