import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { chromium, type Browser, type Page } from 'playwright-core';
import { mailPreviews } from '../../activities/notices/previews/previews.ts';
import { createSendNotices } from '../../activities/notices/send.ts';
import { setCaller } from '../../api/auth/caller.ts';
import { mountDocs } from '../../api/docs/mount-docs.ts';
import { mountMailLinks } from '../../api/mail-links/index.ts';
import { mountPages } from '../../api/pages/index.ts';
import type { Store } from '../../platform/database/open.ts';
import { openInbox, type Inbox } from '../../platform/inbox.ts';
import { signLink } from '../../platform/links.ts';
import { addAbsence } from '../../platform/record/absences.ts';
import { closeIncident, openIncident } from '../../platform/record/incidents/change.ts';
import { openReview } from '../../platform/record/reviews.ts';
import { createToken } from '../../platform/record/tokens.ts';
import { saveDeparture, syncTrains } from '../../platform/record/calendar/trains.ts';
import { addRule } from '../../platform/record/calendar/change-rules.ts';
import { decisionsOf, ensureLinks } from '../../platform/record/approvals.ts';
import {
  anAskedRelease,
  apiDeps,
  appWith,
  peoplePolicy,
  publicUrl,
  type Asked,
} from '../support/asked-release.ts';
import { aFinishedRelease } from '../support/a-finished-release.ts';
import { startPostgres, type TestServer } from '../support/postgres.ts';

const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const withBrowser = existsSync(executablePath) ? describe : describe.skip;

interface AxeResult {
  violations: { id: string; nodes: { target: string[] }[] }[];
}

withBrowser('pages in a browser', () => {
  let server: TestServer;
  let store: Store;
  let inbox: Inbox;
  let browser: Browser;
  let http: Server;
  let asked: Asked;
  let address: string;
  const addresses: Record<string, string> = {};

  beforeAll(async () => {
    server = await startPostgres();
    store = await server.database();
    const deps = apiDeps(store, server.dir, () => ({
      choice: 'approve',
      approvalState: 'open',
      filled: 1,
      seats: 1,
      headline: 'x',
      seq: 0,
    }));
    inbox = await openInbox({ store, log: deps.log });
    asked = await anAskedRelease(store);
    const { view, requestId } = asked;
    const config = { publicUrl, smtpUrl: inbox.smtpUrl, mailFrom: 'Gantry <gantry@acme.test>' };
    await createSendNotices({ ...deps, config })({
      occasion: 'ask',
      kind: 'approvalRequest',
      releaseId: view.id,
      to: ['ana'],
      requestId,
      environment: 'production',
      sentence: 'x',
    });
    await addRule(store.db, {
      by: { id: 'dee', kind: 'person' },
      at: '2026-11-01T09:00:00.000Z',
      reason: 'the sale of the year',
      rule: {
        id: 'sale',
        kind: 'freeze',
        zone: 'Europe/Berlin',
        from: '2026-11-26T00:00',
        to: '2026-11-30T00:00',
        scope: { services: [], environments: [], labels: [] },
        reason: 'the sale of the year',
      },
    });
    const made = {
      name: 'ci',
      owner: 'dee',
      access: ['viewer'] as const,
      by: { id: 'dee', kind: 'person' as const },
    };
    for (const expiresAt of ['2099-01-01T00:00:00.000Z', '2020-01-01T00:00:00.000Z'])
      await createToken(store.db, { ...made, at: '2019-11-01T09:00:00.000Z', expiresAt });
    const [link] = await ensureLinks(store.db, {
      requestId,
      people: ['ana'],
      occasion: 'ask',
      purpose: 'approval',
    });
    const token = signLink(deps.secrets, {
      purpose: 'approval',
      jti: link!.jti,
      requestId,
      person: 'ana',
      expiresAt: asked.deadline,
    });
    const finished = await aFinishedRelease(store, peoplePolicy, '1.3.9');
    const told = { by: { id: 'ana', kind: 'person' as const }, mailDomain: 'gantry.test' };
    for (const title of ['carts are empty for guests', 'checkout answers slowly'])
      await openIncident(
        store.db,
        { title, service: 'shop', severity: 'sev1', source: 'person', startedAt: '2026-06-02T10:00:00.000Z' },
        { ...told, at: '2026-06-02T10:05:00.000Z' },
      ).then(({ incident }) =>
        title.startsWith('checkout')
          ? closeIncident(store.db, incident.id, {
              ...{ ...told, at: '2026-06-02T11:00:00.000Z', outcome: 'shop 1.3.9 runs again' },
            })
          : undefined,
      );
    for (const brokenBy of ['ana', 'dee'])
      await openReview(store.db, {
        ...{ id: `rev_${brokenBy}`, releaseId: view.id, title: 'shop 1.4.0', services: ['shop'] },
        ...{ environment: 'production', brokenBy: [brokenBy], reason: 'carts are lost', incident: 'INC-7' },
        ...{ brokenAt: '2026-06-01T09:00:00.000Z', dueAt: '2026-06-02T09:00:00.000Z' },
      });
    await syncTrains(store.db, {
      trains: [
        {
          ...{ id: 'weekly', captain: 'ana', cutoff: '2h', mode: 'lockstep', to: 'production' },
          departure: { rrule: 'FREQ=WEEKLY;BYDAY=TU', start: '2026-11-03T14:00', zone: 'Europe/Berlin' },
          services: [{ service: 'shop', required: true }],
        },
      ],
      at: '2026-11-02T09:00:00.000Z',
    });
    for (const [number, state] of [
      [1, 'departed'],
      [2, 'boarding'],
    ] as const)
      await saveDeparture(store.db, {
        departure: {
          ...{ train: 'weekly', number, state, scheduledAt: '2026-12-01T13:00:00.000Z' },
          ...{ departsAt: '2026-12-01T13:00:00.000Z', cutoffAt: '2026-12-01T11:00:00.000Z' },
          boarded: [{ service: 'shop', version: '1.4.0' }],
          leftBehind: [{ service: 'cart', because: 'its checks still run' }],
        },
        at: '2026-12-01T11:00:00.000Z',
      });
    for (const person of ['ana', 'dee'])
      await addAbsence(store.db, {
        ...{ person, from: '2026-11-20T08:00:00.000Z', until: '2099-01-04T08:00:00.000Z' },
        ...{ by: { id: 'dee', kind: 'person' }, at: '2026-11-20T08:00:00.000Z', requestId: 'r' },
      });
    Object.assign(addresses, {
      dossier: `/releases/${finished.id}/dossier`,
      measured: `/releases/${finished.id}`,
      analysis: `/releases/${finished.id}/analysis`,
      releases: '/',
      approvals: '/approvals',
      trains: '/trains',
      audit: '/audit',
      found: '/audit?kind=incident&person=ana',
      release: `/releases/${view.id}`,
      calendar: '/calendar?month=2026-11',
      month: '/calendar?month=2026-11&view=month',
      rules: '/calendar/rules',
      tokens: '/tokens',
      absences: '/absences',
      environments: '/environments',
      incidents: '/incidents',
      reviews: '/reviews',
      policy: '/policy',
      problems: '/docs/problems',
      inbox: '/inbox',
      mail: '/inbox/1',
      previews: '/inbox/previews',
      preview: '/inbox/previews/released',
      approval: `/a/${token}`,
    });
    const person = peoplePolicy.people.find((one) => one.id === 'dee')!;
    const app = appWith(deps, (into) => {
      mountMailLinks(into, deps);
      into.use((_req, res, next) => {
        setCaller(res, {
          actor: { id: 'dee', kind: 'person' },
          person,
          grant: { person: 'dee', access: person.access },
          zone: 'UTC',
          session: { hash: 'h', csrf: 'the-token' },
        });
        next();
      });
      mountDocs(into, deps);
      mountPages(into, { ...deps, previews: () => mailPreviews(publicUrl) });
    });
    http = await new Promise<Server>((resolve) => {
      const listening = app.listen(0, '127.0.0.1', () => resolve(listening));
    });
    address = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
    // As root, as in containers, Chromium has no sandbox of its own.
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  }, 90_000);

  afterAll(async () => {
    await browser.close();
    http.closeAllConnections();
    http.close();
    await inbox.close();
    await server.stop();
  });

  const widths = [320, 1280];
  const schemes = ['light', 'dark'] as const;
  /** What colours alone decide: the only rules that another colour scheme can break. */
  const colourRules = ['color-contrast', 'link-in-text-block'];

  /** Opens something and lets axe search it in every look. axe is injected by us, which the pages' own policy rightly forbids. */
  async function isClean(open: (page: Page) => Promise<unknown>): Promise<void> {
    const context = await browser.newContext({ bypassCSP: true });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => {
      // The pages stand alone here: the API, whose stream the page of a release follows, is not mounted.
      // A form that is refused is answered with its status, which browsers report.
      if (message.type() === 'error' && !/\/v1\/|\/incidents$/.test(message.location().url))
        complaints.push(`${message.text()} ${message.location().url}`);
    });
    page.on('pageerror', ({ message }) => complaints.push(message));
    await open(page);
    // What is folded axe does not look at.
    await page.evaluate(`document.querySelectorAll('details').forEach((one) => { one.open = true; })`);
    await page.evaluate(axe);
    for (const width of widths) {
      await page.setViewportSize({ width, height: 844 });
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
      for (const colorScheme of schemes) {
        await page.emulateMedia({ colorScheme });
        const rules = colorScheme === 'light' ? '' : JSON.stringify({ runOnly: colourRules });
        const { violations } = await page.evaluate<AxeResult>(`axe.run(${rules})`);
        expect(
          violations.map(
            ({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`,
          ),
        ).toEqual([]);
      }
    }
    expect(complaints).toEqual([]);
    await context.close();
  }

  test.each([
    'releases',
    'release',
    'approvals',
    'trains',
    'audit',
    'found',
    'measured',
    'analysis',
    'dossier',
    'calendar',
    'month',
    'rules',
    'tokens',
    'absences',
    'environments',
    'incidents',
    'reviews',
    'policy',
    'problems',
    'inbox',
    'mail',
    'previews',
    'preview',
    'approval',
  ])(
    '%s: nothing for axe to find, no sideways scrolling, phone and desktop, light and dark',
    async (name) => {
      await isClean((page) => page.goto(address + addresses[name]!));
    },
    120_000,
  );

  test.each(mailPreviews(publicUrl))(
    'mail $kind: nothing for axe to find, no sideways scrolling, phone and desktop, light and dark',
    async ({ html }) => {
      await isClean((page) => page.setContent(html));
    },
    120_000,
  );

  test('a form that is refused comes back with what was typed and a way to what is wrong, with nothing for axe to find', async () => {
    await isClean(async (page) => {
      await page.goto(`${address}/incidents`);
      await page.click('text=Something goes wrong');
      await page.fill('#incidents-title', 'carts are "empty"');
      await page.fill('#incidents-startedAt', '2999-01-01T10:00');
      await page.click('text=Write it down');
      expect(await page.inputValue('#incidents-title')).toBe('carts are "empty"');
      // Following the link of what is wrong leads into the field: the next key is typed there.
      await page.click('[role=alert] a');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Shift+Tab');
      expect(await page.evaluate('document.activeElement.closest("form") !== null')).toBe(true);
    });
  }, 120_000);

  test('the dossier runs nothing, names its twin, and on paper cuts no row', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(address + addresses['dossier']!);
    expect(await page.locator('script').count()).toBe(0);
    expect(await page.locator('link[rel=alternate]').getAttribute('href')).toBe(
      `${addresses['dossier']}.json`,
    );
    const paper = await page.pdf({ preferCSSPageSize: true });
    expect(paper.subarray(0, 5).toString()).toBe('%PDF-');
    await context.close();
    const scripted = await browser.newPage();
    await scripted.goto(address + addresses['dossier']!);
    await scripted.emulateMedia({ media: 'print' });
    const breaks = `[...document.querySelectorAll('.dossier tr')].map((row) => getComputedStyle(row).breakInside)`;
    expect(new Set(await scripted.evaluate<string[]>(breaks))).toEqual(new Set(['avoid']));
    await scripted.close();
  });

  test('a scanner that runs scripts and opens the link decides nothing; a person who fills the form in does', async () => {
    const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
    const page = await context.newPage();
    await page.goto(address + addresses['approval']!);
    await page.click('button');
    expect(page.url()).toBe(address + addresses['approval']!);
    expect(await decisionsOf(store.db, asked.requestId)).toEqual([]);
    await page.check('#decision-approve');
    await page.fill('#version', '1.4.0');
    await page.click('button');
    await page.waitForURL(/\/receipt$/);
    expect(await decisionsOf(store.db, asked.requestId)).toMatchObject([
      { person: 'ana', choice: 'approve', via: 'link' },
    ]);
    await context.close();
  });
});
