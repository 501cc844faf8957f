import { html, type SafeHtml } from '../../html.ts';
import { oneLine } from '../../plain-text.ts';
import type { DossierDocument } from '../../record/dossier/index.ts';
import type { Reader } from './reader.ts';
import { facts, table } from './table.ts';

export const releasePart = ({ release, people, ...sections }: DossierDocument, reader: Reader): SafeHtml =>
  html`${facts([
    [
      'Components',
      release.components.map(
        ({ service, version, digest, commit }) =>
          html`<span>${service} ${version} <code>${digest ?? commit}</code></span> `,
      ),
    ],
    ['Intent', release.intent],
    ['Asked for by', reader.nameOf(release.requestedBy.person ?? release.requestedBy.id)],
    ['Asked for', reader.time(release.createdAt)],
    ['Reason', release.reason],
    ['Urgent because', release.urgent],
    ['Owner', release.owner === undefined ? undefined : reader.nameOf(release.owner)],
    ['State', release.word],
    ['Ended', reader.time(release.ended?.at)],
    ['Because', release.ended && reader.words(release.ended.because, release.ended.at)],
    ['Ended by', release.ended?.by === undefined ? undefined : reader.nameOf(release.ended.by)],
    ['Reached', release.reached],
    ['Left behind', release.residue],
    ['Release', html`<code>${release.id}</code>, attempt ${release.attempt}`],
    ['Workflow', html`<code>${release.workflowId}</code>`],
  ])}
  ${table(
    'People named in this dossier',
    ['Id', 'Name', 'Team', 'Roles'],
    [
      ...people.map(({ id, name, team, roles }) => [id, name, team ?? '', roles.join(', ')]),
      ...authorsIn(sections)
        .filter(({ person }) => person === undefined)
        .map(({ name }) => ['not in gantry.yaml', oneLine(name), '', 'author of changes']),
    ],
  )}`;

/** A dossier from an older server tells no authors apart from the changes. */
const authorsIn = (sections: Pick<DossierDocument, 'changes'>): DossierDocument['changes']['authors'] =>
  'changes' in sections && 'authors' in sections.changes ? sections.changes.authors : [];

export const changesPart = ({ changes }: DossierDocument, reader: Reader): SafeHtml =>
  html`${changes.services.map(({ service, changes: list }) =>
    table(
      `Changes of ${service}`,
      ['Kind', 'What', 'Author', 'When', 'Commit'],
      list.map(({ kind, scope, title, author, at, commit, mark }) => [
        mark === undefined ? kind : `${kind}, ${mark}`,
        oneLine(scope === undefined ? title : `${scope}: ${title}`, 500),
        oneLine(author),
        reader.time(at),
        html`<code>${commit.slice(0, 12)}</code>`,
      ]),
    ),
  )}`;

export const checksPart = ({ checks }: DossierDocument, reader: Reader): SafeHtml =>
  html`${table(
    'How each check stood at the end',
    ['Check', 'Stage', 'Service', 'Outcome', 'Summary'],
    checks.standing.map(({ check, environment, service, outcome, required, summary }) => [
      check,
      environment,
      service,
      required ? outcome : `${outcome} (reported only)`,
      oneLine(summary, 500),
    ]),
  )}
  ${table(
    'Every run',
    ['Check', 'Round', 'Outcome', 'Counts and findings', 'Ran', 'Of', 'Output, SHA-256'],
    checks.results.map((run) => [
      `${run.check} in ${run.environment}`,
      run.round,
      run.outcome,
      [
        countsOf(run.counts, ['passed', 'failed', 'skipped']),
        countsOf(run.findings, ['error', 'warning', 'note']),
      ]
        .filter((text) => text !== '')
        .join('; '),
      html`${reader.time(run.startedAt)} to ${reader.time(run.endedAt)}`,
      html`<code>${run.subject}</code>`,
      html`<code>${run.outputSha256}</code>`,
    ]),
  )}`;

const countsOf = <Name extends string>(
  counts: Partial<Record<Name, number>> | undefined,
  names: readonly Name[],
): string => (counts ? names.map((name) => `${counts[name] ?? 0} ${name}`).join(', ') : '');
