import { expect, test } from '@jest/globals';
import type { AuditEntry } from '../entry.ts';
import type { ReleaseView, StageView } from '../../../domain/release/release.ts';
import type { RiskSnapshot } from '../../../domain/risk/snapshot.ts';
import { render } from '../../html.ts';
import { breakGlassPart, riskPart, waiversPart } from '../../dossier/parts/judgement.ts';
import {
  amendmentsPart,
  analysisPart,
  postponementsPart,
  rollbackPart,
  tasksPart,
} from '../../dossier/parts/course.ts';
import { readerOf } from '../../dossier/parts/reader.ts';
import { aStage } from '../../../test/support/release-world.ts';
import { amendmentsSection } from './amendments.ts';
import { analysisSection } from './analysis.ts';
import { breakGlassSection } from './break-glass.ts';
import type { DossierDocument } from './index.ts';
import { postponementsSection } from './postponements.ts';
import { riskSection } from './risk.ts';
import { rollbackSection } from './rollback.ts';
import type { DossierSource } from './source.ts';
import { tasksSection } from './tasks.ts';
import { waiversSection } from './waivers.ts';

const at = '2026-06-01T09:00:00.000Z';
const until = '2026-06-02T09:00:00.000Z';
const entry = (action: AuditEntry['action'], sentence: string, releaseSeq: number): AuditEntry => ({
  ...{ id: `e${releaseSeq}`, seq: releaseSeq, at, actor: { id: 'ana', kind: 'person' }, action },
  ...{ object: 'shop 1.4.0', sentence, releaseSeq, v: 1 },
});
const risk: RiskSnapshot = {
  ...{ at, points: 26, measured: 20, band: 'moderate', blockers: [], duties: ['comment'], rules: [] },
  factors: [
    {
      ...{ factor: 'migration', points: 18, cap: 18, state: 'measured' },
      ...{ sentence: 'One migration, irreversible.', evidence: ['db/drop/7.sql'] },
    },
    { factor: 'size', points: 8, cap: 12, state: 'unknown', sentence: 'Unknown: no source.', evidence: [] },
  ],
};
const stage = (over: Partial<StageView>): StageView => ({
  ...{ environment: 'production', state: 'finished', checks: [], verdicts: [], rollout: [], soak: [] },
  ...over,
});
const nothing = (over: Partial<ReleaseView> = {}): DossierSource =>
  ({
    view: { id: 'rel_1', stages: [], ...over } as unknown as ReleaseView,
    ...{ requests: [], differences: [], waivers: [], reviews: [], rehearsals: [], lines: [], entries: [] },
  }) as unknown as DossierSource;
const reader = readerOf({ people: [{ id: 'ana', name: 'Ana Lopez', roles: [] }], zone: 'Europe/Berlin' });

/** A part of the page, made of one section alone. */
const page = (
  part: (document: DossierDocument, by: typeof reader) => ReturnType<typeof riskPart>,
  sections: object,
): string => render(part(sections as DossierDocument, reader)).replaceAll(/\s+/g, ' ');

test('of a release in which nothing of it happened, each section says so in one sentence', () => {
  const source = nothing();
  const sections = [
    riskSection(source),
    waiversSection(source),
    tasksSection(source),
    postponementsSection(source),
    breakGlassSection(source),
    amendmentsSection(source),
    analysisSection(source),
    rollbackSection(source),
  ];
  expect(sections.map(({ summary }) => summary)).toEqual([
    'Risk was no gate of its stages.',
    'No failed check was let pass.',
    'Nothing was to be done before a stage.',
    'Nobody postponed it.',
    'Nobody broke the glass.',
    'Nothing was amended, and it took nobody’s place.',
    'No metric was analysed.',
    'Nothing was rolled back; it was not rehearsed.',
  ]);
});

test('risk is shown as people saw it when they decided, apart from what was found later', () => {
  const later = { ...risk, points: 33 };
  const section = riskSection({
    ...nothing({ stages: [stage({ risk: later })] }),
    requests: [
      {
        ...{ id: 'req_1', stage: 'production', state: 'approved' },
        plan: aStage({ risk: { rule: {} as never, snapshot: risk } }),
      },
    ] as unknown as DossierSource['requests'],
  });
  expect(section.summary).toBe('Found last: production 33 points, moderate. It stood beside 1 request.');
  expect(section.decided).toMatchObject([{ request: 'req_1', points: 26 }]);
  const text = page(riskPart, { risk: section });
  expect(text).toContain('26 points, moderate');
  expect(text).toContain('db/drop/7.sql');
  expect(text).toContain('Whoever approves says why in a comment.');
  expect(text).toMatch(/Nobody could tell<\/dt> <dd>size/);
});

test('waivers are shown with who gave them, for which build, in which words', () => {
  const section = waiversSection({
    ...nothing(),
    policy: { policy: { people: [{ id: 'ana', name: 'Ana Lopez' }] } } as DossierSource['policy'],
    waivers: [
      {
        ...{ id: 'w', check: 'e2e', service: 'shop', environment: 'production', build: 'sha256:a' },
        ...{ by: 'ana', team: 'web', reason: 'scanner <down>', at, expiresAt: until },
        revoked: { by: 'ben', at, reason: 'the scanner is <up>' },
      },
    ],
  });
  expect(section.summary).toBe('1 waiver: e2e of shop by Ana Lopez, taken back by ben.');
  const text = page(waiversPart, { waivers: section });
  expect(text).toContain('Ana Lopez (ana), of the budget of web');
  expect(text).toContain('scanner &lt;down&gt;');
  expect(text).toContain('by ben: “the scanner is &lt;up&gt;”');
  expect(text).toContain('sha256:a');
});

test('tasks are shown with how they went, and those that are left are counted', () => {
  const task = {
    id: 't1',
    title: 'runbook',
    owner: 'web',
    before: 'production',
    askedBy: 'ana',
    at,
    by: 'ana',
  };
  const section = tasksSection({
    ...nothing({
      tasks: [
        { ...task, state: 'done' },
        { ...task, id: 't2', state: 'open', carriedFrom: 'rel_0' },
      ],
    }),
    entries: [entry('task.opened', 'Ana asks of web: runbook.', 3), entry('hold.set', 'It is held.', 4)],
  });
  expect(section.summary).toBe('2 tasks, 1 not settled.');
  expect(section.log).toMatchObject([{ entry: 3 }]);
  expect(page(tasksPart, { tasks: section })).toContain('taken over from <code>rel_0</code>');
});

test('delays are shown with the authority behind them and who lifted them', () => {
  const delay = { by: 'ana', as: 'approver' as const, at, until, reason: 'campaign' };
  const section = postponementsSection(
    nothing({ postponements: [delay, { ...delay, as: 'owner', lifted: { at: until, by: 'ana' } }] }),
  );
  expect(section.summary).toBe('2 postponements, 1 lifted before the end.');
  const text = page(postponementsPart, { postponements: section });
  expect(text).toContain('“campaign”');
  expect(text).toContain('<td>its owner</td>');
});

test('broken glass is shown with what it passed, and with what the review found, or that it is owed', () => {
  const glass = {
    breaks: [{ person: 'ana', at, reason: 'orders are lost', incident: 'INC-7' }],
    used: { at, gates: ['approvals', 'freeze'] },
  };
  const review = { environment: 'production', dueAt: until } as DossierSource['reviews'][number];
  const section = (reviews: DossierSource['reviews']) =>
    breakGlassSection({ ...nothing({ stages: [stage({ glass })] }), reviews });
  expect(section([review]).summary).toBe(
    'The glass was broken 1 time, and 1 stage started by it; 1 review still owed.',
  );
  const done = section([{ ...review, done: { at, by: 'ana', finding: 'it was right' } }]);
  expect(done.summary).toContain('every review is done');
  const text = page(breakGlassPart, { breakGlass: done });
  for (const words of ['INC-7', 'approvals, freeze', '“it was right”']) expect(text).toContain(words);
});

test('an amendment is shown with the difference that people saw', () => {
  const section = amendmentsSection({
    ...nothing({ supersedes: [{ id: 'rel_0', title: 'shop 1.3.9' }] }),
    entries: [entry('release.amended', 'Ana put it under the policy in force.', 7)],
    differences: [
      {
        ...{ request: 'req_2', stage: 'production', previous: 'req_1' },
        parts: [{ part: 'Approvals', before: '1 of qa', after: '2 of qa' }],
      },
    ],
  });
  expect(section.summary).toBe(
    '1 amendment; in the place of shop 1.3.9; 1 request with a difference to what was asked before.',
  );
  const text = page(amendmentsPart, { amendments: section });
  expect(text).toMatch(/Approvals<\/th> <td>1 of qa<\/td><td>2 of qa/);
});

test('analysis tells what was concluded of every metric, also where it failed', () => {
  const metric = {
    id: 'errors',
    phase: 'failed' as const,
    because: '0.5 > 0.02',
    measurements: 3,
    dryRun: false,
  };
  const section = analysisSection(
    nothing({
      stages: [
        stage({
          rollout: [
            { service: 'shop', version: '1.4.0', mode: 'deploy', steps: [], exposure: 0, metrics: [metric] },
          ],
          soak: [{ ...metric, phase: 'passed' }],
        }),
      ],
    }),
  );
  expect(section.summary).toBe('2 metrics analysed, 1 failed.');
  expect(page(analysisPart, { analysis: section })).toContain('shop in production, rollout');
});

test('the way back is shown as it was decided on, tried and gone', () => {
  const section = rollbackSection({
    ...nothing({
      stages: [
        stage({
          rollout: [
            {
              ...{ service: 'shop', version: '1.4.0', mode: 'deploy', steps: [], exposure: 0, metrics: [] },
              compensation: { state: 'compensated', attempts: 1, because: 'errors failed', at },
            },
          ],
        }),
      ],
    }),
    requests: [
      {
        ...{ id: 'req_1', stage: 'production' },
        plan: aStage({
          components: [
            { service: 'shop', version: '1.4.0', mode: 'deploy', previousVersion: '1.3.0', dependsOn: [] },
          ],
        }),
      },
    ] as unknown as DossierSource['requests'],
    rehearsals: [
      {
        id: 'r',
        environment: 'staging',
        service: 'shop',
        version: '1.4.0',
        isPassed: true,
        because: 'ok',
        at,
      },
    ],
  });
  expect(section.summary).toBe('1 component to take back: shop in production compensated; 1 rehearsal.');
  expect(section.planned).toMatchObject([{ to: '1.3.0', service: 'shop' }]);
  const text = page(rollbackPart, { rollback: section });
  for (const words of ['1.3.0', 'errors failed', 'passed']) expect(text).toContain(words);
});
