import type { Express } from 'express';
import { monthOf, monthSpan } from '../../domain/calendar/month.ts';
import { calendarEntries } from '../../platform/record/calendar/entries.ts';
import type { ApiDeps } from '../deps.ts';
import { calendarPage, zoneChoices, type ZoneChoice } from './calendar-page.ts';
import { pageHandler } from './page-call.ts';

/** `/calendar?month=2026-11&zone=mine&service=shop&environment=production`; what makes no sense is as good as left out. */
export function mountCalendar(app: Express, deps: ApiDeps): void {
  app.get(
    '/calendar',
    pageHandler(deps, 'calendar.read', async ({ caller, policy, zone: mine, now, nameOf, req, res }) => {
      const choice = zoneChoices.find((one) => one === req.query['zone']) ?? 'mine';
      const zones: Record<ZoneChoice, string> = {
        mine,
        organisation: policy?.organisation.zone ?? 'UTC',
        utc: 'UTC',
      };
      const zone = zones[choice];
      const today = new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' }).format(now);
      const asked = typeof req.query['month'] === 'string' ? req.query['month'] : '';
      const month = /^(?:19|20|21)\d{2}-(?:0[1-9]|1[0-2])$/.test(asked)
        ? asked
        : monthOf(now.toISOString(), zone);
      const services = (policy?.services ?? []).map(({ id }) => id);
      const environments = (policy?.environments ?? []).map(({ id }) => id);
      const service = services.find((one) => one === req.query['service']);
      const environment = environments.find((one) => one === req.query['environment']);
      const entries = await calendarEntries(deps.store.db, {
        ...monthSpan(month, zone),
        service,
        environment,
        now,
      });
      res.type('html').send(
        calendarPage({
          caller,
          inbox: deps.inbox,
          month,
          today,
          choice,
          asMonth: req.query['view'] === 'month',
          zone,
          service,
          environment,
          services,
          environments,
          entries,
          nameOf,
        }),
      );
    }),
  );
}
