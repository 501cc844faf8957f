import { showDossier } from '../../platform/dossier/show.ts';
import { html } from '../../platform/html.ts';
import type { Dossier } from '../../platform/record/dossier/index.ts';
import type { Caller } from '../auth/caller.ts';
import { page } from './layout.ts';

/** The dossier of a release, to read and to print; it needs no script. */
export const dossierPage = ({
  caller,
  dossier,
  id,
  inbox,
}: {
  caller: Caller;
  dossier: Dossier;
  id: string;
  inbox: boolean;
}): string =>
  page({
    title: `Dossier of ${dossier.document.release.title}`,
    caller,
    inbox,
    twin: `/releases/${id}/dossier.json`,
    body: html`<p class="small"><a href="/releases/${id}">Back to the release</a></p>
      ${showDossier(dossier)}`,
  });
