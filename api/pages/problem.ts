import type { Problem } from '../../domain/problem-code.ts';
import { html } from '../../platform/html.ts';
import { changedWords } from './parts/changed-words.ts';
import { page } from './layout.ts';

/** A problem as a browser shows it: the same sentences as the API's reply, and the way to sign in where that is missing. */
export const renderProblemPage = ({ problem, requestId }: { problem: Problem; requestId: string }): string =>
  page({
    title: problem.title,
    body: html`<section class="errors" role="alert">
        <h1>${problem.title}</h1>
        <p>${problem.detail}</p>
        ${
          problem.errors &&
          html`<ul>
            ${problem.errors.map((one) => html`<li>${one.pointer === '' ? undefined : html`<code>${one.pointer}</code>: `}${one.detail} ${one.remedy}</li>`)}
          </ul>`
        }
        <p><strong>What to do:</strong> ${problem.remedy}</p>
        <p>
          ${changedWords(problem)}
        </p>
        ${problem.status === 401 ? html`<p><a class="button" href="/sign-in">Sign in</a></p>` : html`<p><a href="/">First page: all releases</a></p>`}
      </section>
      <p class="small quiet">${problem.code}, request <code>${requestId}</code></p>`,
  });
