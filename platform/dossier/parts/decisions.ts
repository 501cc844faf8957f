import type { GateRow } from '../../../domain/verdict.ts';
import { formatDuration } from '../../../domain/policy/duration.ts';
import { html, type SafeHtml } from '../../html.ts';
import { oneLine } from '../../plain-text.ts';
import type { DossierDocument } from '../../record/dossier/index.ts';
import type { Reader } from './reader.ts';
import { facts, table } from './table.ts';

type Request = DossierDocument['approvals']['requests'][number];

export const approvalsPart = ({ approvals }: DossierDocument, reader: Reader): SafeHtml =>
  html`${approvals.requests.map((request) => requestPart(request, reader))}`;

const silence = {
  close: 'ends it',
  hold: 'holds it',
  escalate: 'asks others for half the time again, and then ends it',
};

function requestPart(request: Request, reader: Reader): SafeHtml {
  const { settings, subject } = request;
  return html`<h3>${request.stage}: ${request.state}</h3>
    ${facts([
      ['Opened', reader.time(request.openedAt)],
      ['Deadline', reader.time(request.deadline)],
      ['Closed', reader.time(request.closedAt)],
      ['Because', request.closedBecause],
      [
        'Terms',
        `${formatDuration(settings.expiresMs)} to decide, ${formatDuration(settings.graceMs)} to change a deciding vote, silence ${silence[settings.onExpiry]}, assurance ${settings.assurance}`,
      ],
      [
        'Rules',
        request.rules.map(
          ({ name, atLeast, not }) =>
            html`<span>${atLeast} of ${name}${not.length > 0 ? `, not ${not.join(', ')}` : ''}.</span> `,
        ),
      ],
      ['Asked', reader.names(request.asked)],
      [
        'Not asked',
        request.excluded.map(({ person, because }) => `${reader.nameOf(person)}: ${because}`).join('; '),
      ],
      ['Request', html`<code>${request.id}</code>`],
    ])}
    ${table(
      `Votes for ${request.stage}`,
      ['Who', 'Decision', 'In these words', 'Received', 'By', 'Counted', 'Id'],
      request.votes.map((vote) => [
        reader.nameOf(vote.person),
        vote.choice,
        vote.comment === undefined ? 'without words' : `“${oneLine(vote.comment, 2_000)}”`,
        reader.time(vote.receivedAt),
        vote.assurance === undefined ? vote.via : `${vote.via}, assurance ${vote.assurance}`,
        vote.refusal === undefined ? vote.outcome : `${vote.outcome}: ${vote.refusal}`,
        html`<code>${vote.decision}</code>`,
      ]),
    )}
    ${request.withdrawals.map((one) => html`<p>${one.sentence} ${reader.time(one.at)}</p>`)}
    <h3>What was decided on for ${request.stage}</h3>
    <p>
      Digest <code>${subject.digest}</code>,
      ${subject.recomputed ? 'which the parts below give.' : 'which the parts below do not give: commits or rules of that time are not in the record.'}
    </p>
    <pre role="region" aria-label="Subject for ${request.stage}" tabindex="0">${JSON.stringify(subject.parts, null, 1)}</pre>`;
}

const verdictWords = {
  allowed: 'met',
  waiting: 'waits',
  needsPeople: 'needs people',
  denied: 'denied',
} as const;

const verdictRows = (rows: readonly GateRow[]): string[][] =>
  rows.map((row) => [row.gate, verdictWords[row.kind], oneLine(row.because, 1_000)]);

export const gatesPart = ({ gates }: DossierDocument, reader: Reader): SafeHtml =>
  html`${gates.stages.map(
    (stage) =>
      html`<h3>${stage.environment}</h3>
        ${facts([
          ['Entered', reader.time(stage.enteredAt)],
          ['Decided', reader.time(stage.decidedAt)],
          ['Rounds', stage.rounds],
          ['Door', stage.door?.because],
          ['Finished', reader.time(stage.finishedAt)],
        ])}
        ${table(`Gates of ${stage.environment}`, ['Gate', 'Verdict', 'Because'], verdictRows(stage.verdicts))}`,
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
        ${table(`Calendar of ${stage.environment}`, ['Gate', 'Verdict', 'Because'], verdictRows(stage.verdicts ?? []))}`,
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
    calendar.dependencies.map((one) => [reader.time(one.at), one.sentence]),
  )}`;
