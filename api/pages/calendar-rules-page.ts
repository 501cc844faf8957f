import { scopeText, timesText } from '../../domain/calendar/rule-words.ts';
import { html, type SafeHtml } from '../../platform/html.ts';
import { showInstant } from '../../platform/instants.ts';
import type { FeedRecord } from '../../platform/record/calendar/feeds.ts';
import type { RuleRecord } from '../../platform/record/calendar/rules.ts';
import { may } from '../auth/access.ts';
import type { Caller } from '../auth/caller.ts';
import { csrfInput, page } from './layout.ts';
import {
  choiceField,
  formOf,
  formTo,
  openIfSent,
  reasonField,
  textField,
  timeField,
  type PageForm,
} from './parts/form.ts';
import type { SentForm } from './parts/sent-form.ts';

export interface CalendarRulesFacts {
  caller: Caller;
  inbox: boolean;
  zone: string;
  /** Local time of the reader at which the page was made, as a browser's field wants it: `2026-11-24T14:00`. */
  localNow: string;
  /** What this showing of the feed form carries: a reload after it was sent makes no second feed. */
  feedKey: string;
  services: string[];
  environments: string[];
  windows: { record: RuleRecord; next: string[] }[];
  freezes: { record: RuleRecord; next: string[] }[];
  feeds: FeedRecord[];
  /** The address of a feed that was made just now: shown once. */
  feedUrl?: string;
  /** What there is to say of a form that was done. */
  told?: string | undefined;
  /** What the freeze would be that the form asks for, and when it would hold. */
  preview?: { scope: string; when: string; next: string[]; isNow: boolean };
  sent?: SentForm | undefined;
  nameOf: (person: string) => string;
}

/** Everything that the calendar goes by, with what may be done about it. Works without script. */
export function calendarRulesPage(facts: CalendarRulesFacts): string {
  const { caller } = facts;
  const mayManage = caller.session !== undefined && may(caller.grant, 'freeze.manage', {}).allowed;
  return page({
    title: 'Windows and freezes',
    caller,
    here: '/calendar',
    inbox: facts.inbox,
    sent: facts.sent,
    told: facts.told,
    body: html`<h1>Windows and freezes</h1>
      <p><a href="/calendar">Back to the calendar</a>. Times are local to the zone that stands beside them.</p>
      ${facts.feedUrl === undefined ? undefined : feedAddress(facts.feedUrl)}
      ${facts.preview === undefined ? undefined : previewOf(facts.preview, facts)}
      <section aria-labelledby="freezes">
        <h2 id="freezes">Freezes</h2>
        ${ruleList(facts.freezes, facts, 'No freeze is in force or to come.')}
      </section>
      ${mayManage ? stopForm(facts) : undefined} ${mayManage ? freezeForm(facts) : undefined}
      <section aria-labelledby="windows">
        <h2 id="windows">Windows</h2>
        ${ruleList(facts.windows, facts, 'There is no window: where none is, every time is open.')}
        <p class="quiet">Windows are changed in gantry.yaml, or with <code>gantry window</code>.</p>
      </section>
      ${feedSection(facts)}`,
  });
}

/** What the freeze would be, with a form of its own to add just that: what is changed below is looked at again first. */
function previewOf(
  { scope, when, next, isNow }: NonNullable<CalendarRulesFacts['preview']>,
  facts: CalendarRulesFacts,
): SafeHtml {
  const typed = freezeFields.flatMap((name) =>
    (facts.sent?.values[name] ?? []).map((one) => [name, one] as const),
  );
  return html`<section role="status">
    <h2>It would hold so</h2>
    <p>
      ${scope}, ${when}.${isNow ? html` <strong>It would hold at once.</strong>` : undefined} Nothing is saved yet: what you typed stands
      <a href="#add">below</a>.
    </p>
    ${
      next.length === 0
        ? html`<p><strong>It is over already: it would shut nothing.</strong></p>`
        : html`<p>Nothing starts in that time. In ${facts.zone}:</p><ul>${next.map((one) => html`<li>${one}</li>`)}</ul>`
    }
    <form method="post" action="/calendar/freezes">
      ${csrfOf(facts.caller)} ${typed.map(([name, one]) => html`<input type="hidden" name="${name}" value="${one}" />`)}
      <button name="do" value="add">Add it now</button>
    </form>
  </section>`;
}

const freezeFields = ['id', 'from', 'to', 'zone', 'environment', 'service', 'inFlight', 'reason'] as const;

function ruleList(
  rules: CalendarRulesFacts['freezes'],
  facts: CalendarRulesFacts,
  nothing: string,
): SafeHtml {
  if (rules.length === 0) return html`<p>${nothing}</p>`;
  return html`<ul class="plain">
    ${rules.map((one) => ruleRow(one, facts))}
  </ul>`;
}

function ruleRow(
  { record, next }: CalendarRulesFacts['freezes'][number],
  facts: CalendarRulesFacts,
): SafeHtml {
  const { caller, nameOf } = facts;
  const { rule } = record;
  const { services } = rule.scope;
  const isLiftable =
    rule.origin === 'api' &&
    rule.kind === 'freeze' &&
    caller.session !== undefined &&
    may(caller.grant, 'freeze.lift', services.length === 0 ? {} : { services }).allowed;
  const form = formTo(`/calendar/freezes/${rule.id}/lift`, facts);
  return html`<li>
    <strong>${rule.id}</strong>${rule.stopTheLine ? ' (line stopped)' : ''}: ${scopeText(rule.scope)}, ${timesText(rule)}
    ${rule.reason === undefined ? undefined : html`<br />${rule.reason}`}
    <br /><span class="quiet small"
      >${rule.owner === undefined ? '' : `Owner ${nameOf(rule.owner)}. `}${rule.origin === 'policy' ? 'From gantry.yaml' : `Made by ${nameOf(record.createdBy)}`}, revision ${rule.revision}.${next.length === 1 ? ` Next: ${next.join()}.` : ''}</span
    >
    ${
      next.length > 1
        ? html`<details>
            <summary>Next: ${next[0]}</summary>
            <ul>${next.map((one) => html`<li>${one}</li>`)}</ul>
          </details>`
        : undefined
    }
    ${
      isLiftable
        ? html`<details ${openIfSent(form)}>
            <summary>Lift ${rule.id}…</summary>
            <p>Starts nothing by itself: who waited for it is judged again at once.</p>
            ${formOf(form, html`${reasonField(form)} <button class="second">Lift it</button>`)}
          </details>`
        : undefined
    }
  </li>`;
}

function stopForm(facts: CalendarRulesFacts): SafeHtml {
  const form = formTo('/calendar/stop', facts);
  return html`<section aria-labelledby="stop">
    <h2 id="stop">Stop the line</h2>
    <p>
      Nothing starts any more from this moment on, until somebody lifts it; what is half way is held at its next step. Rollbacks by
      people pass.
    </p>
    ${formOf(form, html`${scopeFields(form, facts)} ${reasonField(form)} <button>Stop the line</button>`)}
  </section>`;
}

function freezeForm(facts: CalendarRulesFacts): SafeHtml {
  const form = formTo('/calendar/freezes', facts);
  return html`<section aria-labelledby="add">
    <h2 id="add">Add a freeze</h2>
    ${formOf(
      form,
      html`${textField(form, { name: 'id', label: 'Name, such as inventory', pattern: String.raw`[a-z0-9][a-z0-9._\-]*` })}
        ${timeField(form, { name: 'from', label: 'From', value: facts.localNow })}
        ${timeField(form, { name: 'to', label: 'To (empty: without end)', optional: true })}
        ${textField(form, { name: 'zone', label: 'Zone of these times', value: facts.zone })} ${scopeFields(form, facts)}
        ${choiceField(form, { name: 'inFlight', label: 'What is half way when it begins', options: inFlights })}
        ${reasonField(form)}
        <p><button>Add the freeze…</button> <span class="quiet">You see first whom it stops and when.</span></p>`,
    )}
  </section>`;
}

const inFlights = [
  ['pauseAtStep', 'is held at its next step'],
  ['finish', 'finishes'],
  ['abort', 'is taken back'],
] as const;

const csrfOf = ({ session }: Caller): SafeHtml | undefined => session && csrfInput(session.csrf);

function scopeFields(form: PageForm, { services, environments }: CalendarRulesFacts): SafeHtml {
  const choice = (name: string, label: string, ids: readonly string[]): SafeHtml =>
    choiceField(form, {
      name,
      label,
      options: [['', 'all'], ...ids.map((id): [string, string] => [id, id])],
    });
  return html`${choice('environment', 'Environment', environments)} ${choice('service', 'Service', services)}`;
}

const feedAddress = (url: string): SafeHtml =>
  html`<section role="status">
    <p><strong>The feed is made. Subscribe to this address; it is shown only now:</strong><br /><code>${url}</code></p>
    <p class="quiet">Whoever has it can read the calendar. It is <a href="#feeds">revoked below</a>.</p>
  </section>`;

function feedSection(facts: CalendarRulesFacts): SafeHtml {
  const { caller, feeds, zone } = facts;
  const form = formTo('/calendar/feeds', facts);
  const open = feeds.filter(({ revokedAt }) => revokedAt === undefined);
  return html`<section aria-labelledby="feeds">
    <h2 id="feeds">Your feeds</h2>
    <p>A feed lets your calendar program (Google, Outlook, Apple) show this calendar. Whoever has its address can read it.</p>
    ${
      open.length === 0
        ? html`<p>You have none.</p>`
        : html`<ul class="plain">
            ${open.map(
              (feed) =>
                html`<li>
                  <strong>${feed.name}</strong>, made ${showInstant(feed.createdAt, zone)}${feed.lastReadAt === undefined ? ', never read' : `, last read ${showInstant(feed.lastReadAt, zone)}`}
                  ${
                    caller.session
                      ? html`<form method="post" action="/calendar/feeds/${feed.id}/revoke">
                          ${csrfOf(caller)}<button class="second">Revoke ${feed.name}</button>
                        </form>`
                      : undefined
                  }
                </li>`,
            )}
          </ul>`
    }
    ${
      caller.session
        ? formOf(
            form,
            html`<input type="hidden" name="once" value="${facts.feedKey}" />
              ${textField(form, { name: 'name', label: 'Name of a new feed' })} ${scopeFields(form, facts)}
              <button class="second">Make a feed</button>`,
          )
        : undefined
    }
  </section>`;
}
