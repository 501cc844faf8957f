import { expect, test } from '@jest/globals';
import { aFreeze, aWindow } from '../../test/support/a-calendar.ts';
import { judgeCalendar } from './judge.ts';
import type { JudgeFacts } from './look.ts';
import type { CalendarRule } from './model.ts';
import { nextClose, nextOpening, isOpenAt, openFacts, type Target } from './open.ts';

const minutes = (count: number) => count * 60_000;
const target: Target = {
  environment: 'production',
  environmentLabels: [],
  services: [{ service: 'shop', labels: [] }],
};
/** Need 98 min at the median, 106 at p90. */
const P = { medianMs: minutes(98), p90Ms: minutes(106), samples: 10 };
const quick = { medianMs: minutes(5), p90Ms: minutes(5), samples: 10 };
const night = aWindow({
  zone: 'Europe/Berlin',
  start: '2026-01-05T22:00',
  rrule: 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH',
  duration: 'PT6H',
});
const holidays = aFreeze(
  { zone: 'Europe/Berlin', from: '2026-12-18T18:00', to: '2027-01-04T08:00' },
  { id: 'holidays' },
);
const frozen = (from: string, to: string | undefined, id: string) =>
  aFreeze({ zone: 'UTC', from, ...(to === undefined ? {} : { to }) }, { id });

const facts = (rules: CalendarRule[], more: Partial<JudgeFacts> = {}): JudgeFacts => ({
  rules,
  target,
  actionClass: 'planned',
  overrides: [],
  need: quick,
  foreign: [],
  isInFlight: false,
  overriders: ['ops'],
  owner: 'ben',
  zone: 'Europe/Berlin',
  zoneData: '2025b',
  revision: 7,
  ...more,
});
const open = (rules: CalendarRule[], now: string) =>
  openFacts({ rules, target, actionClass: 'planned', overrides: [], from: Date.parse(now) });
const at = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString());

/** The row that heads: denied before people before waiting, else allowed; with its until. */
function head(answer: ReturnType<typeof judgeCalendar>): [string, string | undefined] {
  const order = ['denied', 'needsPeople', 'waiting'];
  const rows = answer.verdicts.filter(({ kind }) => kind !== 'allowed');
  const worst = rows.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind))[0];
  return worst ? [worst.kind, worst.kind === 'waiting' ? worst.until : undefined] : ['allowed', undefined];
}

test.each<[string, CalendarRule[], string, boolean, string | undefined, string | undefined]>([
  ['T41', [night], '2026-10-22T20:00:00Z', true, undefined, '2026-10-23T02:00:00.000Z'],
  ['T42 last second', [night], '2026-10-23T01:59:00Z', true, undefined, '2026-10-23T02:00:00.000Z'],
  ['T42 at the end', [night], '2026-10-23T02:00:00Z', false, '2026-10-26T21:00:00.000Z', undefined],
  ['T43', [night], '2026-10-23T20:00:00Z', false, '2026-10-26T21:00:00.000Z', undefined],
  ['T44', [night], '2026-10-26T02:00:00Z', false, '2026-10-26T21:00:00.000Z', undefined],
  [
    'T45 in the freeze',
    [night, frozen('2026-10-22T20:00', '2026-10-22T23:00', 'f')],
    '2026-10-22T20:00:00Z',
    false,
    '2026-10-22T23:00:00.000Z',
    undefined,
  ],
  [
    'T45 after it',
    [night, frozen('2026-10-22T20:00', '2026-10-22T23:00', 'f')],
    '2026-10-22T23:00:00Z',
    true,
    undefined,
    '2026-10-23T02:00:00.000Z',
  ],
  [
    'T47',
    [
      frozen('2026-10-22T17:00', '2026-10-22T20:00', 'a'),
      frozen('2026-10-22T20:00', '2026-10-22T22:00', 'b'),
    ],
    '2026-10-22T20:00:00Z',
    false,
    '2026-10-22T22:00:00.000Z',
    undefined,
  ],
  ['T48 no rule', [], '2026-10-22T20:00:00Z', true, undefined, undefined],
  [
    'T48 without end',
    [frozen('2026-10-22T17:00', undefined, 'a')],
    '2026-10-22T20:00:00Z',
    false,
    undefined,
    undefined,
  ],
])('%s', (_, rules, now, isOpen, opening, close) => {
  const look = open(rules, now);
  const ms = Date.parse(now);
  expect([
    isOpenAt(look, ms),
    isOpen ? undefined : at(nextOpening(look, ms)),
    isOpen ? at(nextClose(look, ms)) : undefined,
  ]).toEqual([isOpen, opening, close]);
});

test('T46: an override of the first freeze leaves the second in the way', () => {
  const rules = [
    frozen('2026-10-22T17:00', '2026-10-22T20:00', 'a'),
    frozen('2026-10-22T19:00', '2026-10-22T22:00', 'b'),
  ];
  const overrides = [
    {
      id: 'o',
      freezeId: 'a',
      revision: 1,
      releaseId: 'r',
      environment: 'production',
      by: 'ops',
      reason: 'agreed with support',
      expiresAt: '2026-10-23T00:00:00Z',
    },
  ];
  expect(head(judgeCalendar(facts(rules, { overrides }), '2026-10-22T19:30:00Z'))).toEqual([
    'waiting',
    '2026-10-22T22:00:00.000Z',
  ]);
});

test('T48: an endless freeze is waited for without a time, and nobody is asked', () => {
  expect(
    head(judgeCalendar(facts([frozen('2026-10-22T17:00', undefined, 'a')]), '2026-10-22T20:00:00Z')),
  ).toEqual(['waiting', undefined]);
});

test.each([
  ['T49 106 min left', 106, 'allowed'],
  ['T49 105 min left', 105, 'needsPeople'],
  ['T49 98 min left', 98, 'needsPeople'],
  ['T50 97 min left', 97, 'waiting'],
])('%s', (_, left, kind) => {
  const now = new Date(Date.parse('2026-10-23T02:00:00Z') - minutes(left)).toISOString();
  const answer = judgeCalendar(facts([night], { need: P }), now);
  expect(head(answer)[0]).toBe(kind);
  if (kind === 'waiting') expect(head(answer)[1]).toBe('2026-10-26T21:00:00.000Z');
});

test('T49: its owner may let it start although it may not fit, for this closing only', () => {
  const now = new Date(Date.parse('2026-10-23T02:00:00Z') - minutes(100)).toISOString();
  const asked = judgeCalendar(facts([night], { need: P }), now);
  expect(asked.doubtfulClose).toBe('2026-10-23T02:00:00.000Z');
  const proceed = { by: 'ana', reason: 'it is small', closesAt: asked.doubtfulClose ?? '' };
  const answer = judgeCalendar(facts([night], { need: P, proceed }), now);
  expect(head(answer)[0]).toBe('allowed');
  expect(answer.verdicts.find(({ gate }) => gate === 'fit')?.because).toBe(
    'ana lets it start although it may not fit: it is small',
  );
  const other = { ...proceed, closesAt: '2026-10-22T02:00:00.000Z' };
  expect(head(judgeCalendar(facts([night], { need: P, proceed: other }), now))[0]).toBe('needsPeople');
});

test('where nothing is denied and it is too late all the same, it says so before it expires', () => {
  const foreign = [
    {
      id: 'rsv_1',
      owner: 'person:ben',
      title: 'Load test',
      environment: 'production',
      services: [],
      start: '2026-12-01T09:00:00Z',
      end: '2026-12-01T18:00:00Z',
      overlap: false,
    },
  ];
  const schedule = { at: '2026-12-01T10:00:00Z' };
  const { verdicts } = judgeCalendar(facts([], { schedule, foreign }), '2026-11-30T10:00:00Z');
  expect(verdicts.map(({ gate, kind }) => [gate, kind])).toEqual([
    ['schedule', 'waiting'],
    ['reservation', 'waiting'],
  ]);
  expect(verdicts[0]?.because).toContain('Cannot start in time');
  const later = { at: '2026-12-01T10:00:00Z', startBy: '2026-12-01T18:00:01Z' };
  const [row] = judgeCalendar(facts([], { schedule: later, foreign }), '2026-11-30T10:00:00Z').verdicts;
  expect(row?.because).toContain('Is to start');
});

const until = { startBy: '2027-01-31T00:00:00Z' };
test.each<[string, Partial<JudgeFacts>, string, [string, string | undefined]]>([
  ['T51', { need: P, schedule: until }, '2026-12-18T16:59:00Z', ['waiting', '2027-01-04T07:00:00.000Z']],
  [
    'T52 a second before',
    { schedule: until },
    '2027-01-04T06:59:59Z',
    ['waiting', '2027-01-04T07:00:00.000Z'],
  ],
  ['T52 at its end', { schedule: until }, '2027-01-04T07:00:00Z', ['allowed', undefined]],
  ['T53 hotfix', { actionClass: 'hotfix' }, '2026-12-20T10:00:00Z', ['needsPeople', undefined]],
  ['T53 rollback', { actionClass: 'rollback' }, '2026-12-20T10:00:00Z', ['allowed', undefined]],
  ['T54', { schedule: { at: '2026-12-20T10:00:00Z' } }, '2026-12-01T10:00:00Z', ['denied', undefined]],
  ['T60 freeze', { actionClass: 'automaticRollback' }, '2026-12-20T10:00:00Z', ['allowed', undefined]],
])('%s', (_, more, now, answer) => {
  expect(head(judgeCalendar(facts([holidays], more), now))).toEqual(answer);
});

test('T54: the remedy names the time from which it may go', () => {
  const { verdicts } = judgeCalendar(
    facts([holidays], { schedule: { at: '2026-12-20T10:00:00Z' } }),
    '2026-12-01T10:00:00Z',
  );
  expect(verdicts.find(({ gate }) => gate === 'freeze')).toMatchObject({
    remedy: 'Reschedule it to Mon 4 Jan 2027 08:00 CET (07:00 UTC) or later, or let somebody override.',
  });
});

test('T55: a freeze that holds now does not block a later plan', () => {
  const { verdicts } = judgeCalendar(
    facts([holidays], { schedule: { at: '2027-01-05T10:00:00Z' } }),
    '2026-12-20T10:00:00Z',
  );
  expect(verdicts.map(({ gate, kind }) => [gate, kind])).toEqual([['schedule', 'waiting']]);
});

test.each([
  ['T57: an override of revision 3 is void for revision 4', 4, 'waiting'],
  ['an override of the same revision stands', 3, 'allowed'],
])('%s', (_, revision, kind) => {
  const overrides = [
    {
      id: 'o',
      freezeId: 'holidays',
      revision: 3,
      releaseId: 'r',
      environment: 'production',
      by: 'ops',
      reason: 'agreed with support',
      expiresAt: '2026-12-21T00:00:00Z',
    },
  ];
  const answer = judgeCalendar(facts([{ ...holidays, revision }], { overrides }), '2026-12-20T10:00:00Z');
  expect(head(answer)[0]).toBe(kind);
  expect(answer.despite).toEqual(kind === 'allowed' ? ['freeze "holidays" (overridden)'] : []);
});

test.each([
  ['T58: a second before startBy it may start', '2026-12-01T22:59:59Z', undefined],
  [
    'T58: at startBy it has expired',
    '2026-12-01T23:00:00Z',
    'it had to start before Wed 2 Dec 00:00 CET (23:00 UTC), and never starts late',
  ],
])('%s', (_, now, expired) => {
  expect(judgeCalendar(facts([], { schedule: { startBy: '2026-12-01T23:00:00Z' } }), now).expired).toBe(
    expired,
  );
});

test.each([
  ['T59: a freeze of 2 h holds a release in flight', '2026-12-01T12:00', '2026-12-01T14:00:00.000Z'],
  [
    'T59: one of 16 d does, too, for longer than it may be left',
    '2026-12-17T10:00',
    '2026-12-17T10:00:00.000Z',
  ],
])('%s', (_, to, end) => {
  const rules = [frozen('2026-12-01T10:00', to === '2026-12-01T12:00' ? '2026-12-01T14:00' : to, 'f')];
  const answer = judgeCalendar(facts(rules, { isInFlight: true }), '2026-12-01T12:00:00Z');
  expect(answer.inFlight).toMatchObject({ does: 'pauseAtStep', until: end, maxHoldMs: 4 * 3_600_000 });
});

test.each([
  ['between two steps', true],
  ['before its start', false],
])(
  '%s it is known when the override ends that lets it pass: the freeze stands again then',
  (_, isInFlight) => {
    const override = {
      id: 'o',
      freezeId: 'holidays',
      revision: 1,
      releaseId: 'r',
      environment: 'production',
      by: 'ops',
      reason: 'agreed with support',
      expiresAt: '2026-12-20T11:00:00.000Z',
    };
    const overrides = [override, { ...override, freezeId: 'another', expiresAt: '2026-12-20T10:30:00.000Z' }];
    const rules = [{ ...holidays, revision: 1 }];
    const at = (now: string) => judgeCalendar(facts(rules, { overrides, isInFlight }), now);
    expect(at('2026-12-20T10:00:00Z')).toMatchObject({ overridesEndAt: override.expiresAt });
    expect(at('2026-12-20T10:00:00Z').inFlight).toBeUndefined();
    expect(at(override.expiresAt).overridesEndAt).toBeUndefined();
    expect(head(at(override.expiresAt))[0]).toBe('waiting');
  },
);

test('T60: a stopped line asks people even about an automatic rollback', () => {
  const stopped = { ...frozen('2026-12-01T10:00', undefined, 'stop'), stopTheLine: true };
  expect(
    head(judgeCalendar(facts([stopped], { actionClass: 'automaticRollback' }), '2026-12-01T12:00:00Z'))[0],
  ).toBe('needsPeople');
});

test.each([
  ['C4: ends when the other begins', 120, 'allowed'],
  ['C4: ends a minute later', 121, 'waiting'],
])('%s', (_, need, kind) => {
  const foreign = [
    {
      id: 'x',
      owner: 'rel_2',
      title: 'payments 2.1.0',
      environment: 'production',
      services: [],
      start: '2026-12-01T12:00:00Z',
      end: '2026-12-01T13:00:00Z',
      overlap: false,
    },
  ];
  const span = { medianMs: minutes(need), p90Ms: minutes(need), samples: 5 };
  expect(head(judgeCalendar(facts([], { foreign, need: span }), '2026-12-01T10:00:00Z'))[0]).toBe(kind);
});

test('a rule that cannot be evaluated shuts its gate and says so', () => {
  const broken = { ...holidays, zone: 'Atlantis/Capital' };
  const { verdicts } = judgeCalendar(facts([broken]), '2026-12-01T10:00:00Z');
  expect(verdicts).toEqual([
    expect.objectContaining({
      gate: 'freeze',
      kind: 'waiting',
      because: expect.stringContaining('Cannot tell'),
    }),
  ]);
});

test('a rule about other places says nothing', () => {
  const elsewhere = { ...holidays, scope: { services: [], environments: ['staging'], labels: [] } };
  expect(judgeCalendar(facts([elsewhere]), '2026-12-20T10:00:00Z').verdicts).toEqual([]);
});

test.each<[string, CalendarRule[], string, [string, string | undefined], string]>([
  ['inside', [], '2026-12-01T10:00:00Z', ['allowed', undefined], 'Open without end (window "night").'],
  [
    'before it',
    [],
    '2026-10-01T10:00:00Z',
    ['waiting', '2026-11-01T00:00:00.000Z'],
    'production is closed until Sun 1 Nov 01:00 CET (00:00 UTC): outside window "night".',
  ],
  [
    'inside, in a freeze that ends',
    [frozen('2026-12-01T00:00', '2026-12-02T00:00', 'sale')],
    '2026-12-01T10:00:00Z',
    ['waiting', '2026-12-02T00:00:00.000Z'],
    'Open without end (window "night").',
  ],
  [
    'inside, in a freeze without end',
    [frozen('2026-12-01T00:00', undefined, 'stop')],
    '2026-12-01T10:00:00Z',
    ['waiting', undefined],
    'Open without end (window "night").',
  ],
])('a window without end is one: %s', (_, rules, now, expected, because) => {
  const endless = aWindow({ zone: 'UTC', from: '2026-11-01T00:00' });
  for (const need of [quick, P]) {
    const answer = judgeCalendar(facts([endless, ...rules], { need }), now);
    expect(answer.verdicts).toContainEqual(expect.objectContaining({ gate: 'window', because }));
    expect(head(answer)).toEqual(expected);
  }
});

test('windows that follow one another without a gap are not said to end where nobody has looked further', () => {
  const days = aWindow({ zone: 'UTC', start: '2026-01-01T00:00', rrule: 'FREQ=DAILY', duration: 'P1D' });
  expect(judgeCalendar(facts([days]), '2026-10-22T20:00:00Z').verdicts).toEqual([
    { gate: 'window', kind: 'allowed', because: 'Open, with no end within 400 days (window "night").' },
  ]);
});

test('what may change by itself names when to look again', () => {
  const answer = judgeCalendar(facts([night], { need: P }), '2026-10-22T20:00:00Z');
  expect([answer.nextLook, answer.closesAt]).toEqual([
    '2026-10-23T00:14:00.001Z',
    '2026-10-23T02:00:00.000Z',
  ]);
});

test('a hotfix outside of its window needs an override of it, and passes with one of this revision', () => {
  const now = '2026-10-23T20:00:00Z';
  const hotfix = { actionClass: 'hotfix' as const };
  const asked = judgeCalendar(facts([night], hotfix), now);
  expect(asked.verdicts.find(({ gate }) => gate === 'window')).toMatchObject({
    kind: 'needsPeople',
    because: expect.stringContaining(`Somebody must override window "${night.id}".`),
  });
  const override = {
    id: 'ovr_1',
    freezeId: night.id,
    revision: night.revision,
    releaseId: 'rel_1',
    environment: 'production',
    by: 'ops',
    reason: 'carts are lost',
    expiresAt: '2026-10-24T20:00:00Z',
  };
  const passed = judgeCalendar(facts([night], { ...hotfix, overrides: [override] }), now);
  expect(head(passed)).toEqual(['allowed', undefined]);
  expect(passed.despite).toEqual([`the closed window "${night.id}" (overridden)`]);
  const other = judgeCalendar(facts([night], { ...hotfix, overrides: [{ ...override, revision: 99 }] }), now);
  expect(head(other)[0]).toBe('needsPeople');
});

test('a freeze that cannot be evaluated holds what is half way, with a sentence that says what to do', () => {
  const broken = { ...holidays, zone: 'Atlantis/Capital' };
  const now = '2026-12-01T10:00:00Z';
  const { inFlight } = judgeCalendar(facts([broken], { isInFlight: true }), now);
  expect(inFlight).toMatchObject({ freezeId: 'holidays', does: 'pauseAtStep', isBroken: true });
  expect(inFlight?.until).toBeUndefined();
  expect(inFlight?.because).toMatch(/Cannot tell: freeze "holidays" .* Mend it or remove it\./);
  const abort = { ...frozen('2026-12-01T00:00', undefined, 'stop'), inFlight: 'abort' as const };
  expect(judgeCalendar(facts([broken, abort], { isInFlight: true }), now).inFlight).toMatchObject({
    freezeId: 'stop',
    does: 'abort',
  });
});

test('a freeze that cannot be evaluated keeps nobody from going back, and an override passes it', () => {
  const broken = { ...holidays, zone: 'Atlantis/Capital' };
  const now = '2026-12-01T10:00:00Z';
  const back = judgeCalendar(facts([broken], { actionClass: 'rollback', isInFlight: true }), now);
  expect([back.inFlight, back.despite]).toEqual([undefined, ['freeze "holidays"']]);
  const override = {
    id: 'ovr_1',
    freezeId: 'holidays',
    revision: broken.revision,
    releaseId: 'rel_1',
    environment: 'production',
    by: 'ops',
    reason: 'fixes lost carts',
    expiresAt: '2026-12-01T12:00:00Z',
  };
  const passed = judgeCalendar(facts([broken], { overrides: [override] }), now);
  expect(head(passed)).toEqual(['allowed', undefined]);
  expect(passed.despite).toEqual(['freeze "holidays" (overridden)']);
});

test('a freeze that somebody asked to pass beyond the budget says who has to act now', () => {
  const now = '2026-12-20T10:00:00Z';
  const asked = [{ id: 'ovr_1', freezeId: 'holidays', revision: holidays.revision, by: 'ana' }];
  const because = (row: JudgeFacts) =>
    judgeCalendar(row, now).verdicts.find(({ gate }) => gate === 'freeze')?.because;
  expect(because(facts([holidays], { asked }))).toContain(
    "ana's override waits for a second person: gantry override second ovr_1",
  );
  const [one] = asked;
  expect(
    because(facts([holidays], { asked: one ? [{ ...one, revision: one.revision + 1 }] : [] })),
  ).not.toContain('second person');
});
