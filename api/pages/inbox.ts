import type { Express, Request, Response } from 'express';
import { GantryError } from '../../platform/errors.ts';
import { listMail, readMail, type KeptMail } from '../../platform/record/mailbox.ts';
import type { ApiDeps, MailPreview } from '../deps.ts';
import { inboxPage, mailPage } from './inbox-pages.ts';
import { pageHandler, pathPart } from './page-call.ts';
import { previewPage, previewsPage } from './preview-pages.ts';

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

  if (deps.previews) mountPreviews(app, deps, deps.previews); // before what takes any word for the number of a mail
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
      sendMarkup(res, (await oneMail(req)).html);
    }),
  );
  app.get(
    '/inbox/:id',
    pageHandler(deps, 'mailbox.read', async ({ caller, zone, req, res }) => {
      const mail = await oneMail(req);
      withFrames(res).send(mailPage({ caller, zone, mail }));
    }),
  );
}

/** Every kind of mail, to look at before anybody gets one. */
function mountPreviews(app: Express, deps: ApiDeps, previews: () => MailPreview[]): void {
  const onePreview = (req: Request): MailPreview => {
    const kind = pathPart(req, 'kind');
    const preview = previews().find((one) => one.kind === kind);
    if (!preview) throw new GantryError('NOT_FOUND', { what: `preview ${kind}`, path: req.path });
    return preview;
  };
  app.get(
    '/inbox/previews',
    pageHandler(deps, 'mailbox.read', ({ caller, res }) => {
      res.type('html').send(previewsPage({ caller, previews: previews() }));
    }),
  );
  app.get(
    '/inbox/previews/:kind/html',
    pageHandler(deps, 'mailbox.read', ({ req, res }) => sendMarkup(res, onePreview(req).html)),
  );
  app.get(
    '/inbox/previews/:kind',
    pageHandler(deps, 'mailbox.read', ({ caller, req, res }) => {
      withFrames(res).send(previewPage({ caller, preview: onePreview(req) }));
    }),
  );
}

/** A page that shows a mail in a frame. */
const withFrames = (res: Response): Response =>
  res
    .set(
      'Content-Security-Policy',
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    )
    .type('html');

/**
 * Foreign markup: no script, nothing fetched, no form, and only our own page may frame it. Links open beside it, as approval
 * pages refuse to be framed.
 */
function sendMarkup(res: Response, markup: string): void {
  res.set(
    'Content-Security-Policy',
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox",
  );
  res
    .set('X-Frame-Options', 'SAMEORIGIN')
    .type('html')
    .send(markup.replace(/<head[^>]*>/i, '$&<base target="_blank">'));
}
