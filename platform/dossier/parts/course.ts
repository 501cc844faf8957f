import { html, type SafeHtml } from '../../html.ts';
import { oneLine } from '../../plain-text.ts';
import type { DossierDocument } from '../../record/dossier/index.ts';
import type { Reader } from './reader.ts';
import { facts, table } from './table.ts';
import { toldPart } from './told.ts';

export const tasksPart = ({ tasks }: DossierDocument, reader: Reader): SafeHtml =>
  html`${table(
    'Tasks',
    ['Task', 'Before', 'With', 'Asked for by', 'Due', 'State', 'Since'],
    tasks.tasks.map((task) => [
      `${task.id} “${oneLine(task.title, 500)}”`,
      task.before ?? '–',
      reader.nameOf(task.acceptedBy ?? task.owner),
      task.carriedFrom === undefined
        ? reader.nameOf(task.askedBy)
        : html`${reader.nameOf(task.askedBy)}, taken over from <code>${task.carriedFrom}</code>`,
      reader.time(task.due),
      task.reason === undefined ? task.state : `${task.state}: ${oneLine(task.reason, 500)}`,
      html`${reader.time(task.at)} by ${reader.nameOf(task.by)}`,
    ]),
  )}
  ${toldPart('What the log says of them', tasks.log, reader)}`;

const authorities = { approver: 'approver', owner: 'its owner', releaseManager: 'release manager' } as const;

export const postponementsPart = ({ postponements }: DossierDocument, reader: Reader): SafeHtml =>
  html`${facts([
    ['Was to start', reader.time(postponements.scheduleAsked?.at)],
    ['Then was to start', reader.time(postponements.schedule?.at)],
  ])}
  ${table(
    'Postponements',
    ['By', 'As', 'When', 'Until', 'In these words', 'Lifted'],
    postponements.postponements.map((one) => [
      reader.nameOf(one.by),
      authorities[one.as],
      reader.time(one.at),
      reader.time(one.until),
      `“${oneLine(one.reason, 2_000)}”`,
      one.lifted ? html`${reader.time(one.lifted.at)} by ${reader.nameOf(one.lifted.by)}` : 'no',
    ]),
  )}
  ${toldPart('What the log says of them', postponements.log, reader)}`;

export const amendmentsPart = ({ amendments }: DossierDocument, reader: Reader): SafeHtml =>
  html`${facts([
    ['Notes', amendments.notes],
    ['Took the place of', amendments.supersedes.map(({ title, id }) => `${title} (${id})`).join(', ')],
  ])}
  ${amendments.differences.map(
    ({ stage, request, previous, parts }) =>
      html`${table(
        `What was shown as different for ${stage}`,
        ['Part', 'Approved before', 'Asked then'],
        parts.map(({ part, before, after }) => [part, oneLine(before, 1_000), oneLine(after, 1_000)]),
      )}
      <p class="small quiet">Request <code>${request}</code>, in the place of <code>${previous}</code></p>`,
  )}
  ${toldPart('What the log says of them', amendments.log, reader)}`;

export const analysisPart = ({ analysis }: DossierDocument, reader: Reader): SafeHtml =>
  html`${table(
    'What was concluded',
    ['Metric', 'Where', 'Concluded', 'Because', 'Measurements'],
    analysis.metrics.map((one) => [
      one.dryRun ? `${one.id} (dry run)` : one.id,
      `${one.service === '' ? '' : `${one.service} in `}${one.environment}, ${one.during}`,
      one.phase,
      oneLine(one.because, 1_000),
      one.measurements,
    ]),
  )}
  ${toldPart('What followed', analysis.log, reader)}`;

export const rollbackPart = ({ rollback }: DossierDocument, reader: Reader): SafeHtml =>
  html`${table(
    'The way back that was decided on',
    ['Of', 'Stage', 'Back to', 'Migrations', 'When analysis fails'],
    rollback.planned.map((one) => [
      `${one.service} ${one.version}`,
      one.stage,
      one.to === undefined ? 'nothing: it is taken away' : html`${one.to} <code>${one.digest}</code>`,
      one.migrations?.kind ?? 'none declared',
      one.automatic ? 'rolls back by itself' : 'holds and asks',
    ]),
  )}
  ${table(
    'As it was found last',
    ['Of', 'Stage', 'Back to', 'Still there', 'Rehearsed'],
    rollback.ways.map((one) => [
      `${one.service} ${one.version}`,
      one.environment,
      one.target?.version ?? (one.isFirst ? 'nothing: it is taken away' : 'nowhere'),
      one.target?.isThere ?? '',
      one.rehearsal
        ? html`${one.rehearsal.isPassed ? 'yes' : 'failed'}, ${reader.time(one.rehearsal.at)}`
        : 'no',
    ]),
  )}
  ${table(
    'Rehearsals of this release',
    ['Of', 'Where', 'When', 'Outcome', 'Because'],
    rollback.rehearsals.map((one) => [
      `${one.service} ${one.version}`,
      one.environment,
      reader.time(one.at),
      one.isPassed ? 'passed' : 'failed',
      oneLine(one.because, 1_000),
    ]),
  )}
  ${table(
    'What was to be taken back',
    ['Of', 'Where', 'State', 'Attempts', 'Because'],
    rollback.undone.map((one) => [
      `${one.service} ${one.version}`,
      one.environment,
      one.state,
      one.attempts,
      oneLine(one.because, 1_000),
    ]),
  )}
  ${toldPart('What the log says of it', rollback.log, reader)}`;
