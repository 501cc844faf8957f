import { describe, expect, test } from '@jest/globals';
import { unreachable } from '../gates/approvals/quorum.ts';
import { somebodyIsAway, withoutAbsences } from './without-absences.ts';

const until = '2026-06-08T00:00:00.000Z';

describe('without absences', () => {
  test.each([
    [
      'Asked to approve shop 1.4.0 for production: Cem. Away: Ana B. Lopez (Cem stands in), Ben.',
      `Asked to approve shop 1.4.0 for production: Cem. ${somebodyIsAway}`,
    ],
    [
      'Back, and asked for shop 1.4.0 again: ana, ben.',
      'Somebody who was away is asked for shop 1.4.0 again.',
    ],
    [
      'Task 1 of shop 1.4.0, “notes”, is not done. Away: Ana.',
      `Task 1 of shop 1.4.0, “notes”, is not done. ${somebodyIsAway}`,
    ],
    ['shop goes to 25 %.', 'shop goes to 25 %.'],
  ])('%s', (sentence, expected) => {
    const told = withoutAbsences({ sentence });
    expect(told).toEqual({ sentence: expected });
    expect(withoutAbsences(told)).toEqual(told);
  });

  test('the sentence of a quorum that absences leave short names nobody who is away', () => {
    const short = unreachable({
      rules: [{ role: 'qa', atLeast: 1, not: [] }],
      candidates: [{ id: 'ana', name: 'Ana Lopez', roles: ['qa'] }],
      excluded: [],
      standIns: { away: [{ person: 'ana', from: until, until, throughout: true }], backups: [] },
    } as Parameters<typeof unreachable>[0]);
    expect(short).toContain('Ana Lopez');
    const told = JSON.stringify(
      withoutAbsences({ headline: `Nobody can complete the approval: ${short}`, because: short }),
    );
    expect(told).not.toMatch(/Ana|2026/);
    expect(told).toContain('qa needs 1 person');
  });

  test('facts keep which rules may be filled by whom, and lose who is away', () => {
    const told = withoutAbsences({
      standIns: { away: [{ person: 'ana', until }], backups: [0] },
      facts: { insteadOf: ['ana'], asked: ['cem'] },
      capacity: { own: [], insteadOf: [{ person: 'ana', until, rules: ['qa'] }], backupOf: [] },
    });
    expect(told).toEqual({
      standIns: { away: [], backups: [0] },
      facts: { insteadOf: [], asked: ['cem'] },
      capacity: { own: [], insteadOf: [{ rules: ['qa'] }], backupOf: [] },
    });
  });

  test('nothing at all stays nothing', () => {
    expect(withoutAbsences(undefined)).toBeUndefined();
  });
});
