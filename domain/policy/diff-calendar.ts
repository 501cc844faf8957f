import type { CalendarRule } from '../calendar/model.ts';
import { ruleChangeWords } from '../calendar/rule-change.ts';
import { recurrenceText, ruleTitle, scopeText, timesText } from '../calendar/rule-words.ts';
import type { TrainDefinition } from '../trains/model.ts';
import { counted, entryChanges, fieldChanges, isSame, valueTeller } from './changes.ts';
import { rulesOfPolicy, trainsOfPolicy } from './calendar-rules.ts';
import type { Policy } from './policy.schema.ts';

/** `2 windows`, `1 freeze`, `1 train`: what there is of each. */
export function describeCalendar(policy: Policy): string[] {
  const rules = rulesOfPolicy(policy);
  const count = (kind: CalendarRule['kind']): number => rules.filter((rule) => rule.kind === kind).length;
  const all: [number, string, string][] = [
    [count('window'), 'window', 'windows'],
    [count('freeze'), 'freeze', 'freezes'],
    [policy.trains?.length ?? 0, 'train', 'trains'],
  ];
  return all.filter(([number]) => number > 0).map(([number, one, many]) => counted(number, one, many));
}

/** What a new policy changes in windows, freezes and trains; a sentence in any case where they are written in another way. */
export function describeCalendarChange(before: Policy, after: Policy): string[] {
  const told = [...ruleChanges(rulesOfPolicy(before), rulesOfPolicy(after)), ...trainChanges(before, after)];
  if (told.length > 0 || isSame(written(before), written(after))) return told;
  return ['windows, freezes and trains are written in another way, and mean the same'];
}

/** All that is written of the calendar, by place; to be compared as JSON, since a stored policy has its fields in another order. */
const written = ({ windows, freezes, trains, environments, services }: Policy): unknown[] => [
  windows,
  freezes,
  trains,
  ...[...environments, ...services].map((owner) => [owner.id, owner.windows, owner.freezes]),
];

function ruleChanges(before: readonly CalendarRule[], after: readonly CalendarRule[]): string[] {
  const [old, now] = [byId(before), byId(after)];
  return [
    ...after.flatMap((rule) => {
      const was = old.get(rule.id);
      if (was?.kind !== rule.kind)
        return [`${ruleTitle(rule)} added for ${scopeText(rule.scope)}, ${timesText(rule)}`];
      return ruleChangeWords(was, rule).map((words) => `${ruleTitle(rule)} ${words}`);
    }),
    ...before
      .filter((rule) => now.get(rule.id)?.kind !== rule.kind)
      .map((rule) => `${ruleTitle(rule)} removed`),
  ];
}

const byId = (rules: readonly CalendarRule[]): ReadonlyMap<string, CalendarRule> =>
  new Map(rules.map((rule) => [rule.id, rule]));

const trainChanges = (before: Policy, after: Policy): string[] =>
  entryChanges(trainsOfPolicy(before), trainsOfPolicy(after), {
    within: '',
    what: 'train',
    plural: 'trains',
    nameOf: ({ id }) => id,
    about: ({ departure, to }) => `to ${to}, ${departureText(departure)}`,
    change: (subject, old, now) =>
      fieldChanges(subject, old, now, {
        departure: valueTeller('departure', (value) => departureText(value as TrainDefinition['departure'])),
        services: valueTeller('services', (value) =>
          passengersText(value as readonly TrainDefinition['services'][number][]),
        ),
        to: valueTeller('destination'),
      }),
  });

const departureText = ({ rrule, start, zone }: TrainDefinition['departure']): string =>
  `${recurrenceText(rrule)} at ${start.slice(11, 16)} (${zone})`;

const passengersText = (services: readonly TrainDefinition['services'][number][]): string =>
  services.map(({ service, required }) => (required ? `${service} (required)` : service)).join(', ');
