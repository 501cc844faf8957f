import { formatDuration } from '../../../domain/policy/duration.ts';
import { html, type Insertable, type SafeHtml } from '../../html.ts';
import { oneLine } from '../../plain-text.ts';
import type { DossierDocument } from '../../record/dossier/index.ts';
import type { Reader } from './reader.ts';
import { facts, table } from './table.ts';

type Request = DossierDocument['approvals']['requests'][number];
type Vote = Request['votes'][number];

/** Requests for approval: who was asked on which terms, who voted how, and what exactly was decided on. */
export const approvalsPart = ({ approvals }: DossierDocument, reader: Reader): SafeHtml =>
  html`${approvals.requests.map((request) => requestPart(request, reader))}`;

const requestPart = (request: Request, reader: Reader): SafeHtml =>
  html`<h3>${request.stage}: ${request.state}</h3>
    ${askedPart(request, reader)}
    ${table(
      `Away while it was asked for ${request.stage}`,
      ['Who', 'Since', 'Until', 'In their place'],
      request.standIns.away.map((one) => awayRow(one, reader)),
    )}
    ${table(
      `Votes for ${request.stage}`,
      ['Who', 'Decision', 'As', 'In these words', 'Received', 'By', 'Counted', 'Id'],
      request.votes.map((vote) => voteRow(vote, reader)),
    )}
    ${table(
      `Conditions that they were given under for ${request.stage}`,
      ['By', 'Condition', 'With', 'Before', 'Due', 'Task'],
      request.votes.flatMap((vote) => conditionRows(vote, { request, reader })),
    )}
    ${request.withdrawals.map((one) => html`<p>${reader.words(one.sentence, one.at)} ${reader.time(one.at)}</p>`)}
    ${subjectPart(request)}`;

const silence = {
  close: 'ends it',
  hold: 'holds it',
  escalate: 'asks others for half the time again, and then ends it',
};

function askedPart(request: Request, reader: Reader): SafeHtml {
  const { settings } = request;
  return facts([
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
  ]);
}

const awayRow = (one: Request['standIns']['away'][number], reader: Reader): Insertable[] => [
  one.isBack ? `${reader.nameOf(one.person)}, asked again once back` : reader.nameOf(one.person),
  reader.time(one.from),
  reader.time(one.until),
  one.delegate === undefined ? 'nobody was named' : reader.nameOf(one.delegate),
];

const voteRow = (vote: Vote, reader: Reader): Insertable[] => [
  reader.nameOf(vote.person),
  vote.choice,
  capacityWords(vote.capacity, reader),
  vote.comment === undefined ? 'without words' : `“${oneLine(vote.comment, 2_000)}”`,
  reader.time(vote.receivedAt),
  `${vote.via}, assurance ${vote.assurance ?? 'not told'} (asked for: ${vote.assuranceAsked})${vote.meaning === undefined ? '' : `, meaning ${vote.meaning}`}`,
  vote.refusal === undefined ? vote.outcome : `${vote.outcome}: ${vote.refusal}`,
  html`<code>${vote.decision}</code>`,
];

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

const conditionRows = (
  vote: Vote,
  { request, reader }: { request: Request; reader: Reader },
): Insertable[][] =>
  vote.conditions.map((one) => [
    reader.nameOf(vote.person),
    `“${oneLine(one.title, 500)}”`,
    reader.nameOf(one.owner),
    one.before,
    reader.time(one.due),
    one.task ? taskWords(one.task, reader) : noTaskWords(request),
  ]);

const taskWords = (task: NonNullable<Vote['conditions'][number]['task']>, reader: Reader): SafeHtml =>
  html`${task.id}: ${task.state}${task.reason === undefined ? '' : ` (${oneLine(task.reason, 500)})`}, ${reader.time(task.at)} by ${reader.nameOf(task.by)}`;

const noTaskWords = ({ state }: Request): string =>
  state === 'open' ? 'none yet: it becomes one with the approval' : 'none: the vote did not come to decide';

const subjectPart = ({ stage, subject }: Request): SafeHtml =>
  html`<h3>What was decided on for ${stage}</h3>
    <p>
      Digest <code>${subject.digest}</code>,
      ${subject.recomputed ? 'which the parts below give.' : 'which the parts below do not give: commits or rules of that time are not in the record.'}
    </p>
    <pre role="region" aria-label="Subject for ${stage}" tabindex="0">${JSON.stringify(subject.parts, null, 1)}</pre>`;
