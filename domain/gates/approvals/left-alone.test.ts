import { describe, expect, test } from '@jest/globals';
import { aStage } from '../../../test/support/release-world.ts';
import type { ApprovalRule } from '../../policy/policy.schema.ts';
import { idleDelegate, leftAlone, remedyForAlone } from './left-alone.ts';
import type { Absence } from './stand-ins.ts';

const at = (day: number) => `2026-12-0${day}T08:00:00.000Z`;
const away = (person: string, over: Partial<Absence> = {}): Absence => ({
  ...{ person, from: at(2), until: at(5) },
  ...over,
});
const candidates = [
  { id: 'ana', name: 'Ana', roles: ['qa'] },
  { id: 'ben', name: 'Ben', roles: ['qa'] },
  { id: 'cem', name: 'Cem', roles: ['sre'] },
];
const rule = (over: Partial<ApprovalRule> = {}): ApprovalRule => ({
  ...{ role: 'qa', atLeast: 1, not: [] },
  ...over,
});
const stage = (...rules: ApprovalRule[]) => aStage({ rules, candidates });
const open = { openedAt: at(1), deadline: at(4) };

describe('an absence', () => {
  const alone =
    'qa needs 1 person, and nobody may vote; away: Ben (until 2026-12-05), Ana (until 2026-12-05).';
  test.each([
    ['leaves the rule to others', [], [rule()], open, undefined],
    ['leaves nobody, with the absences of others', [away('ben')], [rule()], open, alone],
    ['leaves the rule to its backup', [away('ben')], [rule({ backup: { role: 'sre' } })], open, undefined],
    ['begins as the request ends', [away('ben')], [rule()], { openedAt: at(1), deadline: at(2) }, undefined],
    ['ends as the request opens', [away('ben')], [rule()], { openedAt: at(5), deadline: at(7) }, undefined],
    ['meets a rule that was short before', [], [rule({ atLeast: 3 })], open, undefined],
  ] as const)('%s', (_, others, rules, span, expected) => {
    const answer = leftAlone(stage(...rules), { absence: away('ana'), others, ...span });
    expect(answer).toBe(expected);
  });

  test('leaves nobody in its own time, though people are back before the deadline', () => {
    const long = { openedAt: at(1), deadline: at(9) };
    expect(leftAlone(stage(rule({ atLeast: 2 })), { absence: away('ana'), others: [], ...long })).toContain(
      'qa needs 2 people, and only Ben may vote',
    );
  });

  test('is remedied by a decision before it where one is asked for, and by a backup of the rules concerned', () => {
    const given = stage(rule(), rule({ role: 'sre' }));
    const asked = remedyForAlone(given, { release: 'shop@1.4.0', person: 'ana', isAsked: true });
    expect(asked).toMatch(/^Decide before you go, or name people under `backup` of qa in gantry\.yaml/);
    expect(asked).toContain('`gantry release amend shop@1.4.0 --policy`');
    expect(remedyForAlone(given, { release: 'shop@1.4.0', person: 'ana', isAsked: false })).not.toContain(
      'Decide',
    );
  });
});

describe('a delegate', () => {
  const policy = (...approvals: ApprovalRule[]) =>
    ({ people: candidates, pipelines: { web: [{ approvals }] } }) as unknown as Parameters<
      typeof idleDelegate
    >[0];
  const absence = away('ana', { delegate: 'cem' });
  test.each([
    ['whom a rule knows', [rule({ backup: { people: ['cem'] } })], [], undefined],
    ['whom no rule knows', [rule()], [], 'No approval rule that asks Ana knows Cem as its backup'],
    ['who is away, too', [rule({ backup: { people: ['cem'] } })], [away('cem')], 'Cem is away, too'],
    [
      'who is back before',
      [rule({ backup: { people: ['cem'] } })],
      [away('cem', { from: at(1), until: at(2) })],
      undefined,
    ],
    ['of somebody whom no rule asks', [rule({ role: 'legal' })], [], undefined],
  ] as const)('%s', (_, rules, others, expected) => {
    const found = idleDelegate(policy(...rules), { absence, others })?.because;
    if (expected === undefined) expect(found).toBeUndefined();
    else expect(found).toContain(expected);
  });
});
