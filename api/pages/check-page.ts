import { html, type SafeHtml } from '../../platform/html.ts';
import type { CheckResultRow } from '../../platform/record/results.ts';
import type { Caller } from '../auth/caller.ts';
import { page } from './layout.ts';
import { time } from './parts/time.ts';

/** What a check printed, masked and capped when it was stored. */
export const checkPage = ({
  caller,
  result,
  zone,
  inbox,
}: {
  caller: Caller;
  result: CheckResultRow;
  zone: string;
  inbox: boolean;
}): string =>
  page({
    title: `Check ${result.checkId}`,
    caller,
    inbox,
    body: html`<h1>Check ${result.checkId} of ${result.service}</h1>
      <p><a href="/releases/${result.releaseId}">Back to the release</a></p>
      <section>
        <dl>
          <dt>Outcome</dt>
          <dd>${result.outcome}</dd>
          <dt>Summary</dt>
          <dd>${result.summary}</dd>
          <dt>Checked</dt>
          <dd><code>${result.subject}</code></dd>
          <dt>Round</dt>
          <dd>${result.round}</dd>
          <dt>Ran</dt>
          <dd>${time(result.startedAt, zone)} to ${time(result.endedAt, zone)}</dd>
        </dl>
        <h2>Output</h2>
        ${output(result.stdout, 'Output')}
        <h2>Errors</h2>
        ${output(result.stderr, 'Errors')}
      </section>`,
  });

const output = (text: string, label: string): SafeHtml =>
  text === ''
    ? html`<p class="quiet">nothing</p>`
    : html`<pre role="region" aria-label="${label}" tabindex="0">${text}</pre>`;
