import express, { type Express } from 'express';
// The package's own entry would load the whole browser bundle, a second of every start, to tell where it lies.
import getAbsoluteFSPath from 'swagger-ui-dist/absolute-path.js';
import { problemCodes } from '../../domain/problem-code.ts';
import { problem } from '../../platform/errors.ts';
import { html, render } from '../../platform/html.ts';
import type { Caller } from '../auth/caller.ts';
import { allowed } from '../auth/declared.ts';
import type { ApiDeps } from '../deps.ts';
import { page } from '../pages/layout.ts';
import { pageHandler } from '../pages/page-call.ts';
import { withCode } from '../pages/parts/with-code.ts';
import { routes } from '../routes/index.ts';
import { version } from '../version.ts';
import { openApiDocument } from './openapi.ts';

/** Starts the reference page. A file of its own, because our pages run no script that stands in them. */
const starter = `SwaggerUIBundle({ url: '/openapi.json', domNode: document.getElementById('reference'), deepLinking: true, validatorUrl: null });\n`;

/** `/openapi.json`, and the same to read at `/docs`; both from this process, so they work without the internet. */
export function mountDocs(app: Express, deps: ApiDeps): void {
  // Half a second of work that most processes never need: done for whoever asks first.
  let document: string | undefined;
  const written = (): string =>
    (document ??= JSON.stringify(openApiDocument(routes, { publicUrl: deps.config.publicUrl, version })));
  const readers = allowed(deps.log, 'docs.read');
  app.get('/openapi.json', readers, (_req, res) => void res.type('json').send(written()));
  app.get('/docs', readers, (_req, res) => void res.type('html').send(referencePage));
  app.get(
    '/docs/problems',
    pageHandler(deps, 'docs.read', ({ caller, res }) => void res.type('html').send(problemsPage(caller))),
  );
  app.get('/docs/start.js', readers, (_req, res) => void res.type('js').send(starter));
  app.use('/docs/assets', readers, express.static(getAbsoluteFSPath(), { index: false, maxAge: '1h' }));
}

const referencePage = render(
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Gantry API</title>
        <link rel="stylesheet" href="/docs/assets/swagger-ui.css" />
      </head>
      <body>
        <main id="reference">
          <noscript
            >This page needs a script; <a href="/openapi.json">the description itself</a> does not.</noscript
          >
        </main>
        <script src="/docs/assets/swagger-ui-bundle.js"></script>
        <script src="/docs/start.js"></script>
      </body>
    </html>`,
);

/** Where the `type` of a problem leads: what each code means and what to do. */
const problemsPage = (caller: Caller): string =>
  page({
    title: 'Problems that Gantry reports',
    caller,
    body: html`<h1>Problems that Gantry reports</h1>
      ${problemCodes.map((code) => {
        const { title, remedy, status } = problem(code);
        return html`<section id="${code.toLowerCase().replaceAll('_', '-')}">
          <h2><code>${code}</code></h2>
          <p>${withCode(title)} (status ${status})</p>
          <p>${withCode(remedy)}</p>
        </section>`;
      })}`,
  });
