import { describe, expect, test } from '@jest/globals';
import type { HoldView, PostponementView, ReleaseView, StageView } from '../../../domain/release/release.ts';
import type { NoticeKind } from '../../contract.ts';
import type { Letter } from '../letter.ts';
import { sampleOccasion } from '../previews/sample.ts';
import { messages } from './index.ts';

const at = '2026-11-26T09:30:00.000Z';

function letterOf(
  kind: NoticeKind,
  { release = {}, stage = {} }: { release?: Partial<ReleaseView>; stage?: Partial<StageView> },
): Letter {
  const occasion = sampleOccasion(kind, 'https://gantry.example');
  const changed: StageView = { ...occasion.stage!, ...stage };
  return messages[kind]({
    ...occasion,
    release: { ...occasion.release, stages: [changed], ...release },
    stage: changed,
  });
}
const nowOf = (letter: Letter): string | undefined =>
  letter.sections
    .flatMap((section) => (section.kind === 'facts' ? section.rows : []))
    .find(({ label }) => label === 'Now')?.value;

describe('a rollback', () => {
  const [rollout] = sampleOccasion('rolledBack', 'https://gantry.example').stage!.rollout;
  const steps = [
    { weight: 20, state: 'done' as const },
    { weight: 100, state: 'pending' as const },
  ];
  const whole = steps.map((step) => ({ ...step, state: 'done' as const }));

  test('that comes before all traffic went there speaks of nothing announced', () => {
    const { opening } = letterOf('rolledBack', { stage: { rollout: [{ ...rollout!, steps }] } });
    expect(opening.join(' ')).toContain('never announced as released');
    expect(opening.join(' ')).not.toContain('is gone again');
    const one = { ...rollout!, steps: whole };
    const half = letterOf('rolledBack', { stage: { rollout: [one, { ...rollout!, steps }] } });
    expect(half.opening.join(' ')).not.toContain('is gone again');
  });

  test('names the environment that went back: those before it keep the new version', () => {
    const half = letterOf('rolledBack', { stage: { rollout: [{ ...rollout!, steps }] } });
    expect(half.opening[1]).toContain('What it brought to production is taken back');
    const gone = letterOf('rolledBack', { stage: { finishedAt: at, rollout: [{ ...rollout!, steps }] } });
    expect(gone.opening[1]).toContain('is gone again from production.');
  });

  test.each<[string, Partial<StageView>]>([
    ['all of its steps were done', { rollout: [{ ...rollout!, steps: whole }] }],
    ['it was exposed to all', { exposedAt: at, rollout: [{ ...rollout!, steps }] }],
    ['the stage had finished', { finishedAt: at, rollout: [{ ...rollout!, steps }] }],
  ])('after %s says that it is gone again', (_, stage) => {
    expect(letterOf('rolledBack', { stage }).opening[1]).toContain('is gone again');
  });
});

test('a release that a later one took back is told to be gone where that happened, although it ended well itself', () => {
  const occasion = sampleOccasion('rolledBack', 'https://gantry.example');
  const [environment] = occasion.release.stages.map((stage) => stage.environment);
  const letter = messages.rolledBack({
    ...occasion,
    notice: { ...occasion.notice, environment: environment!, facts: { runsAgain: 'shop 1.3.0' } },
    release: { ...occasion.release, headline: 'shop 1.4.0 is released.' },
  });
  expect(nowOf(letter)).toBe('rolled back; shop 1.3.0 runs again');
  const rows = letter.sections.flatMap((section) => (section.kind === 'facts' ? section.rows : []));
  expect(rows.find(({ label }) => label === environment)?.value).toBe('shop 1.3.0 runs again');
});

describe('a held release', () => {
  const hold = (kind: HoldView['kind']): HoldView => ({ by: 'ana', reason: 'odd orders', at, kind });
  const pending = [{ ...sampleOccasion('held', 'https://gantry.example').stage!.rollout[0]!, steps: [] }];

  test.each<[string, HoldView[], Partial<StageView>, string]>([
    [
      'by a person',
      [hold('person')],
      {},
      'It goes no further by itself. Resume it, roll it back or abort it.',
    ],
    [
      'before anything was deployed',
      [hold('approvalExpired')],
      { rollout: pending },
      'It goes no further by itself. Resume it or abort it.',
    ],
    [
      'by a quarantine',
      [hold('person'), hold('quarantine')],
      {},
      'It goes no further, and nobody can resume it. Roll it back, abort it or let two people lift the quarantine.',
    ],
    [
      'by a freeze',
      [hold('freeze')],
      {},
      'It goes on by itself when the freeze ends. To change that: override the freeze, roll it back or abort it.',
    ],
    ['no more', [], {}, 'It goes no further by itself. Let it go on, roll it back or abort it.'],
  ])('%s names what is possible, and nothing else', (_, holds, stage, sentence) => {
    expect(letterOf('held', { release: { holds }, stage }).opening[1]).toBe(sentence);
  });
});

test('what waits for a person after a step is not called held, since it has no hold', () => {
  const { notice } = sampleOccasion('held', 'https://gantry.example');
  const subjectOf = (occasion: string): string =>
    messages.held({
      ...sampleOccasion('held', 'https://gantry.example'),
      notice: { ...notice, occasion },
    }).subject;
  expect(subjectOf('goOn/shop/production/0')).toMatch(/^\[Waits to go on\] /);
  expect(subjectOf('held/production/shop/step 1/7')).toMatch(/^\[Held\] /);
});

describe('a delay that was lifted', () => {
  const delay = (by: string, over: Partial<PostponementView> = {}): PostponementView => ({
    ...{ by, as: 'owner', at: '2026-11-26T09:00:00.000Z', until: '2026-11-26T17:00:00.000Z', reason: 'sale' },
    ...over,
  });
  const lifted = delay('ana', { lifted: { at, by: 'ana' } });
  const stale = 'shop 1.4.0 → production: Postponed by Ana Lopez until Thu 26 Nov 17:00 UTC: “sale”.';
  const verdict = { gate: 'postponed', kind: 'waiting' as const, because: 'Postponed.', since: at };
  const now = (postponements: PostponementView[], verdicts: StageView['verdicts'] = [verdict]) =>
    nowOf(letterOf('delayLifted', { release: { headline: stale, postponements }, stage: { verdicts } }));

  test('is not shown as one that rules', () => {
    expect(now([lifted])).toBe('postponed no more; its gates are asked again');
  });

  test('leaves the one that still runs, and shows that', () => {
    expect(now([delay('sam', { reason: 'audit' }), lifted])).toBe(
      'postponed by Sam Okoro until Thu 26 Nov 2026, 18:00 CET (17:00 UTC): audit',
    );
  });

  test('gives way to the headline once the gates were asked again', () => {
    expect(now([lifted], [])).toBe(stale);
  });
});

test('what was left on purpose is not told as an undo that is still to come', () => {
  const [rollout] = sampleOccasion('ended', 'https://gantry.example').stage!.rollout;
  const steps = [
    { weight: 20, state: 'holding' as const },
    { weight: 100, state: 'pending' as const },
  ];
  const compensation = { state: 'pending' as const, attempts: 0, because: 'a step may have taken effect' };
  const rowsOf = (release: Partial<ReleaseView>): string =>
    letterOf('ended', { release, stage: { rollout: [{ ...rollout!, steps, exposure: 20, compensation }] } })
      .sections.flatMap((section) => (section.kind === 'facts' ? section.rows : []))
      .map(({ value }) => value)
      .join('\n');
  const left = rowsOf({
    state: 'aborted',
    residue: 'left',
    ended: { at, because: 'support looks', by: 'ana' },
  });
  expect(left).toMatch(/takes 20 % of traffic.*; left as it is by Ana Lopez$/m);
  expect(left).not.toContain('undo');
  expect(rowsOf({ state: 'held', residue: 'none' })).not.toContain('a step may have taken effect');
});

test('what ended says why once', () => {
  const because = 'shop 1.5.0 takes its place';
  const occasion = sampleOccasion('ended', 'https://gantry.example');
  const { opening } = messages.ended({
    ...occasion,
    notice: { ...occasion.notice, sentence: `shop 1.4.0 ended as superseded: ${because}` },
    release: { ...occasion.release, state: 'superseded', ended: { at, because } },
  });
  expect(opening.join(' ').split(because)).toHaveLength(2);
});
