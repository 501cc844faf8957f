import { namesOfAll } from '../../../domain/release/names.ts';
import { html, type SafeHtml } from '../../html.ts';
import { oneLine } from '../../plain-text.ts';
import type { DossierDocument } from '../../record/dossier/index.ts';
import type { SaidByGate } from '../../record/dossier/verdicts.ts';
import type { Reader } from './reader.ts';
import { facts, table } from './table.ts';

const verdictWords = {
  allowed: 'met',
  waiting: 'waits',
  needsPeople: 'needs people',
  denied: 'denied',
} as const;

const verdictRows = (rows: readonly SaidByGate[], reader: Reader, at?: string): string[][] =>
  rows.map(({ gate, kind, because, passed }) => [
    gate,
    passed ? `${verdictWords[kind]}, passed by ${namesOfAll(passed.by, reader.nameOf)}` : verdictWords[kind],
    oneLine(`${reader.words(because, at)}${passed ? ` Passed: ${passed.because}` : ''}`, 1_000),
  ]);

export const gatesPart = ({ gates }: DossierDocument, reader: Reader): SafeHtml =>
  html`${gates.stages.map(
    (stage) =>
      html`<h3>${stage.environment}</h3>
        ${facts([
          ['Entered', reader.time(stage.enteredAt)],
          ['Decided', reader.time(stage.decidedAt)],
          ['Rounds', stage.rounds],
          ['Door', stage.door && reader.words(stage.door.because, stage.door.at)],
          ['Finished', reader.time(stage.finishedAt)],
        ])}
        ${table(`Gates of ${stage.environment}`, ['Gate', 'Verdict', 'Because'], verdictRows(stage.verdicts, reader, stage.decidedAt))}`,
  )}`;

export const calendarPart = ({ calendar }: DossierDocument, reader: Reader): SafeHtml =>
  html`${calendar.stages.map(
    (stage) =>
      html`<h3>${stage.environment}</h3>
        ${facts([
          ['Asked', reader.time(stage.at)],
          ['Revision of the calendar', stage.revision],
          ['Zone data', stage.zoneData],
          ['Passed despite', (stage.despite ?? []).join(', ')],
          ['Let start by', stage.proceed && `${reader.nameOf(stage.proceed.by)}: ${stage.proceed.reason}`],
        ])}
        ${table(`Calendar of ${stage.environment}`, ['Gate', 'Verdict', 'Because'], verdictRows(stage.verdicts ?? [], reader, stage.at))}`,
  )}
  ${table(
    'Overrides',
    ['Freeze', 'Stage', 'By', 'In these words', 'Given', 'Until', 'State'],
    calendar.overrides.map((one) => [
      `${one.freezeId}, revision ${one.revision}`,
      one.environment,
      one.seconded
        ? `${reader.nameOf(one.by)}, agreed by ${reader.nameOf(one.seconded.by)}`
        : reader.nameOf(one.by),
      `“${oneLine(one.reason, 2_000)}”`,
      reader.time(one.givenAt),
      reader.time(one.expiresAt),
      one.state,
    ]),
  )}
  ${table(
    'What it waited for elsewhere',
    ['When', 'What'],
    calendar.dependencies.map((one) => [reader.time(one.at), reader.words(one.sentence, one.at)]),
  )}`;
