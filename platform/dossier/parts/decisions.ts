import { formatDuration } from '../../../domain/policy/duration.ts';
import { namesOfAll } from '../../../domain/release/names.ts';
import { html, type SafeHtml } from '../../html.ts';
import { oneLine } from '../../plain-text.ts';
import type { DossierDocument } from '../../record/dossier/index.ts';
import type { SaidByGate } from '../../record/dossier/verdicts.ts';
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
      ['Because', request.closedBecause && reader.words(request.closedBecause, request.closedAt)],
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
        'Backup groups that could vote',
        request.standIns.backups.length > 0 ? `of ${request.standIns.backups.join(' and ')}` : '',
      ],
      [
        'Not asked',
        request.excluded.map(({ person, because }) => `${reader.nameOf(person)}: ${because}`).join('; '),
      ],
      ['Request', html`<code>${request.id}</code>`],
    ])}
    ${table(
      `Away while it was asked for ${request.stage}`,
      ['Who', 'Since', 'Until', 'In their place'],
      request.standIns.away.map((one) => [
        one.isBack ? `${reader.nameOf(one.person)}, asked again once back` : reader.nameOf(one.person),
        reader.time(one.from),
        reader.time(one.until),
        one.delegate === undefined ? 'nobody was named' : reader.nameOf(one.delegate),
      ]),
    )}
    ${table(
      `Votes for ${request.stage}`,
      ['Who', 'Decision', 'As', 'In these words', 'Received', 'By', 'Counted', 'Id'],
      request.votes.map((vote) => [
        reader.nameOf(vote.person),
        vote.choice,
        capacityWords(vote.capacity, reader),
        vote.comment === undefined ? 'without words' : `“${oneLine(vote.comment, 2_000)}”`,
        reader.time(vote.receivedAt),
        `${vote.via}, assurance ${vote.assurance ?? 'not told'} (asked for: ${vote.assuranceAsked})${vote.meaning === undefined ? '' : `, meaning ${vote.meaning}`}`,
        vote.refusal === undefined ? vote.outcome : `${vote.outcome}: ${vote.refusal}`,
        html`<code>${vote.decision}</code>`,
      ]),
    )}
    ${table(
      `Conditions that they were given under for ${request.stage}`,
      ['By', 'Condition', 'With', 'Before', 'Due', 'Task'],
      request.votes.flatMap((vote) =>
        vote.conditions.map((one) => [
          reader.nameOf(vote.person),
          `“${oneLine(one.title, 500)}”`,
          reader.nameOf(one.owner),
          one.before,
          reader.time(one.due),
          one.task
            ? html`${one.task.id}: ${one.task.state}${one.task.reason === undefined ? '' : ` (${oneLine(one.task.reason, 500)})`}, ${reader.time(one.task.at)} by ${reader.nameOf(one.task.by)}`
            : request.state === 'open'
              ? 'none yet: it becomes one with the approval'
              : 'none: the vote did not come to decide',
        ]),
      ),
    )}
    ${request.withdrawals.map((one) => html`<p>${reader.words(one.sentence, one.at)} ${reader.time(one.at)}</p>`)}
    <h3>What was decided on for ${request.stage}</h3>
    <p>
      Digest <code>${subject.digest}</code>,
      ${subject.recomputed ? 'which the parts below give.' : 'which the parts below do not give: commits or rules of that time are not in the record.'}
    </p>
    <pre role="region" aria-label="Subject for ${request.stage}" tabindex="0">${JSON.stringify(subject.parts, null, 1)}</pre>`;
}

/** `qa, in the place of Ana Lopez (ana), away until …`; `backup of security`. */
function capacityWords(
  { own, insteadOf, backupOf }: Request['votes'][number]['capacity'],
  reader: Reader,
): SafeHtml {
  const parts = [
    ...(own.length > 0 ? [html`${own.join(' and ')}`] : []),
    ...insteadOf.map((one) =>
      one.person === undefined
        ? html`${one.rules.join(' and ')} in the place of somebody who was away`
        : html`${one.rules.join(' and ')} in the place of ${reader.nameOf(one.person)}, away from ${reader.time(one.from)} until ${reader.time(one.until)}`,
    ),
    ...(backupOf.length > 0 ? [html`backup of ${backupOf.join(' and ')}`] : []),
  ];
  return parts.length === 0
    ? html`nobody whom a rule asks`
    : html`${parts.map((part, index) => html`${index > 0 ? '; ' : ''}${part}`)}`;
}

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
