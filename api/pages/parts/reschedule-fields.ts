import { localOf, resolveLocal } from '../../../domain/calendar/resolve-local.ts';
import type { Schedule } from '../../../domain/calendar/model.ts';
import type { ReleaseView } from '../../../domain/release/release.ts';
import { startPlanOf } from '../../../domain/release/start-plan.ts';
import { html, type SafeHtml } from '../../../platform/html.ts';
import { GantryError } from '../../../platform/errors.ts';

const ways = [
  ['at', 'At the time below'],
  ['nextSlot', 'In the next slot that fits'],
  ['asSoonAsItMay', 'As soon as it may'],
] as const;

/** What a start is chosen with: how, and two local times of the reader, filled in with what is planned now. */
export function rescheduleFields(view: ReleaseView, zone: string): SafeHtml {
  const start = startPlanOf(view);
  const chosen = view.schedule === undefined ? 'at' : (start?.how ?? 'at');
  const local = (instant: string | undefined): string =>
    instant === undefined ? '' : localOf(Date.parse(instant), zone).slice(0, 16);
  return html`<div class="field">
      <label class="above" for="how-start">Start</label
      ><select id="how-start" name="start">
        ${ways.map(([value, label]) =>
          value === chosen
            ? html`<option value="${value}" selected>${label}</option>`
            : html`<option value="${value}">${label}</option>`,
        )}
      </select>
    </div>
    <div class="field">
      <label class="above" for="at">Time <span class="quiet">(${zone})</span></label
      ><input type="datetime-local" id="at" name="at" value="${local(view.schedule?.at)}" />
    </div>
    <div class="field">
      <label class="above" for="startBy"
        >At the latest before <span class="quiet">(${zone}; left empty with a time: an hour after it)</span></label
      ><input type="datetime-local" id="startBy" name="startBy" value="${local(view.schedule?.startBy)}" />
    </div>`;
}

/** The schedule that was chosen with {@link rescheduleFields}. @throws REQUEST_INVALID with what to fill in */
export function chosenSchedule(field: (name: string) => string | undefined, zone: string): Schedule {
  const invalid = (detail: string): GantryError => new GantryError('REQUEST_INVALID', { detail });
  const instant = (name: string): string | undefined => {
    const typed = field(name);
    if (typed === undefined) return undefined;
    try {
      return new Date(resolveLocal(typed, zone).ms).toISOString();
    } catch {
      throw invalid('Choose a day and a time');
    }
  };
  const how = field('start');
  const startBy = instant('startBy');
  const late = startBy === undefined ? {} : { startBy };
  if (how === 'nextSlot') return { next: true, ...late };
  if (how === 'asSoonAsItMay') return late;
  if (how !== 'at') throw invalid('Choose how it is to start');
  const at = instant('at');
  if (at === undefined) throw invalid('Choose the day and the time at which it is to start');
  if (startBy !== undefined && startBy <= at) throw invalid('The latest start must be after the time');
  return { at, ...late };
}
