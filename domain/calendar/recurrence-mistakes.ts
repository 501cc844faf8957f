/** What is wrong with a recurrence, and what to write instead. */
export interface RecurrenceMistake {
  wrong: string;
  write: string;
}

const frequencies = ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'];
const weekday = '(?:MO|TU|WE|TH|FR|SA|SU)';

interface Part {
  test: (text: string) => boolean;
  write: string;
}

const numbers = (least: number, most: number, isSigned = false): Pick<Part, 'test'> => ({
  test: (text: string) =>
    text.split(',').every((one) => {
      if (!/^-?\d{1,3}$/.test(one)) return false;
      const size = Math.abs(Number(one));
      return size >= least && size <= most && (isSigned || !one.startsWith('-'));
    }),
});

const matching = (pattern: RegExp): Pick<Part, 'test'> => ({ test: (text) => pattern.test(text) });

/** Parts of a rule that are understood, with what each may be. */
const parts = new Map<string, Part>(
  Object.entries({
    FREQ: { test: (text) => frequencies.includes(text), write: 'FREQ=DAILY, WEEKLY, MONTHLY or YEARLY' },
    INTERVAL: { ...numbers(1, 999), write: 'INTERVAL=1 or more' },
    COUNT: { ...numbers(1, 999), write: 'COUNT=1 to 999' },
    BYMONTHDAY: { ...numbers(1, 31, true), write: 'BYMONTHDAY=1 to 31, or -1 for the last day' },
    BYMONTH: { ...numbers(1, 12), write: 'BYMONTH=1 to 12' },
    BYSETPOS: { ...numbers(1, 366, true), write: 'BYSETPOS=1 to 366, or -1 for the last' },
    WKST: { ...matching(new RegExp(`^${weekday}$`)), write: 'WKST=MO' },
    BYDAY: {
      ...matching(new RegExp(`^(?:[+-]?\\d{1,2})?${weekday}(?:,(?:[+-]?\\d{1,2})?${weekday})*$`)),
      write: 'BYDAY=MO,TU,WE,TH,FR,SA,SU',
    },
    UNTIL: {
      ...matching(/^\d{8}(?:T\d{6})?$/),
      write: 'UNTIL=20261231T235959, local time without offset',
    },
  }),
);

/** Everything wrong with a recurrence, at once. Only what is understood exactly is let in (semantics §1.1). */
export function recurrenceMistakes(rrule: string): RecurrenceMistake[] {
  const known = new Map<string, string>();
  const mistakes: RecurrenceMistake[] = [];
  for (const piece of rrule.replace(/^RRULE:/, '').split(';')) {
    // Cut at the first sign only: what stands behind a second one would be handed on unread.
    const [, name = '', value = ''] = /^([^=]*)=?([\s\S]*)$/.exec(piece) ?? [];
    const rule = parts.get(name);
    if (!rule) {
      mistakes.push({
        wrong: `does not know ${name || 'an empty part'}`,
        write: `one of ${[...parts.keys()].join(', ')}`,
      });
      continue;
    }
    if (known.has(name)) mistakes.push({ wrong: `has ${name} twice`, write: `${name} once` });
    if (!rule.test(value)) mistakes.push({ wrong: `has ${name}=${value}`, write: rule.write });
    known.set(name, value);
  }
  return mistakes.length > 0 ? mistakes : combinationMistakes(known);
}

interface Whole {
  frequency: string;
  has: (name: string) => boolean;
  values: (name: string) => string[];
}

const isShort = ({ frequency }: Whole): boolean => frequency === 'DAILY' || frequency === 'WEEKLY';
/** The 2 of `2TU`. */
const ordinals = ({ values }: Whole): number[] => values('BYDAY').join().match(/\d+/g)?.map(Number) ?? [];
const mostWeekdays = ({ frequency }: Whole): number => (frequency === 'MONTHLY' ? 5 : 52);

interface Combination {
  isWrong: (whole: Whole) => boolean;
  wrong: (whole: Whole) => string;
  write: string;
}

/** Parts that are each right alone and wrong together. */
const wrongCombinations: Combination[] = [
  {
    isWrong: ({ has }) => has('COUNT') && has('UNTIL'),
    wrong: () => 'has COUNT and UNTIL',
    write: 'one of the two',
  },
  {
    isWrong: (whole) => ordinals(whole).length > 0 && isShort(whole),
    wrong: ({ frequency }) => `numbers a weekday in FREQ=${frequency}`,
    write: 'BYDAY=MO, or FREQ=MONTHLY;BYDAY=1MO',
  },
  {
    isWrong: (whole) => ordinals(whole).some((one) => one === 0 || one > mostWeekdays(whole)),
    wrong: (whole) => `numbers a weekday outside 1 to ${mostWeekdays(whole)}`,
    write: 'BYDAY=1MO, or -1FR for the last',
  },
  ...['BYDAY', 'BYMONTHDAY', 'BYMONTH', 'BYSETPOS'].map((name) => ({
    isWrong: ({ values }: Whole) => new Set(values(name)).size < values(name).length,
    wrong: () => `names a value of ${name} twice`,
    write: 'each value once',
  })),
  // What is expanded and thrown away again costs everybody who looks at the calendar: the rest say nothing that a cheaper rule
  // does not say as well.
  {
    isWrong: ({ has, frequency }) =>
      has('BYSETPOS') && frequency !== 'MONTHLY' && !(frequency === 'YEARLY' && has('BYMONTH')),
    wrong: ({ frequency }) => `has BYSETPOS in FREQ=${frequency}`,
    write: 'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1, or FREQ=YEARLY with BYMONTH beside it',
  },
  {
    isWrong: (whole) => whole.has('BYDAY') && whole.has('BYMONTHDAY') && isShort(whole),
    wrong: ({ frequency }) => `has BYDAY and BYMONTHDAY in FREQ=${frequency}`,
    write: 'FREQ=MONTHLY;BYDAY=MO;BYMONTHDAY=1',
  },
  {
    isWrong: ({ has }) => has('BYSETPOS') && !['BYDAY', 'BYMONTHDAY', 'BYMONTH'].some(has),
    wrong: () => 'has BYSETPOS alone',
    write: 'BYDAY or BYMONTHDAY beside it',
  },
];

function combinationMistakes(known: ReadonlyMap<string, string>): RecurrenceMistake[] {
  const frequency = known.get('FREQ');
  if (frequency === undefined) return [{ wrong: 'has no FREQ', write: 'FREQ=WEEKLY;BYDAY=MO, for example' }];
  const whole: Whole = {
    frequency,
    has: (name) => known.has(name),
    values: (name) => known.get(name)?.split(',') ?? [],
  };
  return wrongCombinations
    .filter(({ isWrong }) => isWrong(whole))
    .map(({ wrong, write }) => ({ wrong: wrong(whole), write }));
}
