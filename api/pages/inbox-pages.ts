import { html } from '../../platform/html.ts';
import type { KeptMail, MailSummary } from '../../platform/record/mailbox.ts';
import type { Caller } from '../auth/caller.ts';
import { page } from './layout.ts';
import { time } from './parts/time.ts';

interface Reader {
  caller: Caller;
  zone: string;
}

/** All mail of the local mailbox, newest first: nothing of it has left this machine. */
export const inboxPage = ({ caller, zone, mail }: Reader & { mail: MailSummary[] }): string =>
  page({
    title: 'Inbox',
    caller,
    here: '/inbox',
    twin: '/inbox.json',
    inbox: true,
    body: html`<h1>Inbox</h1>
      <p>
        Mail to everybody in gantry.yaml ends here: no mail server is configured, so nothing leaves this
        machine. <a href="/inbox/previews">Previews of every kind of mail</a>
      </p>
      <section>
        ${
          mail.length === 0
            ? html`<p>No mail yet. The first one comes when a release needs somebody.</p>`
            : html`<ul class="plain">
                ${mail.map((one) => html`<li><a href="/inbox/${one.id}">${one.subject}</a><br /><span class="small quiet">to ${one.recipient}, ${time(one.receivedAt, zone)}</span></li>`)}
              </ul>`
        }
      </section>`,
  });

/** One mail: its HTML part in a frame that can run nothing and load nothing, its text part, and what came over the wire. */
export const mailPage = ({ caller, zone, mail }: Reader & { mail: KeptMail }): string =>
  page({
    title: mail.subject,
    caller,
    here: '/inbox',
    twin: `/inbox/${mail.id}.json`,
    inbox: true,
    body: html`<h1>${mail.subject}</h1>
      <p class="quiet">
        From ${mail.sender} to ${mail.recipient}, ${time(mail.receivedAt, zone)}.
        <a href="/inbox">All mail</a>
      </p>
      <section>
        <iframe
          src="/inbox/${mail.id}/html"
          sandbox="allow-popups allow-popups-to-escape-sandbox"
          title="The mail as a mail program shows it"
        ></iframe>
      </section>
      <section>
        <h2>Text part</h2>
        <pre role="region" aria-label="Text part" tabindex="0">${mail.text}</pre>
      </section>
      <section>
        <details>
          <summary>As it was sent</summary>
          <pre role="region" aria-label="Source" tabindex="0">${mail.raw}</pre>
        </details>
      </section>`,
  });
