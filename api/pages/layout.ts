import { attribute, escapeHtml, html, render, type SafeHtml } from '../../platform/html.ts';
import { csrfField } from '../auth/csrf.ts';
import { may, type Action } from '../auth/access.ts';
import type { Caller } from '../auth/caller.ts';
import { iconPath } from './icon.ts';
import { liveScriptPath } from './live-script.ts';
import { withCode } from './parts/with-code.ts';
import { sentSection, type SentForm } from './parts/sent-form.ts';
import { stylesheetPath } from './stylesheet.ts';

interface Page {
  title: string;
  body: SafeHtml;
  /** Whoever is signed in; left out on pages that anybody may see. */
  caller?: Caller | undefined;
  /** Path of the page in the navigation. */
  here?: string;
  /** Address of the same content as JSON. */
  twin?: string;
  /** Address of the event stream whose changes the page follows. */
  live?: string;
  /** The form of this page that was not done: what was wrong is said on top. */
  sent?: SentForm | undefined;
  /** What is said on top of a form that was done. */
  told?: string | undefined;
  /** Whether this installation keeps its mail itself; only who may read it is shown the way. */
  inbox?: boolean;
}

/** What the navigation names, for those who may see it. */
type Place = [path: string, name: string, action: Action];
const places: readonly Place[] = [
  ['/', 'Releases', 'release.list'],
  ['/approvals', 'Approvals', 'approval.list'],
  ['/calendar', 'Calendar', 'calendar.read'],
  ['/environments', 'Environments', 'environment.list'],
  ['/incidents', 'Incidents', 'incident.list'],
];
const inboxPlace: Place = ['/inbox', 'Inbox', 'mailbox.read'];
/** Folded, so that a phone shows the way to what is looked at every day in two lines. */
const morePlaces: readonly Place[] = [
  ['/trains', 'Trains', 'calendar.read'],
  ['/reviews', 'Reviews', 'review.list'],
  ['/policy', 'Policy', 'policy.read'],
  ['/absences', 'Absences', 'absence.list'],
  ['/tokens', 'Tokens', 'token.list'],
  ['/audit', 'Audit log', 'audit.read'],
];

/** A whole page with navigation. */
export const page = (of: Page): string =>
  `<!doctype html>\n${render(
    html`<html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${of.title} · Gantry</title>
        <link rel="icon" type="image/svg+xml" href="${iconPath}" />
        <link rel="stylesheet" href="${stylesheetPath}" />
        ${of.twin === undefined ? undefined : html`<link rel="alternate" type="application/json" href="${of.twin}" />`}
        ${of.live === undefined ? undefined : html`<script src="${liveScriptPath}" defer></script>`}
      </head>
      <body>
        <a class="skip" href="#content">Skip to content</a>
        <header class="site">
          <div>
            <a class="brand" href="/">Gantry</a>
            ${of.caller && navigation(of, of.caller)} ${of.caller && who(of.caller)}
          </div>
        </header>
        <main id="content" ${attribute('data-live', of.live)}>
          ${of.told === undefined ? undefined : html`<section class="notice" role="status"><p>${withCode(of.told)}</p></section>`}
          ${of.sent && sentSection(of.sent, { isShown: render(of.body).includes(`action="${escapeHtml(of.sent.address)}"`) })} ${of.body}
          ${of.twin === undefined ? undefined : html`<p class="small quiet"><a href="${of.twin}">This page as JSON</a></p>`}
        </main>
        ${of.live === undefined ? undefined : html`<p id="announcement" class="visually-hidden" aria-live="polite"></p>`}
      </body>
    </html>`,
  )}`;

/** A page without navigation and script, for people who came by a mailed link. `nonce` lets its one stylesheet load. */
export const barePage = (of: { title: string; head?: SafeHtml; body: SafeHtml; nonce: string }): string =>
  `<!doctype html>\n${render(
    html`<html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${of.title} · Gantry</title>
        <link rel="stylesheet" href="${stylesheetPath}" nonce="${of.nonce}" />
      </head>
      <body>
        ${of.head}
        <main class="narrow" id="content">${of.body}</main>
      </body>
    </html>`,
  )}`;

function navigation({ here, inbox }: Page, { grant }: Caller): SafeHtml {
  const isOpen = ([, , action]: Place): boolean => may(grant, action).allowed;
  const link = ([path, name]: Place): SafeHtml =>
    html`<a href="${path}" ${attribute('aria-current', path === here ? 'page' : undefined)}>${name}</a> `;
  const more = morePlaces.filter(isOpen);
  const [hidden] = more.filter(([path]) => path === here);
  return html`<nav aria-label="Main">
    ${[...places, ...(inbox === true ? [inboxPlace] : [])].filter(isOpen).map(link)}
    ${
      more.length === 0
        ? undefined
        : html`<details>
            <summary>More${hidden && html`: ${hidden[1]}`}</summary>
            <div>${more.map(link)}</div>
          </details>`
    }
  </nav>`;
}

function who({ actor, person, session }: Caller): SafeHtml {
  return html`<div class="who">
    <span>${person?.name ?? actor.id}</span>${
      session &&
      html`<form method="post" action="/sign-out">
        ${csrfInput(session.csrf)}<button class="link">Sign out</button>
      </form>`
    }
  </div>`;
}

/** The field that proves that a form is ours (trust §4.3). */
export const csrfInput = (csrf: string): SafeHtml =>
  html`<input type="hidden" ${attribute('name', csrfField)} value="${csrf}" />`;
