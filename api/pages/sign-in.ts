import { html } from '../../platform/html.ts';
import { page } from './layout.ts';

/** Where somebody without a session lands: the way to the provider, or how a sign-in link is got. There are no passwords. */
export const renderSignInPage = (provider?: { issuer: string; address: string }): string =>
  page({
    title: 'Sign in',
    body: html`<section>
      <h1>Sign in</h1>
      ${
        provider &&
        html`<p><a class="button" href="${provider.address}">Sign in at ${new URL(provider.issuer).host}</a></p>
          <p class="quiet">
            Your account there must have a verified mail address that gantry.yaml names as yours.
          </p>
          <h2>Without an account there</h2>`
      }
      <p>Gantry has no passwords: you sign in with a link that works once, for 15 minutes.</p>
      <ul>
        <li>
          Whoever started Gantry: the link is printed at the start. <code>gantry sign-in</code> prints another
          one.
        </li>
        <li>Everybody else: ask an administrator for <code>gantry sign-in YOUR-ID</code>.</li>
        <li>To approve a release you need no session: use the link in your mail.</li>
      </ul>
    </section>`,
  });

/** The page of a one-time link. It shows a button, because opening a link must change nothing; the POST signs in. */
export const renderSignInLinkPage = (link: { name: string; action: string }): string =>
  page({
    title: 'Sign in',
    body: html`<section>
      <h1>Sign in as ${link.name}</h1>
      <p>The link works once. After this, your browser stays signed in for at most 24 hours.</p>
      <form method="post" action="${link.action}"><button>Sign in</button></form>
    </section>`,
  });
