import { localOf, resolveLocal } from '../../../domain/calendar/resolve-local.ts';
import type { Schedule } from '../../../domain/calendar/model.ts';
import type { ReleaseView } from '../../../domain/release/release.ts';
import { startPlanOf } from '../../../domain/release/start-plan.ts';
import { html, type SafeHtml } from '../../../platform/html.ts';
import { wrongField } from '../page-call.ts';
import { choiceField, timeField, type PageForm } from './form.ts';

const ways = [
  ['at', 'At the time below'],
  ['nextSlot', 'In the next slot that fits'],
  ['asSoonAsItMay', 'As soon as it may'],
] as const;

/** What a start is chosen with: how, and two local times of the reader, filled in with what is planned now. */
export function rescheduleFields(form: PageForm, view: ReleaseView, zone: string): SafeHtml {
  const start = startPlanOf(view);
  const chosen = view.schedule === undefined ? 'at' : (start?.how ?? 'at');
  const local = (instant: string | undefined): string =>
    instant === undefined ? '' : localOf(Date.parse(instant), zone).slice(0, 16);
  const time = (name: 'at' | 'startBy', label: string, hint: string): SafeHtml =>
    timeField(form, { name, label, hint, value: local(view.schedule?.[name]), optional: true });
  return html`${choiceField(form, { name: 'start', label: 'Start', options: ways, value: chosen })}
  ${time('at', 'Time', zone)}
  ${time('startBy', 'At the latest before', `${zone}; left empty with a time: an hour after it`)}`;
}

/** The schedule that was chosen with {@link rescheduleFields}. @throws REQUEST_INVALID with what to fill in */
export function chosenSchedule(field: (name: string) => string | undefined, zone: string): Schedule {
  const instant = (name: string): string | undefined => {
    const typed = field(name);
    if (typed === undefined) return undefined;
    try {
      return new Date(resolveLocal(typed, zone).ms).toISOString();
    } catch {
      throw wrongField(name, 'Choose a day and a time');
    }
  };
  const how = field('start');
  const startBy = instant('startBy');
  const late = startBy === undefined ? {} : { startBy };
  if (how === 'nextSlot') return { next: true, ...late };
  if (how === 'asSoonAsItMay') return late;
  if (how !== 'at') throw wrongField('start', 'Choose how it is to start');
  const at = instant('at');
  if (at === undefined) throw wrongField('at', 'Choose the day and the time at which it is to start');
  if (startBy !== undefined && startBy <= at)
    throw wrongField('startBy', 'The latest start must be after the time');
  return { at, ...late };
}
