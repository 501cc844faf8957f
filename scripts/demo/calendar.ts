import type { Client } from '../../cli/client.ts';

const day = 86_400_000;
const kindsToShow = ['freeze', 'reservation', 'train'] as const;

/** Puts into the coming week what a team would have there: a freeze in the zone of a warehouse, and a load test in production. */
export async function fillCalendar(client: Client, now: Date): Promise<void> {
  const local = (days: number, clock: string): string => `${dateIn(now, days)}T${clock}`;
  await client.post('/v1/freezes', {
    id: 'inventory',
    from: local(4, '20:00'),
    to: local(5, '06:00'),
    zone: 'America/New_York',
    scope: { environments: ['production'] },
    owner: 'cleo',
    reason: 'The warehouse counts its stock.',
    except: ['hotfix'],
  });
  await client.post('/v1/reservations', {
    environment: 'production',
    start: new Date(now.getTime() + 2 * day).toISOString(),
    end: new Date(now.getTime() + 2 * day + 2 * 3_600_000).toISOString(),
    title: 'Load test before the sale',
    reason: 'The sale begins soon, and nobody should ship into the test.',
  });
}

const dateIn = (now: Date, days: number): string =>
  new Date(now.getTime() + days * day).toISOString().slice(0, 10);

/** Kinds of things that the calendar of the coming fortnight shows, as its page and its feeds read them. */
export async function calendarKinds(client: Client, now: Date): Promise<string> {
  const to = new Date(now.getTime() + 14 * day);
  const path = `/v1/calendar?from=${encodeURIComponent(now.toISOString())}&to=${encodeURIComponent(to.toISOString())}`;
  const { items } = (await client.get(path)) as { items: { kind: string }[] };
  return kindsToShow.filter((kind) => items.some((item) => item.kind === kind)).join(', ');
}
