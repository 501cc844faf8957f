import { expect, test } from '@jest/globals';
import { aRelease } from '../../test/support/release-view.ts';
import type { GateRow, GateVerdict } from '../verdict.ts';
import { allAllowed } from '../verdict.ts';
import { inForce, isBroken, mayBreak, notOpened, passRows } from './break-glass.ts';

const now = '2026-11-26T12:00:00.000Z';
const rule = { roles: ['sre'], atLeast: 1, reviewWithinMs: 86_400_000 };
const candidates = [
  { id: 'sam', name: 'Sam', roles: ['sre'] },
  { id: 'kim', name: 'Kim', roles: ['sre', 'qa'] },
  { id: 'ana', name: 'Ana', roles: ['qa'] },
];
const broken = (person: string, at: string) => ({ person, at, reason: 'carts are lost', incident: 'INC-7' });

test('only somebody with a named role may break it, once while it holds, and only where policy names one', () => {
  const o = { rule, candidates, glass: undefined, now };
  expect(mayBreak('sam', o)).toEqual({ ok: true });
  expect(mayBreak('ana', o)).toMatchObject({ ok: false, kind: 'authority' });
  expect(mayBreak('zoe', o)).toMatchObject({ ok: false, kind: 'authority' });
  expect(mayBreak('sam', { ...o, rule: undefined })).toMatchObject({ ok: false, kind: 'rule' });
  const glass = { breaks: [broken('sam', '2026-11-26T08:00:00.001Z')] };
  expect(mayBreak('sam', { ...o, glass })).toMatchObject({ ok: false, kind: 'rule' });
  expect(mayBreak('sam', { ...o, glass, now: '2026-11-26T12:00:00.001Z' })).toEqual({ ok: true });
});

test('it holds for four hours, to the millisecond', () => {
  const glass = { breaks: [broken('sam', '2026-11-26T08:00:00.001Z')] };
  expect(inForce(glass, rule, now)).toEqual({
    by: 'sam',
    because: 'break-glass for INC-7: carts are lost',
    until: '2026-11-26T12:00:00.001Z',
  });
  expect(inForce(glass, rule, '2026-11-26T12:00:00.001Z')).toBeUndefined();
  expect(inForce(glass, undefined, now)).toBeUndefined();
});

test('where two people are needed, it holds while both their words do', () => {
  const two = { ...rule, atLeast: 2 };
  const glass = {
    breaks: [broken('sam', '2026-11-26T09:00:00.000Z'), broken('kim', '2026-11-26T11:00:00.000Z')],
  };
  expect(inForce({ breaks: glass.breaks.slice(0, 1) }, two, now)).toBeUndefined();
  expect(inForce(glass, two, now)).toMatchObject({ by: 'kim, sam', until: '2026-11-26T13:00:00.000Z' });
  expect(inForce(glass, two, '2026-11-26T13:00:00.000Z')).toBeUndefined();
});

const shut = (gate: string): GateRow => ({ gate, kind: 'waiting', because: 'shut' });
test.each([
  ['approvals', true],
  ['window', true],
  ['freeze', true],
  ['fit', true],
  ['soak', true],
  ['samples', true],
  ['checks', false],
  ['dependencies', false],
  ['tasks', false],
  ['postponed', false],
  ['reservation', false],
  ['quarantine', false],
  ['version', false],
  ['promotion', false],
  ['rollback plan', false],
  ['risk', false],
  ['hold', false],
  ['lock', false],
])('the gate %s is passed: %s; its verdict stays either way', (gate, isPassed) => {
  const passed = { by: 'sam', because: 'break-glass', until: now };
  const rows = passRows([shut(gate)], passed);
  expect(rows[0]).toMatchObject({ kind: 'waiting', because: 'shut' });
  expect(allAllowed(rows)).toBe(isPassed);
});

test('risk is passed where nothing but duties of its band keeps it shut', () => {
  const passed = { by: 'sam', because: 'break-glass', until: now };
  expect(allAllowed(passRows([shut('risk')], passed, true))).toBe(true);
  expect(allAllowed(passRows([shut('risk'), shut('quarantine')], passed, true))).toBe(false);
});

test('beside a gate that allows it has nothing to stand for', () => {
  const open: GateRow = { gate: 'window', kind: 'allowed', because: 'open' };
  expect(passRows([open], { by: 'sam', because: '', until: now })).toEqual([open]);
});

const said = (...rows: (GateRow & Pick<Partial<GateVerdict>, 'since'>)[]) => {
  const [stage] = aRelease().stages;
  const verdicts = rows.map((row) => ({ since: now, ...row }));
  return notOpened(aRelease({ stages: [{ ...stage!, verdicts }] }));
};
const red: GateRow = {
  ...{ gate: 'checks', kind: 'denied', because: 'unit of shop failed: 2 of 310 failed.' },
  remedy: 'Retry with `gantry release retry ID --check unit`.',
};

test('what keeps the stage shut all the same is said, with what would open it', () => {
  expect(said(red, shut('approvals'))).toBe(
    'Broken glass does not open checks. unit of shop failed: 2 of 310 failed. Retry with `gantry release retry ID --check unit`.',
  );
  expect(said(red, { ...shut('tasks'), because: 'the runbook is not written' })).toMatch(
    /^Broken glass does not open checks and tasks\. .* the runbook is not written\.$/,
  );
  expect(said({ ...red, gate: 'risk' })).toContain('does not open risk');
});

test('nothing is said of what it passes, nor of what comes by itself', () => {
  const passed = { by: 'sam', because: 'INC-7', until: now };
  const allowed = { gate: 'checks', kind: 'allowed', because: '2 of 2 checks passed.' } as const;
  const duty = { ...red, gate: 'risk', passed };
  expect(said(shut('approvals'), shut('freeze'), shut('lock'), shut('risk'), duty, allowed)).toBeUndefined();
});

test('it counts as broken from when enough people have until the first of their times is over', () => {
  const breaks = [broken('sam', '2026-11-26T08:00:00.001Z'), broken('dee', '2026-11-26T09:00:00.000Z')];
  const rule = { roles: ['sre'], atLeast: 2, reviewWithinMs: 1 };
  const { until = '' } = inForce({ breaks }, rule, '2026-11-26T09:00:00.000Z') ?? {};
  expect(until).toBe('2026-11-26T12:00:00.001Z');
  expect(isBroken({ breaks }, now)).toBe(false);
  expect(isBroken({ breaks, until }, '2026-11-26T12:00:00.000Z')).toBe(true);
  expect(isBroken({ breaks, until }, '2026-11-26T12:00:00.001Z')).toBe(false);
});
