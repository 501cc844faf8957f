import { afterAll, beforeAll, expect, test } from '@jest/globals';
import request from 'supertest';
import { apiUnderTest, type ApiUnderTest } from '../../../test/support/api-app.ts';
import { startPostgres, type TestServer } from '../../../test/support/postgres.ts';

let server: TestServer;
let api: ApiUnderTest;
let viewer: string;

beforeAll(async () => {
  server = await startPostgres();
  api = await apiUnderTest(await server.database(), server.dir);
  viewer = await api.bearer('viewer');
});
afterAll(async () => {
  api.draining.abort();
  await server.stop();
});

const ask = (what: 'evaluate' | 'preview', body: object) =>
  request(api.app).post(`/v1/calendar/${what}`).set('Authorization', viewer).send(body);

const night = {
  id: 'night',
  zone: 'Europe/Berlin',
  start: '2026-01-05T22:00',
  rrule: 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH',
  duration: 'PT6H',
};

test('rules from outside are evaluated at any instant, also one with an offset', async () => {
  const { body } = await ask('evaluate', {
    windows: [night],
    now: '2026-10-23T22:00:00+02:00',
    count: 2,
  }).expect(200);
  expect(body).toMatchObject({
    open: false,
    passage: 'wait',
    because: 'Closed: window night is not open. It opens Mon 26 Oct 21:00 UTC.',
    nextOpening: '2026-10-26T21:00:00.000Z',
    nextClose: '2026-10-27T03:00:00.000Z',
  });
  expect(body.zoneData).toMatch(/^\d{4}[a-z]$/);
  expect(body.occurrences.map((one: { start: string; kind: string }) => [one.kind, one.start])).toEqual([
    ['window', '2026-10-26T21:00:00.000Z'],
    ['window', '2026-10-27T21:00:00.000Z'],
  ]);
});

test('so many recurrences that answering would keep everybody waiting are refused before any is worked out', async () => {
  const daily = Array.from({ length: 39 }, (_, index) => ({
    ...night,
    id: `night-${index}`,
    rrule: 'FREQ=DAILY',
  }));
  const question = { windows: daily, now: '2026-10-23T22:00:00Z' };
  const { body } = await ask('evaluate', question).expect(400);
  expect(body).toMatchObject({ code: 'REQUEST_INVALID' });
  expect(JSON.stringify(body)).toContain('count as 14274 starts a year together');
  await ask('evaluate', { ...question, windows: daily.slice(1) }).expect(200);
});

test('the zone of the question is that of rules that name none', async () => {
  const there = { windows: [{ ...night, zone: undefined }], zone: 'Asia/Tokyo', now: '2026-10-26T12:59:00Z' };
  const { body } = await ask('evaluate', there).expect(200);
  expect(body.nextOpening).toBe('2026-10-26T13:00:00.000Z');
});

test.each([
  [
    'a rule that has no length',
    { windows: [{ ...night, duration: undefined }] },
    '/windows/0/duration',
    /^Write /,
  ],
  [
    'one of an unknown zone',
    { freezes: [{ id: 'x', zone: 'CET', from: '2026-11-26T00:00' }] },
    '/freezes/0/zone',
    /IANA/,
  ],
  ['one name twice', { windows: [night, night] }, '/windows/1/id', /another name/],
  ['an instant without zone', { now: '2026-10-23T20:00:00' }, '/now', /./],
  ['an instant far from all zones', { now: '9999-12-31T23:59:59Z' }, '/now', /./],
])('%s is refused with its place and what to write', async (_, wrong, pointer, remedy) => {
  const { body } = await ask('evaluate', { now: '2026-10-23T20:00:00Z', ...wrong }).expect(400);
  expect(body).toMatchObject({ code: 'REQUEST_INVALID' });
  expect(body.errors[0].pointer).toBe(pointer);
  expect(body.errors[0].remedy).toMatch(remedy);
});

test('a preview lists ten times of a rule that is saved nowhere, with the marks of clock changes', async () => {
  const window = { zone: 'Europe/Berlin', start: '2026-01-05T02:30', rrule: 'FREQ=DAILY', duration: '1h' };
  const { body } = await ask('preview', { window, from: '2026-03-27T12:00:00Z' }).expect(200);
  expect(body.when).toBe('every day at 02:30 for 1 h (Europe/Berlin)');
  expect(body.occurrences).toHaveLength(10);
  expect(body.occurrences[1]).toMatchObject({ localStart: '2026-03-29T02:30:00', marks: ['shifted'] });
});

test('a preview of a rule about something that is not there names what there is', async () => {
  const freeze = { id: 'x', from: '2026-11-26T00:00', scope: { environments: ['prodction'] } };
  const { body } = await ask('preview', { freeze }).expect(422);
  expect(body).toMatchObject({ code: 'CALENDAR_RULE_INVALID' });
  expect(body.errors).toEqual([
    {
      pointer: '/scope/environments/0',
      code: 'NAME_UNKNOWN',
      detail: 'There is no environment "prodction".',
      remedy: 'Did you mean `production`?',
    },
  ]);
});

test('a preview of nothing is refused', async () => {
  await ask('preview', {}).expect(400);
});
