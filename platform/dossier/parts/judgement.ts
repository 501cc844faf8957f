import { factorName, heaviestFirst, pointsText } from '../../../domain/risk/words.ts';
import { dutyText } from '../../../domain/risk/duties.ts';
import type { RiskSnapshot } from '../../../domain/risk/snapshot.ts';
import { html, type SafeHtml } from '../../html.ts';
import { oneLine } from '../../plain-text.ts';
import type { DossierDocument } from '../../record/dossier/index.ts';
import type { Reader } from './reader.ts';
import { facts, table } from './table.ts';
import { toldPart } from './told.ts';

export const riskPart = ({ risk }: DossierDocument, reader: Reader): SafeHtml =>
  html`${risk.decided.map((one) =>
    snapshotPart(`${one.stage}, as people were shown it (request ${one.state})`, one, reader),
  )}
  ${risk.last.map((one) => snapshotPart(`${one.environment}, as it was found last`, one, reader))}
  ${toldPart('Each look', risk.looks, reader)}`;

function snapshotPart(title: string, risk: RiskSnapshot, reader: Reader): SafeHtml {
  const unknown = risk.factors
    .filter(({ state }) => state === 'unknown')
    .map(({ factor }) => factorName(factor));
  return html`<h3>${title}</h3>
    ${facts([
      ['Risk', pointsText(risk)],
      ['Of that measured', `${risk.measured}`],
      ['Looked at', reader.time(risk.at)],
      ['It asks for', risk.duties.map(dutyText).join(' ')],
      ['May not go on', risk.blockers.map(({ because }) => because).join(' ')],
      ['Nobody could tell', unknown.join(', ')],
    ])}
    ${table(
      `What adds to the risk of ${title}`,
      ['Factor', 'Points', 'Of at most', 'Because', 'Evidence'],
      heaviestFirst(risk.factors).map(({ factor, points, cap, sentence, evidence }) => [
        factorName(factor),
        points,
        cap,
        sentence,
        evidence.map((one) => oneLine(one, 300)).join('; '),
      ]),
    )}`;
}

export const waiversPart = ({ waivers }: DossierDocument, reader: Reader): SafeHtml =>
  html`${table(
    'Waivers',
    ['Check', 'Stage', 'By', 'In these words', 'Given', 'Until', 'Taken back', 'Only for'],
    waivers.waivers.map((one) => [
      `${one.check} of ${one.service}`,
      one.environment,
      `${reader.nameOf(one.by)}, of the budget of ${one.team}`,
      `“${oneLine(one.reason, 2_000)}”`,
      reader.time(one.at),
      reader.time(one.expiresAt),
      one.revoked
        ? html`${reader.time(one.revoked.at)} by ${reader.nameOf(one.revoked.by)}: “${oneLine(one.revoked.reason, 2_000)}”`
        : 'no',
      html`<code>${one.build}</code>`,
    ]),
  )}
  ${toldPart('What the log says of them', waivers.log, reader)}`;

export const breakGlassPart = ({ breakGlass }: DossierDocument, reader: Reader): SafeHtml =>
  html`${breakGlass.stages.map(
    (stage) =>
      html`<h3>${stage.environment}</h3>
        ${facts([
          ['Started by it', reader.time(stage.used?.at)],
          ['Past these gates', stage.used?.gates.join(', ')],
        ])}
        ${table(
          `Who broke the glass of ${stage.environment}`,
          ['Who', 'When', 'Incident', 'In these words'],
          stage.breaks.map((one) => [
            reader.nameOf(one.person),
            reader.time(one.at),
            one.incident,
            `“${oneLine(one.reason, 2_000)}”`,
          ]),
        )}`,
  )}
  ${table(
    'Reviews',
    ['Of', 'Due', 'Done', 'By', 'Found'],
    breakGlass.reviews.map(({ environment, dueAt, done }) => [
      environment,
      reader.time(dueAt),
      done ? reader.time(done.at) : 'not yet',
      done ? reader.nameOf(done.by) : '',
      done ? `“${oneLine(done.finding, 2_000)}”` : '',
    ]),
  )}
  ${toldPart('What the log says of it', breakGlass.log, reader)}`;
