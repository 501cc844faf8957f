import { describe, expect, test } from '@jest/globals';
import { remindersAt, type RemindableTask, type RemindersAsked } from './task-reminders.ts';

const berlin = 'Europe/Berlin';
/** Opened on Mon 2026-10-19 09:00 in Berlin, due on Fri 09:00. */
const task: RemindableTask = {
  id: 't1',
  owners: ['ana'],
  openedAt: '2026-10-19T07:00:00Z',
  due: '2026-10-23T07:00:00Z',
};
const zones: Record<string, string> = { lee: 'America/New_York' };
const look = (
  now: string,
  over: Partial<RemindersAsked & { task: Partial<RemindableTask>; away: string[] }> = {},
) => {
  const { task: changed = {}, away = [], ...asked } = over;
  return remindersAt(
    { tasks: [{ ...task, ...changed }], answerable: ['sam'], after: task.openedAt, now, ...asked },
    { zoneOf: (person) => zones[person] ?? berlin, isAway: (person) => away.includes(person) },
  );
};

/** Everything that is said of a task until an instant, looked at whenever it was said that one is to look. */
function told(until: string, over: Parameters<typeof look>[1] = {}): string[] {
  const lines: string[] = [];
  let { after = task.openedAt } = over;
  let now = after;
  while (Date.parse(now) <= Date.parse(until)) {
    const { reminders, nextAt } = look(now, { ...over, after });
    for (const { step, at, to, as } of reminders)
      lines.push(`${at.slice(5, 16)} ${step} ${as === 'owner' ? '' : `${as} `}${to.join(' ')}`);
    after = now;
    if (nextAt === undefined) break;
    now = nextAt;
  }
  return lines;
}

describe('a task that is due', () => {
  test('is reminded of at a quarter of its time, when it is due, and every day of work after that; once others hear of it', () => {
    expect(told('2026-10-28T00:00:00Z')).toEqual([
      '10-22T07:00 ahead ana',
      '10-23T07:00 due ana',
      '10-26T08:00 daily ana', // the clock was set back, the morning is the same
      '10-26T08:00 daily answering sam',
      '10-27T08:00 daily ana',
    ]);
  });

  test.each<[string, Partial<RemindableTask>, string[]]>([
    [
      'at night it waits for the morning where an hour is left',
      { openedAt: '2026-10-19T07:00:00Z', due: '2026-10-21T13:00:00Z' },
      ['10-21T06:00 ahead ana', '10-21T13:00 due ana'],
    ],
    [
      'a weekend before it is due is the Friday evening',
      { openedAt: '2026-10-21T08:00:00Z', due: '2026-10-24T10:00:00Z' },
      ['10-23T15:30 ahead ana', '10-23T16:59 due ana'],
    ],
    [
      'one that is due in the quiet hours in which it was opened: the morning after',
      { openedAt: '2026-10-19T18:00:00Z', due: '2026-10-20T05:30:00Z' },
      ['10-20T06:00 due ana', '10-21T06:00 daily ana', '10-21T06:00 daily answering sam'],
    ],
    [
      'nobody hears twice within an hour: neither after the first mail nor before the next',
      { openedAt: '2026-10-19T07:00:00Z', due: '2026-10-19T10:00:00Z' },
      ['10-19T10:00 due ana', '10-20T10:00 daily ana', '10-20T10:00 daily answering sam'],
    ],
  ])('%s', (_, changed, expected) => {
    expect(
      told('2026-10-24T00:00:00Z', {
        task: changed,
        after: changed.openedAt ?? task.openedAt,
      }).filter((line) => expected.includes(line) || !line.includes('daily')),
    ).toEqual(expected);
  });

  test('each reader hears of it in their own day', () => {
    expect(told('2026-10-23T13:00:00Z', { task: { owners: ['ana', 'lee'] } })).toEqual([
      '10-22T07:00 ahead ana',
      '10-22T12:00 ahead lee',
      '10-22T22:59 due lee',
      '10-23T07:00 due ana',
    ]);
  });

  test('after a long standstill one mail says it', () => {
    expect(look('2026-10-23T10:00:00Z').reminders).toEqual([
      { task: 't1', step: 'due', at: '2026-10-23T07:00:00.000Z', to: ['ana'], as: 'owner' },
    ]);
  });

  test('what was said is not said again, and what is next is known', () => {
    expect(look('2026-10-22T07:00:00Z', { after: '2026-10-22T07:00:00Z' })).toEqual({
      reminders: [],
      nextAt: '2026-10-23T07:00:00.000Z',
    });
  });
});

describe('who is away', () => {
  const due = '2026-10-23T07:00:00Z';
  const at = '2026-10-23T07:00:00.000Z';
  const after = '2026-10-22T08:00:00Z';

  test.each<[string, string[], string[], { to: string[]; as: string }]>([
    ['of two owners one: the other is written to', ['ana', 'ben'], ['ana'], { to: ['ben'], as: 'owner' }],
    [
      'all owners: whoever may answer for them',
      ['ana', 'ben'],
      ['ana', 'ben'],
      { to: ['sam'], as: 'inPlace' },
    ],
    ['everybody: the owners all the same', ['ana'], ['ana', 'sam'], { to: ['ana'], as: 'owner' }],
  ])('%s', (_, owners, away, expected) => {
    expect(look(due, { after, task: { owners }, away }).reminders).toEqual([
      { task: 't1', step: 'due', at, ...expected },
    ]);
  });

  test('one who owns the task is not told once more as whoever answers for it', () => {
    expect(
      look('2026-10-26T08:00:00Z', { after: due, answerable: ['ana'] }).reminders.map(({ as, to }) => [
        as,
        to,
      ]),
    ).toEqual([['owner', ['ana']]]);
  });
});

describe('a task without a due time', () => {
  const undated = { ...task };
  delete undated.due;
  const ask = (now: string, over: Partial<RemindableTask>, after = task.openedAt) =>
    remindersAt(
      { tasks: [{ ...undated, ...over }], answerable: ['sam'], after, now },
      { zoneOf: () => berlin, isAway: () => false },
    );

  test('is not reminded of while no stage waits for it', () => {
    expect(ask('2026-12-24T07:00:00Z', {})).toEqual({ reminders: [] });
  });

  test('is reminded of once a stage waits for it, and then every day of work', () => {
    const waitsSince = '2026-10-23T20:00:00Z'; // Friday night
    expect(ask(waitsSince, { waitsSince })).toEqual({ reminders: [], nextAt: '2026-10-26T07:00:00.000Z' });
    expect(ask('2026-10-26T07:00:00Z', { waitsSince }, waitsSince).reminders).toEqual([
      { task: 't1', step: 'waits', at: '2026-10-26T07:00:00.000Z', to: ['ana'], as: 'owner' },
    ]);
    expect(ask('2026-10-27T07:00:00Z', { waitsSince }, '2026-10-26T07:00:00Z').reminders).toMatchObject([
      { step: 'daily', to: ['ana'], as: 'owner' },
      { step: 'daily', to: ['sam'], as: 'answering' },
    ]);
  });

  test.each<[string, Partial<RemindableTask>]>([
    ['whose mail came just before', { openedAt: '2026-10-20T07:00:00Z' }],
    ['that somebody was reminded of just before', { remindedAt: '2026-10-20T07:00:00Z' }],
  ])('waits for the next day where it is one %s', (_, over) => {
    const waitsSince = '2026-10-20T09:00:00Z';
    expect(ask(waitsSince, { waitsSince, ...over })).toEqual({
      reminders: [],
      nextAt: '2026-10-21T09:00:00.000Z',
    });
  });
});
