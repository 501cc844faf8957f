import type { Access } from '../../domain/policy/policy.schema.ts';
import { html, type SafeHtml } from '../../platform/html.ts';
import { isMadeByAnother } from '../../domain/identity/token-maker.ts';
import type { TokenRow } from '../../platform/record/tokens.ts';
import type { Caller } from '../auth/caller.ts';
import { csrfInput, page } from './layout.ts';
import { choiceField, formOf, formTo, textField, tickFields } from './parts/form.ts';
import type { SentForm } from './parts/sent-form.ts';
import { time } from './parts/time.ts';

export interface TokensFacts {
  caller: Caller;
  inbox: boolean;
  zone: string;
  now: string;
  tokens: TokenRow[];
  /** What the reader may do, and so what a token of theirs could. */
  access: readonly Access[];
  /** Whom a token may act as, where there is a choice. */
  people: { id: string; name: string }[];
  services: string[];
  /** What this showing of the form carries: a reload after it was sent makes no second token. */
  formKey: string;
  nameOf: (person: string) => string;
  /** The token that was made just now: shown once. */
  made?: { text: string; name: string };
  /** What there is to say of a form that was done. */
  told?: string | undefined;
  sent?: SentForm | undefined;
}

/** How long a token may work: at most a year, as over the API. */
export const lifetimes = [
  ['30d', '30 days'],
  ['90d', '90 days'],
  ['365d', 'a year'],
] as const;

const accessWords: Record<Access, string> = {
  viewer: 'look at everything',
  releaser: 'start releases, and steer those',
  approver: 'decide on releases, where its person may',
  operator: 'steer all releases, freezes and quarantines',
  auditor: 'read the audit log',
  admin: 'administer: policy, people and tokens',
};

/** Tokens for programs. Works without script. */
export function tokensPage(facts: TokensFacts): string {
  const { caller, tokens, now } = facts;
  const isLive = ({ revokedAt, expiresAt }: TokenRow): boolean => revokedAt === undefined && expiresAt > now;
  const [live, over] = [tokens.filter(isLive), tokens.filter((one) => !isLive(one))];
  return page({
    title: 'Tokens',
    caller,
    here: '/tokens',
    twin: '/tokens.json',
    inbox: facts.inbox,
    sent: facts.sent,
    told: facts.told,
    body: html`<h1>Tokens</h1>
      <p>
        A token lets a program act as a person, with part of what that person may do. The command line takes it as
        <code>GANTRY_TOKEN</code>, the API as <code>Authorization: Bearer</code>.
      </p>
      ${facts.made === undefined ? undefined : shownOnce(facts.made)}
      <section aria-labelledby="live">
        <h2 id="live">In use</h2>
        ${live.length === 0 ? html`<p>There is none. Make one ${caller.session ? html`<a href="#make">below</a>` : html`with <code>gantry token create</code>`}.</p>` : html`<ul class="plain">${live.map((one) => tokenRow(one, facts))}</ul>`}
      </section>
      ${caller.session ? newForm(facts) : undefined}
      ${
        over.length === 0
          ? undefined
          : html`<section aria-labelledby="over">
              <h2 id="over">Over</h2>
              <details>
                <summary>${over.length} revoked or past their end</summary>
                <ul class="plain">${over.map((one) => tokenRow(one, facts))}</ul>
              </details>
            </section>`
      }`,
  });
}

const shownOnce = ({ text, name }: NonNullable<TokensFacts['made']>): SafeHtml =>
  html`<section role="status">
    <p><strong>Token ${name} is made. Keep it now: it is shown only this once.</strong><br /><code>${text}</code></p>
    <p class="quiet">Whoever has it can do what it may. Put it where your program keeps its secrets, and nowhere else.</p>
  </section>`;

function tokenRow(token: TokenRow, { caller, nameOf, zone, now }: TokensFacts): SafeHtml {
  const { revokedAt, expiresAt, lastUsedAt } = token;
  const isOthers = token.owner !== caller.grant.person;
  const end =
    revokedAt !== undefined
      ? html`Revoked ${time(revokedAt, zone)}`
      : html`${expiresAt > now ? 'Works until' : 'Ended'} ${time(expiresAt, zone)}`;
  return html`<li>
    <strong>${token.name}</strong>${isOthers ? html`, acts as ${nameOf(token.owner)}` : undefined}: ${token.access.join(', ')}${token.services.length === 0 ? ', all services' : html`, only ${token.services.join(', ')}`}
    <br /><span class="small quiet"
      >${end}. Made ${time(token.createdAt, zone)}${token.createdBy === token.owner ? undefined : html` by ${nameOf(token.createdBy)}`}${isMadeByAnother(token) ? ', so that it decides nothing' : undefined}${lastUsedAt === undefined ? ', never used' : html`, last used ${time(lastUsedAt, zone)}`}.
      Id ${token.id}</span
    >
    ${
      caller.session && revokedAt === undefined && expiresAt > now
        ? html`<details>
            <summary>Revoke ${token.name}…</summary>
            <p>Whatever uses it is refused from that moment on. It cannot be taken back.</p>
            <form method="post" action="/tokens/${token.id}/revoke">
              ${csrfInput(caller.session.csrf)}<button class="second">Revoke ${token.name}</button>
            </form>
          </details>`
        : undefined
    }
  </li>`;
}

function newForm(facts: TokensFacts): SafeHtml {
  const { caller, people, access, services } = facts;
  const form = formTo('/tokens', facts);
  const some = `${services.slice(0, 5).join(', ') || 'none yet'}${services.length > 5 ? ' …' : ''}`;
  return html`<section aria-labelledby="make">
    <h2 id="make">Make a token</h2>
    ${formOf(
      form,
      html`<input type="hidden" name="once" value="${facts.formKey}" />
        ${textField(form, { name: 'name', label: 'What uses it, such as ci', longest: 100 })}
        ${tickFields(form, { name: 'access', label: 'What it may do', options: access.map((one) => [one, `${one}: ${accessWords[one]}`]) })}
        ${
          people.length === 0
            ? undefined
            : choiceField(form, {
                name: 'person',
                label: 'Acts as',
                value: caller.grant.person,
                options: people.map(({ id, name }) => [id, name]),
                note: 'It never may more than this person, and decides nothing for anybody but you.',
              })
        }
        ${textField(form, { name: 'services', label: 'Only these services', hint: `${some}; left empty: all`, longest: 2_000, optional: true })}
        ${choiceField(form, { name: 'expires', label: 'Works for', value: '90d', options: lifetimes })}
        <button>Make the token</button>`,
    )}
  </section>`;
}
