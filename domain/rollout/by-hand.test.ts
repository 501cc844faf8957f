import { describe, expect, test } from '@jest/globals';
import { CommandDeployerSchema } from '../policy/deployer.schema.ts';
import { canProbe, judgeByHand } from './by-hand.ts';
import type { Reading, Recorded } from './drift.ts';

const runs = (of: { version?: string; digest?: string }): Reading => ({
  kind: 'runs',
  because: 'its probe says so',
  ...of,
});
const silent: Reading = { kind: 'unknown', because: 'its probe does not answer' };
const nothing: Reading = { kind: 'nothing', because: 'its probe answers with 404' };
const goal = { version: '1.3.0', digest: 'sha256:aaa' };

describe('a person says that an undo was done by hand', () => {
  const rows: [name: string, should: Recorded, reading: Reading, kind: string, words: string][] = [
    [
      'B5: the right digest',
      goal,
      runs({ version: '1.3.0', digest: 'sha256:aaa' }),
      'confirmed',
      'on 1.3.0 again',
    ],
    [
      'B5: the wrong digest of the right version',
      goal,
      runs({ version: '1.3.0', digest: 'sha256:bbb' }),
      'contradicted',
      '1.3.0 with digest sha256:bbb runs there instead of sha256:aaa',
    ],
    [
      'the wrong version',
      { version: '1.3.0' },
      runs({ version: '1.4.0' }),
      'contradicted',
      'but 1.4.0 runs there',
    ],
    ['nothing where 1.3.0 should run', goal, nothing, 'contradicted', 'but nothing of it runs there'],
    ['nothing, after a first deployment', {}, nothing, 'confirmed', 'shop is gone again'],
    [
      'something, after a first deployment',
      {},
      runs({ version: '1.4.0' }),
      'contradicted',
      'but 1.4.0 runs there',
    ],
    ['no answer', goal, silent, 'doubted', 'its probe does not answer'],
    [
      'a digest where only the version is known',
      { version: '1.3.0' },
      runs({ digest: 'b' }),
      'doubted',
      'not known',
    ],
  ];
  test.each(rows)('%s', (_name, should, reading, kind, words) => {
    const finding = judgeByHand('shop', should, reading, new Set());
    expect(finding.kind).toBe(kind);
    expect(finding.because).toContain(words);
  });

  test('is believed the second time where nobody can tell, but never against what runs', () => {
    const doubts = new Set(['shop']);
    expect(judgeByHand('shop', goal, silent, doubts).kind).toBe('believed');
    expect(judgeByHand('shop on eu-1', goal, silent, doubts).kind).toBe('doubted');
    expect(judgeByHand('shop', goal, runs({ version: '1.4.0', digest: 'sha256:bbb' }), doubts).kind).toBe(
      'contradicted',
    );
  });

  test('can be looked at only where the deployer says how', () => {
    const settings = { kind: 'command', apply: ['a'], undo: ['u'] };
    expect(canProbe(CommandDeployerSchema.parse(settings))).toBe(false);
    expect(canProbe(CommandDeployerSchema.parse({ ...settings, probe: ['look'] }))).toBe(true);
  });
});
