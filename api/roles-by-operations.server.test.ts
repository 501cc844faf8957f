import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import request from 'supertest';
import type { Access } from '../domain/policy/policy.schema.ts';
import { GantryError } from '../platform/errors.ts';
import { openRequest } from '../platform/record/approvals.ts';
import { openReview } from '../platform/record/reviews.ts';
import { apiUnderTest, personOf, type ApiUnderTest } from '../test/support/api-app.ts';
import { aStage } from '../test/support/release-world.ts';
import { startPostgres, type TestServer } from '../test/support/postgres.ts';
import { routes } from './routes/index.ts';

/** Who asks: one person for each access, nobody, and an administrator's token that is narrowed to another service. */
type Asker = Access | 'nobody' | 'narrowed';

const looks = 'viewer releaser approver operator auditor admin';
const operates = 'operator admin';

/**
 * Who is let in where, written down by hand from trust §4.2, on things that concern the service `shop` and that somebody else
 * has asked for. The code's own table is not looked at: whoever changes a right changes it twice, and says so.
 */
const letIn: Record<string, string> = {
  'post /v1/releases': 'releaser admin',
  'get /v1/releases': looks,
  'get /v1/releases/{id}': looks,
  'get /v1/releases/{id}/explain': looks,
  'get /v1/releases/{id}/changes': looks,
  'get /v1/releases/{id}/checks/{resultId}': looks,
  'get /v1/releases/{id}/events': looks,
  'get /v1/releases/{id}/watches': looks,
  'get /v1/releases/{id}/overrides': looks,
  'get /v1/releases/{id}/dossier': looks,
  'post /v1/releases/{id}/pause': operates,
  'post /v1/releases/{id}/resume': operates,
  'post /v1/releases/{id}/roll-back': operates,
  'post /v1/releases/{id}/advance': operates,
  'post /v1/releases/{id}/abort': operates,
  'post /v1/releases/{id}/recover': operates,
  'post /v1/releases/{id}/schedule': operates,
  'post /v1/releases/{id}/milestones': operates,
  'post /v1/releases/{id}/proceed': operates,
  'get /v1/releases/{id}/analysis': looks,
  'post /v1/releases/{id}/close': 'operator admin',
  'post /v1/releases/{id}/continue': operates,
  'post /v1/releases/{id}/extend': operates,
  'post /v1/releases/{id}/drop-dependency': operates,
  'post /v1/releases/{id}/retry-check': operates,
  'post /v1/releases/{id}/amend': operates,
  // Here, too, an administrator is not thereby one of those whose word counts.
  'post /v1/releases/{id}/postpone': 'releaser approver operator',
  'post /v1/releases/{id}/postpone/lift': 'releaser approver operator',
  'post /v1/releases/{id}/break-glass': 'releaser approver operator',
  'post /v1/releases/{id}/tasks': 'releaser approver operator',
  'post /v1/releases/{id}/tasks/{task}/accept': 'viewer releaser approver operator',
  'post /v1/releases/{id}/tasks/{task}/complete': 'viewer releaser approver operator',
  'post /v1/releases/{id}/tasks/{task}/block': 'viewer releaser approver operator',
  'post /v1/releases/{id}/tasks/{task}/cancel': 'viewer releaser approver operator',
  'post /v1/releases/{id}/waivers': 'approver operator admin',
  'post /v1/releases/{id}/waivers/revoke': 'approver operator admin',
  'get /v1/reviews': `${looks} narrowed`,
  'post /v1/reviews/{id}/done': 'approver operator',
  // An administrator is not thereby an approver.
  'post /v1/releases/{id}/decisions': 'approver',
  'post /v1/releases/{id}/withdrawals': 'approver',
  'post /v1/releases/{id}/overrides': operates,
  'post /v1/releases/{id}/overrides/{override}/second': 'approver operator admin',
  'delete /v1/releases/{id}/overrides/{override}': operates,
  'get /v1/approvals': `${looks} narrowed`,
  'post /v1/approvals/{requestId}/reminders': operates,
  'get /v1/absences': looks,
  'post /v1/absences': looks,
  'delete /v1/absences/{id}': looks,
  'get /v1/quarantines': `${looks} narrowed`,
  'post /v1/quarantines': operates,
  'post /v1/quarantines/{id}/lift': operates,
  'get /v1/promotion-holds': `${looks} narrowed`,
  'post /v1/promotion-holds/{environment}/{service}/lift': operates,
  'get /v1/incidents': `${looks} narrowed`,
  'get /v1/incidents/{id}': looks,
  'post /v1/incidents': 'releaser approver operator admin',
  'patch /v1/incidents/{id}': 'releaser approver operator admin',
  'post /v1/incidents/{id}/close': 'releaser approver operator admin',
  'post /v1/incidents/{id}/attribution': 'releaser approver operator admin',
  'get /v1/waivers/budget': `${looks} narrowed`,
  'post /v1/risk': looks,
  'get /v1/environments': `${looks} narrowed`,
  'get /v1/services': `${looks} narrowed`,
  'post /v1/adoptions': operates,
  'get /v1/calendar': `${looks} narrowed`,
  'post /v1/calendar/evaluate': `${looks} narrowed`,
  'post /v1/calendar/preview': `${looks} narrowed`,
  'get /v1/windows': `${looks} narrowed`,
  'get /v1/windows/{id}': `${looks} narrowed`,
  'post /v1/windows': operates,
  'put /v1/windows/{id}': operates,
  'delete /v1/windows/{id}': operates,
  'get /v1/freezes': `${looks} narrowed`,
  'get /v1/freezes/{id}': `${looks} narrowed`,
  'post /v1/freezes': operates,
  'put /v1/freezes/{id}': operates,
  'delete /v1/freezes/{id}': operates,
  'post /v1/stop-the-line': operates,
  'get /v1/overrides': `${looks} narrowed`,
  'get /v1/overrides/budget': `${looks} narrowed`,
  'get /v1/reservations': `${looks} narrowed`,
  'post /v1/reservations': operates,
  'delete /v1/reservations/{id}': operates,
  'get /v1/policy': looks,
  'post /v1/policy': 'admin',
  'post /v1/policy/check': `${looks} narrowed`,
  'post /v1/policy/evaluate': `${looks} narrowed`,
  'post /v1/analysis/evaluate': `${looks} narrowed`,
  'get /v1/calendar/feeds': `${looks} narrowed`,
  'post /v1/calendar/feeds': looks,
  'delete /v1/calendar/feeds/{id}': looks,
  'get /v1/slots': looks,
  'post /v1/simulations': looks,
  'get /v1/trains': `${looks} narrowed`,
  'get /v1/trains/{id}': `${looks} narrowed`,
  'post /v1/trains/{id}/skip': operates,
  'post /v1/trains/{id}/delay': operates,
  'post /v1/trains/{id}/hold': operates,
  'post /v1/trains/{id}/resume': operates,
  'post /v1/trains/{id}/leave': operates,
  'post /v1/tokens': looks,
  'get /v1/tokens': looks,
  'delete /v1/tokens/{id}': looks,
  'get /v1/me': `${looks} narrowed`,
  'post /v1/sign-in-links': 'admin',
  'post /v1/people/{id}/sessions/end': 'admin',
  'post /v1/people/{id}/identities/forget': 'admin',
  'get /v1/audit/entries': 'auditor admin',
  'get /v1/audit/export': 'auditor admin',
  'get /v1/audit/verify': 'auditor admin',
};

/** Parameters without which an operation is refused as malformed before anybody is judged. */
const queries: Record<string, string> = {
  'get /v1/slots': '?service=shop&version=1.0.0',
  'get /v1/calendar': '?from=2026-06-01T00:00:00Z&to=2026-06-08T00:00:00Z',
};

let server: TestServer;
let api: ApiUnderTest;
const tokens = new Map<Asker, string>();
const ids: Record<string, string> = {};
let number = 0;

const asks = (asker: Asker, method: 'get' | 'post' | 'put' | 'patch' | 'delete', path: string) => {
  const sent = request(api.app)
    [method](path)
    .set('Idempotency-Key', `k${(number += 1)}`);
  const token = tokens.get(asker);
  return token === undefined ? sent : sent.set('Authorization', token);
};

beforeAll(async () => {
  server = await startPostgres();
  api = await apiUnderTest(await server.database(), server.dir);
  for (const access of Object.keys(personOf) as Access[]) tokens.set(access, await api.bearer(access));
  tokens.set('narrowed', await api.bearer('admin', ['cart']));
  const made = async (path: string, body: object): Promise<string> => {
    const answer = await asks('admin', 'post', path).send(body);
    expect([path, answer.status]).toEqual([path, answer.status < 300 ? answer.status : 201]);
    return String(answer.body.id);
  };
  ids['releases'] = await made('/v1/releases', { components: [{ service: 'shop', version: '1.4.0' }] });
  const scope = { services: ['shop'] };
  const reason = 'for the table';
  ids['windows'] = await made('/v1/windows', {
    ...{ id: 'w1', start: '2026-01-05T22:00', rrule: 'FREQ=DAILY', duration: '6h', scope, reason },
  });
  ids['freezes'] = await made('/v1/freezes', {
    ...{ id: 'f1', from: '2030-11-26T00:00', to: '2030-12-01T00:00', scope, reason },
  });
  ids['incidents'] = await made('/v1/incidents', { service: 'shop', title: reason });
  ids['approvals'] = await anOpenRequest(ids['releases']);
  ids['reviews'] = 'rev_1';
  await openReview(api.deps.store.db, {
    id: 'rev_1',
    releaseId: ids['releases'],
    title: 'shop 1.4.0',
    services: ['shop'],
    environment: 'production',
    brokenBy: ['sam'],
    reason,
    incident: 'INC-7',
    brokenAt: '2026-01-05T22:00:00.000Z',
    dueAt: '2099-01-06T22:00:00.000Z',
  });
  api.engine.onAssess = async () => {
    throw new GantryError('COMMIT_UNKNOWN');
  };
}, 60_000);
afterAll(async () => {
  api.draining.abort();
  await server.stop();
});

/** A request that nobody answers, of the release that the table is about. */
async function anOpenRequest(releaseId: string): Promise<string> {
  const requestId = randomUUID();
  await openRequest(api.deps.store.db, {
    requestId,
    releaseId,
    title: 'shop 1.4.0',
    stage: aStage(),
    intent: 'deploy',
    openedAt: '2026-01-05T22:00:00.000Z',
    deadline: '2099-01-05T22:00:00.000Z',
  });
  return requestId;
}

const askers: Asker[] = [
  'viewer',
  'releaser',
  'approver',
  'operator',
  'auditor',
  'admin',
  'nobody',
  'narrowed',
];
/** Harmless first, so that nothing that somebody may do takes away what the next is judged by. */
const order = [
  'nobody',
  'narrowed',
  'viewer',
  'auditor',
  'approver',
  'releaser',
  'admin',
  'operator',
] as const;

const pathOf = (path: string): string =>
  path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    if (name === 'task') return 't1';
    if (name !== 'id' && name !== 'requestId') return 'none';
    return ids[path.split('/')[2] ?? ''] ?? 'none';
  });

const inForce = async (): Promise<number> => {
  const { rows } = await api.deps.store.pool.query<{ count: string }>('select count(*) from audit_entries');
  return Number(rows[0]?.count) + api.engine.updates.length + api.engine.signals.length;
};

/** Some operations end what the table needs: they come last. */
const sorted = [...routes].sort((a, b) => Number(a.method === 'delete') - Number(b.method === 'delete'));

test.each(sorted.map((route) => [`${route.method} ${route.path}`, route] as const))(
  '%s lets in who is named and nobody else',
  async (name, route) => {
    const through: Asker[] = [];
    for (const asker of order) {
      const before = await inForce();
      const sent = asks(asker, route.method, `${pathOf(route.path)}${queries[name] ?? ''}`);
      const answer = await (route.body ? sent.send(route.example as object) : sent);
      expect([asker, answer.status < 500]).toEqual([asker, true]);
      // A refusal for want of a role of the policy (release manager) is not one of access; a narrowed token has neither.
      const isOfAccess = asker === 'narrowed' || /: [\w.]+ needs /.test(String(answer.body.detail));
      const isRefused = answer.status === 401 || (answer.body.code === 'NOT_ALLOWED' && isOfAccess);
      if (isRefused) expect([asker, await inForce()]).toEqual([asker, before]);
      else through.push(asker);
    }
    expect(through.sort()).toEqual((letIn[name] ?? 'not in the table').split(' ').sort());
  },
);

test('the table has every operation, and no other', () => {
  expect(routes.map((route) => `${route.method} ${route.path}`).sort()).toEqual(Object.keys(letIn).sort());
  expect(askers.length * routes.length).toBeGreaterThan(500);
});
