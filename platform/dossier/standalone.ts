import { html, render } from '../html.ts';
import type { Dossier } from '../record/dossier/index.ts';
import { showDossier } from './show.ts';
import { standaloneStyle } from './standalone-style.ts';

/** The dossier as one file that needs nothing else, for an archive: its style is inside, and it loads and runs nothing. */
export const standaloneDossier = (dossier: Dossier): string =>
  `<!doctype html>\n${render(
    html`<html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <title>Dossier of ${dossier.document.release.title} · Gantry</title>
        ${standaloneStyle}
      </head>
      <body>
        ${showDossier(dossier)}
      </body>
    </html>`,
  )}`;
