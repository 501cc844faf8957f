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

function mailOf(sentence: string, all: RolloutView[]): Letter {
  const occasion = sampleOccasion('needsPerson', 'https://gantry.example');
  const stage = { ...occasion.stage!, rollout: all };
  const release: ReleaseView = { ...occasion.release, state: 'stuck', stages: [stage] };
  return messages.needsPerson({ ...occasion, notice: { ...occasion.notice, sentence }, release, stage });
}

describe('a mail about an undo that failed, with one that waits for it', () => {
  const all = [rollout('db', 'needsPeople', 0), rollout('api', 'failed', 3)];
  const named = 'the undo of db 1.1.0 in production, api 1.1.0 in production failed';

  test.each([
    [
      `shop needs a person: ${named}.`,
      'shop needs a person: the undo of api 1.1.0 in production failed; that of db 1.1.0 was not tried and waits for it.',
    ],
    [
      `shop has needed a person for 2h: ${named}, and nobody has acted.`,
      'shop has needed a person for 2h: the undo of api 1.1.0 in production failed; that of db 1.1.0 was not tried and waits for it, and nobody has acted.',
    ],
    [
      'shop needs a person: ana says that the undo of api in production was done by hand. It failed.',
      undefined,
    ],
  ])('begins with the one that was tried: %s', (sentence, told) => {
    const { opening, preheader } = mailOf(sentence, all);
    expect([opening[0], preheader]).toEqual([told ?? sentence, told ?? sentence]);
  });

  test('says of each what became of its undo, and of no share what nobody knows', () => {
    const text = letterText(mailOf(`shop needs a person: ${named}.`, all)).replaceAll(/\s+/g, ' ');
    for (const words of [
      'production: db: 1.1.0 takes 100 % of traffic (before: 1.0.0); its undo was not tried: what depends on it goes back first, and that of api failed',
      'production: api: nobody knows: it was at 100 % on 1.1.0 (before: 1.0.0); its undo was tried 3 times and failed: no route to host',
      'What has not gone back: - db in production: its undo was not tried: what depends on it goes back first, and that of api failed - api in production: its undo was tried 3 times and failed: no route to host',
    ])
      expect(text).toContain(words);
    expect(text).not.toContain('api: 1.1.0 takes');
  });
});
