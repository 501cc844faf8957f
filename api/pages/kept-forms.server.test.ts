import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client';
import supertest, { type Response } from 'supertest';
import type { Access } from '../../domain/policy/policy.schema.ts';
import type { Store } from '../../platform/database/open.ts';
import { GantryError } from '../../platform/errors.ts';
import { setQuarantine } from '../../platform/record/gates/quarantines.ts';
import { openIncident } from '../../platform/record/incidents/change.ts';
import { openReview } from '../../platform/record/reviews.ts';
import { anAskedRelease, apiDeps, type Asked } from '../../test/support/asked-release.ts';
import { pagesSeenBy } from '../../test/support/pages-seen-by.ts';
import { startPostgres, type TestServer } from '../../test/support/postgres.ts';
import { engineProblem } from '../engine-problem.ts';

let server: TestServer;
let store: Store;
let asked: Asked;
let incident: string;
let ban: string;

const origin = {
  by: { id: 'ana', kind: 'person' as const },
  at: '2026-06-02T10:05:00.000Z',
  mailDomain: 'gantry.test',
};
const failed = {
  ...{ id: 'audit', service: 'shop', outcome: 'failed' as const, required: true },
  ...{ summary: '1 finding', round: 1 },
};

beforeAll(async () => {
  server = await startPostgres();
  store = await server.database();
  asked = await anAskedRelease(store, { stage: { checks: [failed] } });
  ({
    incident: { id: incident },
  } = await openIncident(
    store.db,
    {
      ...{ title: 'carts are empty', service: 'shop', severity: 'sev1', source: 'person' },
      startedAt: '2026-06-02T10:00:00.000Z',
    },
    origin,
  ));
  await openReview(store.db, {
    ...{ id: 'rev_1', releaseId: asked.view.id, title: 'shop 1.4.0', services: ['shop'] },
    ...{ environment: 'production', brokenBy: ['ana'], reason: 'carts are lost', incident: 'INC-7' },
    ...{ brokenAt: '2026-06-01T09:00:00.000Z', dueAt: '2026-06-02T09:00:00.000Z' },
  });
  ({ id: ban } = await setQuarantine(store.db, {
    ...{ service: 'shop', version: '9.9.9', reason: 'loses carts of guests' },
    ...{ by: { id: 'ana', kind: 'person' }, at: '2026-06-01T09:00:00.000Z' },
    mailDomain: 'gantry.test',
  }));
}, 60_000);
afterAll(() => server.stop());

const everything: Access[] = ['admin', 'approver', 'operator', 'releaser'];

/** The pages as Dee sees them, who may do everything; a release answers each command with `update`. */
const dee = (update = (): object => ({ state: 'gating', headline: 'done', seq: 0 })) =>
  supertest(pagesSeenBy(apiDeps(store, server.dir, update), 'dee', everything));

const send = (address: string, fields: Record<string, string>, update?: () => object): Promise<Response> =>
  Promise.resolve(dee(update).post(address).set('Accept', 'text/html').type('form').send(fields));

/** What the page of the release says that it shows. */
async function seqShown(): Promise<string> {
  const { text } = await dee().get(`/releases/${asked.view.id}`);
  return /name="seq" value="(\d+)"/.exec(text)?.[1] ?? '';
}

/** The tags of the form that goes to this address, between its beginning and its end. */
function formIn(text: string, address: string): string {
  const form = new RegExp(`action="${address.replaceAll(/[?.]/g, String.raw`\$&`)}"[\\s\\S]*?</form>`).exec(
    text,
  );
  return form?.[0] ?? '';
}

const addresses = {
  incident: () => '/incidents',
  close: () => `/incidents/${incident}/close`,
  attribution: () => `/incidents/${incident}/attribution`,
  otherRelease: () => `/incidents/${incident}/attribution?by=name`,
  review: () => '/reviews/rev_1/done',
  ban: () => '/quarantines',
  lift: () => `/quarantines/${ban}/lift`,
  freeze: () => '/calendar/freezes',
  stop: () => '/calendar/stop',
  feed: () => '/calendar/feeds',
  absence: () => '/absences',
  token: () => '/tokens',
  breakGlass: () => `/releases/${asked.view.id}/break-glass`,
  waive: () => `/releases/${asked.view.id}/waivers`,
  postpone: () => `/releases/${asked.view.id}/postpone`,
  reschedule: () => `/releases/${asked.view.id}/schedule`,
  task: () => `/releases/${asked.view.id}/tasks`,
};
const typed = 'seen at <checkout> & "cart"';
const shown = 'seen at &lt;checkout&gt; &amp; &quot;cart&quot;';

describe('a form with a field that is blank or wrong', () => {
  test.each<[keyof typeof addresses, wrong: string, fields: Record<string, string>]>([
    [
      'incident',
      'startedAt',
      { title: typed, service: 'shop', severity: 'sev1', startedAt: '2999-01-01T00:00' },
    ],
    ['close', 'outcome', { outcome: '' }],
    ['attribution', 'reason', { reason: ' ', verdict: 'nobody' }],
    ['otherRelease', 'release', { reason: typed, release: '', verdict: 'release' }],
    ['review', 'finding', { finding: '' }],
    ['ban', 'reason', { service: 'shop', version: '1.4.0', reason: 'short' }],
    ['feed', 'name', { name: '' }],
    ['token', 'services', { name: typed, access: 'viewer', services: 'shoo', expires: '30d' }],
    ['breakGlass', 'incident', { reason: typed, incident: '' }],
    ['waive', 'for', { check: 'audit shop', for: '9y', reason: typed }],
    ['postpone', 'until', { until: '', reason: typed }],
    ['reschedule', 'at', { start: 'at', at: '', reason: typed }],
    ['task', 'owner', { title: typed, owner: '' }],
  ])(
    'comes back as it was sent, and says at the field what is wrong: %s, %s',
    async (form, wrong, fields) => {
      const address = addresses[form]();
      const seq = await seqShown();
      const { status, text } = await send(address, { seq, ...fields });
      expect(status).toBe(400);
      const back = formIn(text, address);
      for (const value of Object.values(fields).filter((one) => one === typed))
        expect([value, back]).toEqual([value, expect.stringContaining(`value="${shown}"`)]);
      const error = /<p class="error" id="([^"]+)-error">/.exec(back)?.[1];
      expect(error).toMatch(new RegExp(`-${wrong}$`));
      expect(back).toMatch(new RegExp(`id="${error}"[^>]*aria-describedby="${error}-error"`));
      expect(text).toMatch(new RegExp(`<section class="errors" role="alert">[\\s\\S]*?<a href="#${error}">`));
      expect(text.indexOf('role="alert"')).toBeLessThan(text.indexOf('<h1'));
      // No other form of the page has taken what was typed into this one.
      expect(text.split(shown).length).toBe(back.split(shown).length);
    },
  );

  test.each<[keyof typeof addresses, status: number, fields: Record<string, string>]>([
    ['freeze', 422, { id: 'inventory', from: '2026-13-01T00:00', reason: typed }],
    ['stop', 422, { reason: '' }],
    ['absence', 422, { from: '2026-13-01T00:00', until: '' }],
    ['otherRelease', 404, { reason: typed, release: 'shop@7.7.7', verdict: 'release' }],
  ])('comes back with the problem of the rule on top of the page: %s', async (form, status, fields) => {
    const address = addresses[form]();
    const { status: answered, text } = await send(address, fields);
    expect(answered).toBe(status);
    expect(text).toContain('<section class="errors" role="alert">');
    const back = formIn(text, address);
    expect(back).not.toBe('');
    if (fields['reason'] === typed) expect(back).toContain(`value="${shown}"`);
    for (const value of ['inventory', 'shop@7.7.7'].filter((one) => Object.values(fields).includes(one)))
      expect(back).toContain(`value="${value}"`);
  });

  test('is open where it was folded, and keeps what was chosen and ticked', async () => {
    const { text } = await send(addresses.incident(), {
      ...{ title: typed, service: 'shop', severity: 'sev3', environment: 'production', startedAt: 'x' },
    });
    expect(text).toMatch(/<details\s+open>\s*<summary>Something goes wrong/);
    expect(formIn(text, '/incidents')).toMatch(/value="sev3"\s+selected/);
    expect(formIn(text, '/incidents')).toMatch(/value="production"\s+selected/);
    const token = await send(addresses.token(), { name: '', access: 'viewer', expires: '365d' });
    expect(formIn(token.text, '/tokens')).toMatch(/value="viewer"\s+checked/);
    expect(formIn(token.text, '/tokens')).not.toMatch(/value="approver"\s+checked/);
    expect(formIn(token.text, '/tokens')).toMatch(/value="365d"\s+selected/);
  });
});

describe('a form that the release refuses', () => {
  const refusing = () => {
    throw new GantryError('COMMAND_NOT_POSSIBLE', { detail: 'It has just ended.' });
  };

  test('comes back with the words of the release and what was typed', async () => {
    const form = { seq: await seqShown(), reason: typed, incident: 'INC-9' };
    const { status, text } = await send(addresses.breakGlass(), form, refusing);
    expect(status).toBe(409);
    expect(text).toContain('It has just ended.');
    const back = formIn(text, addresses.breakGlass());
    expect(back).toContain('value="INC-9"');
    expect(back).toContain(`value="${shown}"`);
  });

  test('gives back as text what was typed where the form stands on the page no more', async () => {
    const address = `/releases/${asked.view.id}/resume`;
    const { status, text } = await send(address, { seq: '999', reason: typed });
    expect(status).toBe(412);
    expect(formIn(text, address)).toBe('');
    expect(text).toMatch(new RegExp(`What you typed:[\\s\\S]*${shown}`));
  });
});

describe('what is said of a form that was not done', () => {
  test('gives back nothing that nobody typed: neither what the form is for, nor what it was made with', async () => {
    const address = `/releases/${asked.view.id}/overrides?rule=gone`;
    const { text } = await send(address, {
      ...{ revision: '1', once: 'k1', seq: '1', service: 'cart-of-form', to: '1.3.0', environment: 'lab' },
      ...{ for: '2h', reason: typed },
    });
    const names = [...text.matchAll(/<dt>([^<]*)<\/dt><dd>/g)].map(([, name]) => name);
    expect(text).toContain('What you typed:');
    expect(names).toEqual(expect.arrayContaining(['for', 'reason']));
    for (const name of ['revision', 'once', 'seq', 'service', 'to', 'environment'])
      expect(names).not.toContain(name);
  });

  test('is never said to have changed nothing where nobody answered in time', async () => {
    const form = { seq: await seqShown(), reason: typed, incident: 'INC-9' };
    const { status, text } = await send(addresses.breakGlass(), form, () => {
      throw engineProblem(new WorkflowUpdateRPCTimeoutOrCancelledError('late'));
    });
    expect(status).toBe(504);
    expect(text).toContain('It may still be done: look before you repeat it.');
    expect(text).not.toContain('Nothing has changed');
  });

  test('gives back and keeps no character that turns text around or that nobody sees', async () => {
    const turned = 'orders \u202Etsol\u0007 era';
    const refused = await send(addresses.breakGlass(), { seq: '999', reason: turned, incident: '' });
    expect(refused.text).toContain('orders tsol era');
    expect(refused.text).not.toMatch(/[\u202e\u0007]/);
    await send('/incidents', { title: turned, service: 'shop', severity: 'sev3', once: 'turned' });
    const { rows } = await store.pool.query<{ title: string }>(
      `select title from incidents where title like 'orders%'`,
    );
    expect(rows).toEqual([{ title: 'orders tsol era' }]);
  });

  test('is told as a problem to a program', async () => {
    const { body } = await dee()
      .post(addresses.close())
      .set('Accept', 'application/json')
      .type('form')
      .send({ outcome: '' })
      .expect(400);
    expect(body).toMatchObject({ code: 'REQUEST_INVALID', errors: [{ pointer: '/outcome' }] });
  });

  test('shows nothing of a page that its sender may not see', async () => {
    const nobody = supertest(
      pagesSeenBy(
        apiDeps(store, server.dir, () => ({})),
        'vera',
        [],
      ),
    );
    const { text } = await nobody
      .post(addresses.close())
      .set('Accept', 'text/html')
      .type('form')
      .send({ outcome: 'over' })
      .expect(403);
    expect(text).not.toContain('carts are empty');
  });
});
