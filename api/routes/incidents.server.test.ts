import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import supertest from 'supertest';
import type { Incident } from '../../domain/incidents/incident.ts';
import { recordBatch, timeline } from '../../platform/record/releases.ts';
import { confirmedIncidents } from '../../platform/record/incidents/read.ts';
import { noticesOf } from '../../platform/record/notices.ts';
import { apiUnderTest, type ApiUnderTest } from '../../test/support/api-app.ts';
import { startPostgres, type TestServer } from '../../test/support/postgres.ts';
import { aRelease, batchOf } from '../../test/support/record-builders.ts';
import { currentPolicy } from '../../platform/record/policies.ts';
import { insertRelease } from '../../platform/record/releases.ts';
import { buildApp } from '../server.ts';

const now = Date.now();
const ago = (minutes: number): string => new Date(now - minutes * 60_000).toISOString();
const alertToken = 'a-token-for-alertmanager-alone';

let server: TestServer;
let api: ApiUnderTest;
let operator: string;
let number = 0;
const releases: Record<'old' | 'new', string> = { old: '', new: '' };

/** A release of shop that runs in production since then. */
async function released(version: string, at: string): Promise<string> {
  const { db } = api.deps.store;
  const policyDigest = (await currentPolicy(db))?.digest ?? '';
  const release = aRelease('shop', version, { policyDigest, requestedBy: { id: 'ben', kind: 'person' } });
  const event = {
    ...{ key: 'created', at, actor: release.order.requestedBy, action: 'release.created' as const },
    ...{ object: 'shop', sentence: 'Asked for.' },
  };
  await insertRelease(db, { ...release, event });
  const change = {
    id: `${release.order.releaseId}+production+shop`,
    ...{ environment: 'production', service: 'shop', version, mode: 'deploy' as const, at, exposure: 100 },
  };
  await recordBatch(
    db,
    batchOf(release, 1, {}, [
      { ...change, status: 'running' },
      { ...change, status: 'succeeded' },
    ]),
  );
  return release.order.releaseId;
}

beforeAll(async () => {
  server = await startPostgres();
  api = await apiUnderTest(await server.database(), server.dir);
  api.deps.config.alertmanagerToken = alertToken;
  operator = await api.bearer('operator');
  releases.old = await released('1.3.0', ago(600));
  releases.new = await released('1.4.0', ago(60));
}, 60_000);
afterAll(async () => {
  api.draining.abort();
  await server.stop();
});
beforeEach(async () => {
  await api.deps.store.pool.query('delete from incidents');
});

const post = (path: string, body: object, token = operator) =>
  supertest(api.app)
    .post(path)
    .set({ Authorization: token, 'Idempotency-Key': `i${(number += 1)}` })
    .send(body);
const open = async (over: object = {}): Promise<Incident> =>
  (await post('/v1/incidents', { service: 'shop', title: 'carts are empty', ...over }).expect(201))
    .body as Incident;
const actionsOf = async (release: string): Promise<string[]> =>
  (await timeline(api.deps.store.db, release, { limit: 200 })).map(({ action }) => action);

describe('an incident', () => {
  test('is laid at the door of what took traffic when it began, and its people are asked', async () => {
    const incident = await open({ startedAt: ago(30), severity: 'sev1' });
    expect(incident).toMatchObject({
      ...{ environment: 'production', state: 'open', source: 'person', openedBy: 'otto', severity: 'sev1' },
      attribution: { state: 'suggested', releaseId: releases.new, version: '1.4.0' },
    });
    expect(await actionsOf(releases.new)).toContain('incident.opened');
    expect(await noticesOf(api.deps.store.db, releases.new)).toContainEqual(
      expect.objectContaining({ kind: 'incidentOpened', person: 'ben' }),
    );
  });

  test('counts once a person has confirmed it, and not before', async () => {
    const incident = await open({ startedAt: ago(30) });
    const counted = () =>
      confirmedIncidents(api.deps.store.db, { service: 'shop', now: new Date().toISOString() });
    expect(await counted()).toEqual([]);
    const { body } = await post(`/v1/incidents/${incident.id}/attribution`, {
      reason: 'the bisection',
    }).expect(200);
    expect(body.attribution).toMatchObject({ state: 'confirmed', by: 'otto', because: 'the bisection' });
    expect(await counted()).toMatchObject([{ id: incident.id }]);
    await post(`/v1/incidents/${incident.id}/attribution`, { nobody: true, reason: 'the network' }).expect(
      200,
    );
    expect(await counted()).toEqual([]);
    expect((await actionsOf(releases.new)).filter((action) => action === 'incident.attributed')).toHaveLength(
      2,
    );
  });

  test('wakes open releases of the version once it is confirmed, and again when it is over; a suggestion does not', async () => {
    const { pool } = api.deps.store;
    await pool.query('delete from wakes');
    const wakes = async () =>
      (await pool.query('select release_id, cause, about from wakes order by id')).rows as {
        release_id: string;
        cause: string;
        about: { isOver: boolean };
      }[];
    const incident = await open({ startedAt: ago(30), severity: 'sev1' });
    expect(await wakes()).toEqual([]);
    await post(`/v1/incidents/${incident.id}/attribution`, {}).expect(200);
    await post(`/v1/incidents/${incident.id}/close`, { outcome: 'it was mended' }).expect(200);
    expect((await wakes()).map(({ about, ...row }) => ({ ...row, isOver: about.isOver }))).toEqual([
      {
        release_id: releases.new,
        cause: 'shop 1.4.0 caused an incident in production of severity 1: carts are empty.',
        isOver: false,
      },
      {
        release_id: releases.new,
        cause: 'shop 1.4.0 is no longer said to have regressed: the incident was closed, it was mended.',
        isOver: true,
      },
    ]);
  });

  test('that began earlier than was thought is looked for anew, unless a person has said whose it is', async () => {
    const incident = await open({ startedAt: ago(30) });
    const patch = (startedAt: string) =>
      supertest(api.app)
        .patch(`/v1/incidents/${incident.id}`)
        .set({ Authorization: operator })
        .send({ startedAt })
        .expect(200);
    expect((await patch(ago(90))).body.attribution).toMatchObject({ releaseId: releases.old });
    await post(`/v1/incidents/${incident.id}/attribution`, { release: releases.old }).expect(200);
    expect((await patch(ago(30))).body.attribution).toMatchObject({
      state: 'confirmed',
      releaseId: releases.old,
    });
  });

  test.each([
    ['a release that came after it', () => releases.new],
    ['no release at all where none is suggested', () => undefined],
  ])('cannot be laid at the door of %s', async (_, release) => {
    const incident = await open({ startedAt: release() === undefined ? ago(6_000) : ago(120) });
    const body = release() === undefined ? {} : { release: release() };
    const answer = await post(`/v1/incidents/${incident.id}/attribution`, body).expect(422);
    expect(answer.body.code).toBe('INCIDENT_ATTRIBUTION_REFUSED');
  });

  test('is closed with what ended it, once', async () => {
    const incident = await open();
    const close = (outcome: string) => post(`/v1/incidents/${incident.id}/close`, { outcome }).expect(200);
    await close('shop 1.3.0 runs again');
    expect((await close('something else')).body).toMatchObject({
      ...{ state: 'closed', closedBy: 'otto', outcome: 'shop 1.3.0 runs again' },
    });
    const { body } = await supertest(api.app)
      .get('/v1/incidents?state=open')
      .set({ Authorization: operator })
      .expect(200);
    expect(body.items).toEqual([]);
  });

  test.each([
    ['of a service that nobody knows', { service: 'printer' }, 'SERVICE_UNKNOWN'],
    ['that is still to come', { startedAt: ago(-60) }, 'REQUEST_INVALID'],
  ])('%s is refused', async (_, over, code) => {
    const answer = await post('/v1/incidents', { service: 'shop', title: 'x', ...over });
    expect([answer.status >= 400, answer.body.code]).toEqual([true, code]);
  });
});

describe('alerts', () => {
  const alert = {
    status: 'firing',
    labels: { alertname: 'HighErrors', service: 'shop', severity: 'critical' },
    annotations: { summary: '7 % of carts fail' },
    startsAt: ago(20),
    endsAt: '0001-01-01T00:00:00Z',
    fingerprint: 'b3f1a2',
  };
  const send = (alerts: object[], token: string | undefined = alertToken) => {
    const sent = supertest(api.app).post('/hooks/alertmanager');
    return (token === '' ? sent : sent.set('Authorization', `Bearer ${token}`)).send({
      ...{ version: '4', groupKey: '{}', status: 'firing', receiver: 'gantry', alerts },
    });
  };

  test('become incidents, once for each beginning, and close them when they are resolved', async () => {
    const first = await send([alert]).expect(200);
    const again = await send([alert]).expect(200);
    const [opened, known] = [first.body.items[0], again.body.items[0]];
    expect([opened.outcome, known]).toEqual(['opened', { ...opened, outcome: 'known' }]);
    const resolved = await send([{ ...alert, status: 'resolved', endsAt: ago(5) }]).expect(200);
    expect(resolved.body.items[0]).toEqual({ ...opened, outcome: 'closed' });
    const later = await send([{ ...alert, startsAt: ago(2) }]).expect(200);
    expect(later.body.items[0]).toMatchObject({ outcome: 'opened' });
    const { body } = await supertest(api.app).get('/v1/incidents').set({ Authorization: operator });
    expect(body.items).toMatchObject([
      { state: 'open', source: 'alertmanager', openedBy: 'alertmanager' },
      { state: 'closed', severity: 'sev1', title: '7 % of carts fail', closedAt: ago(5) },
    ]);
  });

  test('that say of nothing of ours are ignored, and the sender reads why', async () => {
    const { body } = await send([{ ...alert, labels: { alertname: 'Disk' } }, alert]).expect(200);
    expect(body.items).toMatchObject([
      { outcome: 'ignored', because: 'it has no label gantry_service or service' },
      { outcome: 'opened' },
    ]);
  });

  test.each([
    ['another token', 'another-token-of-some-length', 401],
    ['no token', '', 401],
  ])('with %s are refused', async (_, token, status) => {
    await send([alert], token).expect(status);
    const { rows } = await api.deps.store.pool.query('select id from incidents');
    expect(rows).toEqual([]);
  });

  test('have no address where no token is configured', async () => {
    const config = { ...api.deps.config };
    delete config.alertmanagerToken;
    await supertest(buildApp({ ...api.deps, config }))
      .post('/hooks/alertmanager')
      .set('Authorization', `Bearer ${alertToken}`)
      .send({ version: '4', alerts: [] })
      .expect(404);
  });
});
