import { describe, expect, test } from '@jest/globals';
import type { CompensationView, ReleaseView, RolloutView } from '../../../domain/release/release.ts';
import type { Letter } from '../letter.ts';
import { letterText } from '../letter-text.ts';
import { sampleOccasion } from '../previews/sample.ts';
import { messages } from './index.ts';

const rollout = (service: string, state: CompensationView['state'], attempts: number): RolloutView => ({
  ...{ service, version: '1.1.0', previousVersion: '1.0.0', mode: 'deploy', metrics: [] },
  steps: [{ weight: 100, state: 'done' }],
  exposure: 100,
  compensation: { state, attempts, because: state === 'failed' ? 'no route to host' : 'a dependant failed' },
});

function mailOf(sentence: string, all: RolloutView[], over: Partial<ReleaseView> = {}): Letter {
  const occasion = sampleOccasion('needsPerson', 'https://gantry.example');
  const stage = { ...occasion.stage!, rollout: all };
  const release: ReleaseView = { ...occasion.release, state: 'stuck', stages: [stage], ...over };
  return messages.needsPerson({ ...occasion, notice: { ...occasion.notice, sentence }, release, stage });
}

describe('a mail about an undo that failed, with one that waits for it', () => {
  const all = [rollout('db', 'needsPeople', 0), rollout('api', 'failed', 3)];

  test('begins with the sentence of the release, and says what can be done', () => {
    const sentence = 'shop needs a person: the undo of api 1.1.0 in production failed.';
    const { opening, preheader } = mailOf(sentence, all);
    expect([opening[0], preheader]).toEqual([sentence, sentence]);
    expect(opening[1]).toContain('Mend the cause and retry, or say that you have done it by hand');
  });

  test('says of each what became of its undo, and of no share what nobody knows', () => {
    const text = letterText(mailOf('shop needs a person.', all)).replaceAll(/\s+/g, ' ');
    for (const words of [
      'production: db: 1.1.0 takes 100 % of traffic (before: 1.0.0); its undo was not tried: what depends on it goes back first, and that of api failed',
      'production: api: nobody knows: it was at 100 % on 1.1.0 (before: 1.0.0); its undo was tried 3 times and failed: no route to host',
      'What has not gone back: - db in production: its undo was not tried: what depends on it goes back first, and that of api failed - api in production: its undo was tried 3 times and failed: no route to host',
    ])
      expect(text).toContain(words);
    expect(text).not.toContain('api: 1.1.0 takes');
  });
});

describe('a mail about a release that is held', () => {
  const shut = 'shop 1.0.0 cannot run after an irreversible migration: roll forward.';
  const shipped = (of: Partial<CompensationView> = {}): RolloutView => {
    const one = rollout('shop', 'pending', 0);
    return { ...one, compensation: { ...one.compensation!, ...of } };
  };
  const hold = { by: 'gantry', reason: 'it failed', kind: 'analysis' as const, at: '2026-06-01T09:00:00Z' };
  const doubt = { service: 'shop', place: 'step 1', phase: 'inconclusive' as const, who: [] };

  test.each<[string, RolloutView, ReleaseView['holds'][number], string]>([
    ['tells no way out of an undo that nobody has begun', shipped(), hold, 'Nothing more happens by itself.'],
    [
      'in doubt tells what can be answered',
      shipped(),
      { ...hold, doubt },
      'Nothing more happens by itself. Extend its analysis, continue with a reason, or roll it back.',
    ],
    [
      'in doubt past a migration does not tell to roll it back',
      shipped({ shut }),
      { ...hold, doubt },
      'Nothing more happens by itself. Extend its analysis, continue with a reason, or abort it and leave what is there.',
    ],
  ])('%s', (_, one, held, told) => {
    const { opening } = mailOf('shop is held.', [one], { state: 'held', holds: [held] });
    expect(opening[1]).toBe(told);
  });
});
