import { html, type Insertable, type SafeHtml } from '../../html.ts';
import { oneLine } from '../../plain-text.ts';
import type { DossierDocument } from '../../record/dossier/index.ts';
import type { AuditEntry } from '../../record/entry.ts';
import type { Reader } from './reader.ts';
import { facts, table } from './table.ts';

export const planPart = ({ plan }: DossierDocument, reader: Reader): SafeHtml =>
  html`${table(
    'Plans',
    ['When', 'What', 'Digests and commits'],
    plan.plans.map((one) => [
      reader.time(one.at),
      reader.words(one.sentence, one.at),
      html`<code>${one.facts === undefined ? '' : JSON.stringify(one.facts)}</code>`,
    ]),
  )}`;

/** The person; the token that the person used stands beside. */
const appliedBy = ({ appliedBy: by, appliedFor }: DossierDocument['policy'], reader: Reader): Insertable =>
  by === undefined || appliedFor === undefined
    ? by && reader.nameOf(by)
    : html`${reader.nameOf(appliedFor)}, by token <code>${by}</code>`;

export const policyPart = ({ policy }: DossierDocument, reader: Reader): SafeHtml =>
  html`${facts([
    ['Digest', html`<code>${policy.digest}</code>`],
    ['Applied by', appliedBy(policy, reader)],
    ['Applied', reader.time(policy.appliedAt)],
    ['Last edited by', policy.editedBy === undefined ? undefined : reader.nameOf(policy.editedBy)],
  ])}
  ${[
    ...policy.services.map(({ id, text }) => ({ title: `Service ${id}`, text })),
    ...policy.stages.map(({ environment, text }) => ({ title: `Stage ${environment}`, text })),
  ].map(
    ({ title, text }) =>
      html`<h3>${title}</h3>
        <pre role="region" aria-label="${title}" tabindex="0">${text}</pre>`,
  )}`;

export const logPart = ({ log }: DossierDocument, reader: Reader): SafeHtml =>
  html`${facts([
    ['Installation', html`<code>${log.installation}</code>`],
    ['Chain starts with', html`<code>${log.start}</code>`],
    ['Chain ends with', html`<code>${log.head.hash}</code>`],
    [
      'Head of the whole log',
      log.anchor && html`<code>${log.anchor.hash}</code> after its entry ${log.anchor.seq}`,
    ],
  ])}
  ${table(
    'Every entry of the log',
    ['Number', 'When', 'Who', 'What', 'Hash of the chain'],
    log.entries.map((line) => {
      if (line.body === undefined)
        return [
          `(${line.seq})`,
          '',
          '',
          'Left out: it tells who was away, which a token for some services is not told.',
          html`<code>${line.releaseHash}</code>`,
        ];
      const entry = JSON.parse(line.body) as AuditEntry;
      return [
        `${entry.releaseSeq ?? ''} (${line.seq})`,
        reader.time(entry.at),
        reader.nameOf(entry.actor.person ?? entry.actor.id),
        html`${oneLine(reader.words(entry.sentence, entry.at), 1_000)}${entry.reason === undefined ? undefined : html` <q>${oneLine(entry.reason, 2_000)}</q>`}`,
        html`<code>${line.releaseHash}</code>`,
      ];
    }),
  )}`;
