import { expect, test } from '@jest/globals';
import type { AuditEntry } from '../entry.ts';
import type { ReleaseView, StageView } from '../../../domain/release/release.ts';
import { render, type SafeHtml } from '../../html.ts';
import { releasePart } from '../../dossier/parts/beginning.ts';
import { gatesPart } from '../../dossier/parts/gates.ts';
import { readerOf } from '../../dossier/parts/reader.ts';
import { authorsOf } from './changes.ts';
import { gatesSection } from './gates.ts';
import type { DossierDocument } from './index.ts';

const at = '2026-06-01T09:00:00.000Z';
const entry = (action: AuditEntry['action'], sentence: string, releaseSeq: number): AuditEntry => ({
  ...{ id: `e${releaseSeq}`, seq: releaseSeq, at, actor: { id: 'ana', kind: 'person' }, action },
  ...{ object: 'shop 1.4.0', sentence, releaseSeq, v: 1 },
});
const stage = (over: Partial<StageView>): StageView => ({
  ...{ environment: 'production', state: 'finished', checks: [], verdicts: [], rollout: [], soak: [] },
  ...over,
});
const reader = readerOf({ people: [{ id: 'ana', name: 'Ana Lopez', roles: [] }], zone: 'Europe/Berlin' });
const page = (part: (document: DossierDocument, by: typeof reader) => SafeHtml, sections: object): string =>
  render(part(sections as DossierDocument, reader)).replaceAll(/\s+/g, ' ');

test('a stage that started past its gates and did not finish well shows what they said last, and who passed them', () => {
  const said = { approvals: { kind: 'needsPeople', because: 'Needs 1 of qa.' } };
  const checks = { checks: { kind: 'allowed', because: 'e2e was let pass by Ana Lopez.' } };
  const breaks = [{ person: 'ana', at, reason: 'orders are lost', incident: 'INC-7' }];
  const section = gatesSection({
    view: {
      stages: [
        stage({
          environment: 'staging',
          verdicts: [{ gate: 'soak', kind: 'allowed', because: 'Done.', since: at }],
        }),
        stage({ state: 'ended', glass: { breaks, used: { at, gates: ['approvals'] } } }),
        stage({ environment: 'eu', state: 'pending' }),
      ],
    } as unknown as ReleaseView,
    entries: [
      { ...entry('door.passed', 'Workflow and log agree.', 1), object: 'staging' },
      { ...entry('gates.evaluated', 'It waits.', 2), object: 'production', facts: { broken: 'facts' } },
      { ...entry('gates.evaluated', 'All allow.', 3), object: 'production', facts: { ...said, ...checks } },
      { ...entry('door.passed', 'Workflow and log agree.', 4), object: 'production' },
    ],
  });
  expect(section.summary).toBe(
    'The gates let 1 of 3 stages start; production started past approvals by break-glass.',
  );
  expect(section.stages.map(({ verdicts }) => verdicts.map(({ gate }) => gate))).toEqual([
    ['soak'],
    ['approvals', 'checks'],
    [],
  ]);
  const text = page(gatesPart, { gates: section });
  expect(text).toContain('needs people, passed by Ana Lopez (ana)');
  expect(text).toContain('Needs 1 of qa. Passed: break-glass for INC-7: orders are lost');
  expect(text).toMatch(/checks<\/th> <td>met<\/td>/);
});

test('authors of changes are among the people named, also those whom gantry.yaml does not know', () => {
  const ana = { id: 'ana', name: 'Ana Lopez', email: 'ana@acme.test', aliases: ['analo'] };
  const authors = authorsOf(['analo', 'Zoe', 'Zoe'], [ana] as unknown as Parameters<typeof authorsOf>[1]);
  expect(authors).toEqual([{ name: 'analo', person: 'ana' }, { name: 'Zoe' }]);
  const release = { components: [], requestedBy: { id: 'ana', kind: 'person' }, id: 'rel_1' };
  const text = page(releasePart, { release, changes: { authors }, people: [{ ...ana, roles: ['qa'] }] });
  expect(text).toMatch(/not in gantry.yaml<\/th> <td>Zoe<\/td><td><\/td><td>author of changes/);
  expect(text).not.toContain('analo');
});

test('sentences of a dossier have their times in its zone, raw instants of older ones, too, and not the words of people', () => {
  expect(
    reader.words(
      'It expired (deadline 2026-11-27T17:59:57.275Z), “by 2026-11-27T18:00Z”, at Fri 27 Nov 16:00 UTC.',
      at,
    ),
  ).toBe(
    'It expired (deadline Fri 27 Nov 2026, 18:59 CET (17:59 UTC)), “by 2026-11-27T18:00Z”, at Fri 27 Nov 17:00 CET (16:00 UTC).',
  );
});
