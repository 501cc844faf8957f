import { html, type SafeHtml } from '../../platform/html.ts';
import { withoutControls } from '../../platform/plain-text.ts';
import type { StoredPolicy } from '../../platform/record/policies.ts';
import type { Caller } from '../auth/caller.ts';
import { page } from './layout.ts';
import { time } from './parts/time.ts';

interface PolicyFacts {
  caller: Caller;
  inbox: boolean;
  zone: string;
  nameOf: (person: string) => string;
  /** Left out: none was ever applied. */
  stored: StoredPolicy | undefined;
  /** Whose token it was applied with. */
  appliedFor: string | undefined;
}

/** The policy in force: when and by whom it came, and its text with every comment of the team. */
export const policyPage = (facts: PolicyFacts): string =>
  page({
    title: 'Policy',
    caller: facts.caller,
    here: '/policy',
    twin: '/policy.json',
    inbox: facts.inbox,
    body: html`<h1>Policy</h1>
      <p>
        What releases follow that start from now on. One that is under way follows the policy that it started with, until somebody
        amends it.
      </p>
      ${facts.stored ? inForce(facts.stored, facts) : none}`,
  });

const none = html`<section>
  <p><strong>No policy is in force yet.</strong></p>
  <p>
    Write a first one with <code>gantry init</code>, look at it with <code>gantry check</code>, and put it into force with
    <code>gantry policy apply gantry.yaml</code>.
  </p>
</section>`;

const inForce = (
  { digest, text, baseDir, appliedAt, appliedBy, editedBy }: StoredPolicy,
  { zone, nameOf, appliedFor }: PolicyFacts,
): SafeHtml =>
  html`<section aria-labelledby="came">
      <h2 id="came">How it came</h2>
      <dl>
        <dt>In force since</dt>
        <dd>${time(appliedAt, zone)}</dd>
        <dt>Applied by</dt>
        <dd>${nameOf(appliedFor ?? appliedBy)}</dd>
        <dt>Edited last by</dt>
        <dd>
          ${editedBy === undefined ? 'not known' : html`${nameOf(editedBy)} <span class="small quiet">(barred where an approval rule bars the editor of the policy)</span>`}
        </dd>
        <dt>Digest</dt>
        <dd><code>${digest}</code></dd>
        <dt>Folder</dt>
        <dd><code>${baseDir}</code> <span class="small quiet">(where relative paths in it start)</span></dd>
      </dl>
      <p class="small quiet">
        To change it, edit the file, see with <code>gantry policy diff gantry.yaml</code> what that would do, then
        <code>gantry policy apply gantry.yaml</code>.
      </p>
    </section>
    <section aria-labelledby="text">
      <h2 id="text">As it was written</h2>
      <pre class="whole">${withoutControls(text)}</pre>
    </section>`;
