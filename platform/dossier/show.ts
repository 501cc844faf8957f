import { breakGlassPart, riskPart, waiversPart } from './parts/judgement.ts';
import { amendmentsPart, analysisPart, postponementsPart, rollbackPart, tasksPart } from './parts/course.ts';
import { html, type SafeHtml } from '../html.ts';
import type { Dossier, DossierDocument } from '../record/dossier/index.ts';
import { changesPart, checksPart, releasePart } from './parts/beginning.ts';
import { approvalsPart } from './parts/approvals.ts';
import { calendarPart, gatesPart } from './parts/gates.ts';
import { actsPart, deploymentsPart, measurementsPart } from './parts/doings.ts';
import { logPart, planPart, policyPart } from './parts/proof.ts';
import { readerOf, type Reader } from './parts/reader.ts';

type SectionName = Exclude<keyof DossierDocument, 'schema' | 'v' | 'zone' | 'withheld' | 'people'>;

/** How each section is called and shown. Whoever adds a section to the dossier is asked for its line here by the compiler. */
const shown: Record<
  SectionName,
  { title: string; show: (document: DossierDocument, reader: Reader) => SafeHtml }
> = {
  release: { title: 'What was released', show: releasePart },
  changes: { title: 'What it changed', show: changesPart },
  checks: { title: 'What the checks found', show: checksPart },
  approvals: { title: 'Who decided', show: approvalsPart },
  risk: { title: 'How risky it was', show: riskPart },
  gates: { title: 'What the gates said', show: gatesPart },
  waivers: { title: 'What was let pass', show: waiversPart },
  tasks: { title: 'What was to be done first', show: tasksPart },
  postponements: { title: 'How it was postponed', show: postponementsPart },
  breakGlass: { title: 'Who broke the glass, and who reviewed it', show: breakGlassPart },
  amendments: { title: 'What changed after people had decided', show: amendmentsPart },
  calendar: { title: 'What the calendar said', show: calendarPart },
  acts: { title: 'How it was steered', show: actsPart },
  deployments: { title: 'What was deployed', show: deploymentsPart },
  measurements: { title: 'What was measured', show: measurementsPart },
  analysis: { title: 'What the measurements were taken for', show: analysisPart },
  rollback: { title: 'The way back', show: rollbackPart },
  plan: { title: 'What was planned', show: planPart },
  policy: { title: 'The rules in force', show: policyPart },
  log: { title: 'The log, entry by entry', show: logPart },
};

/** A dossier for people who were not there: a section for each question, each with its answer in one sentence first. */
export function showDossier({ document, sha256 }: Dossier): SafeHtml {
  const reader = readerOf(document);
  const saidOf = (name: SectionName): string =>
    reader.words(document[name].summary, document.release.ended?.at ?? document.release.createdAt);
  const names = (Object.keys(shown) as SectionName[]).filter((name) => name in document);
  return html`<div class="dossier">
    <h1>Dossier of ${document.release.title}</h1>
    <p class="headline">${saidOf('release')}</p>
    <section aria-labelledby="in-short">
      <h2 id="in-short">In short</h2>
      <ul>
        ${names.map((name) => html`<li><a href="#${name}">${shown[name].title}</a>: ${saidOf(name)}</li>`)}
      </ul>
      ${document.withheld && html`<p>Who was away is left out: a token for some services is not told.</p>`}
      <p class="small quiet">
        Times are shown in ${document.zone}. SHA-256 of this document as canonical JSON: <code>${sha256}</code>
      </p>
    </section>
    ${names.map(
      (name) =>
        html`<section aria-labelledby="${name}">
          <h2 id="${name}">${shown[name].title}</h2>
          <p>${saidOf(name)}</p>
          ${shown[name].show(document, reader)}
        </section>`,
    )}
  </div>`;
}
