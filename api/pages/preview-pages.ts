import { html } from '../../platform/html.ts';
import type { MailPreview } from '../deps.ts';
import type { Caller } from '../auth/caller.ts';
import { page } from './layout.ts';

/** All kinds of mail, each as a link to what it looks like. */
export const previewsPage = ({ caller, previews }: { caller: Caller; previews: MailPreview[] }): string =>
  page({
    title: 'Previews of mail',
    caller,
    here: '/inbox',
    inbox: true,
    body: html`<h1>Previews of mail</h1>
      <p>Every kind of mail that Gantry sends, made of an invented release. Nobody gets any of these. <a href="/inbox">All mail</a></p>
      <section>
        <ul class="plain">
          ${previews.map((one) => html`<li><a href="/inbox/previews/${one.kind}">${one.kind}</a><br /><span class="small quiet">${one.subject}</span></li>`)}
        </ul>
      </section>`,
  });

/** One kind: as a mail program shows it, and its text part. */
export const previewPage = ({ caller, preview }: { caller: Caller; preview: MailPreview }): string =>
  page({
    title: `Preview: ${preview.kind}`,
    caller,
    here: '/inbox',
    inbox: true,
    body: html`<h1>${preview.subject}</h1>
      <p class="quiet">Preview of the mail ${preview.kind}. <a href="/inbox/previews">All previews</a></p>
      <section>
        <iframe
          src="/inbox/previews/${preview.kind}/html"
          sandbox="allow-popups allow-popups-to-escape-sandbox"
          title="The mail as a mail program shows it"
        ></iframe>
      </section>
      <section>
        <h2>Text part</h2>
        <pre role="region" aria-label="Text part" tabindex="0">${preview.text}</pre>
      </section>`,
  });
