import { expect, test } from '@jest/globals';
import supertest from 'supertest';
import type { DeploymentChange } from '../../activities/contract.ts';
import { letterText } from '../../activities/notices/letter-text.ts';
import { messages } from '../../activities/notices/messages/index.ts';
import { readOccasion } from '../../activities/notices/read-occasion.ts';
import { signLink } from '../../platform/links.ts';
import { ensureLinks } from '../../platform/record/approvals.ts';
import { insertRelease, recordBatch } from '../../platform/record/releases.ts';
import { adopt } from '../../platform/record/running.ts';
import {
  anAskedRelease,
  apiDeps,
  appWith,
  peoplePolicy,
  publicUrl,
  type Asked,
} from '../../test/support/asked-release.ts';
import { pagesSeenBy } from '../../test/support/pages-seen-by.ts';
import { storeOfFile } from '../../test/support/a-store.ts';
import { aRelease, anEvent, batchOf } from '../../test/support/record-builders.ts';
import { mountMailLinks } from './index.ts';

const store = storeOfFile();

/** A release of the shop that was aborted in this environment at 20 %, and left there. */
async function aShareIsLeft(environment: string, policyDigest: string): Promise<void> {
  const at = '2026-05-30T09:00:00.000Z';
  const version = `1.3.${environment.length}`;
  const release = aRelease('shop', version, { policyDigest });
  await insertRelease(store.db, { ...release, event: anEvent('created', { action: 'release.created' }) });
  const place = { environment, service: 'shop', version };
  const change: DeploymentChange = {
    ...{ ...place, id: `${release.order.releaseId}+${environment}+shop`, previousVersion: '1.2.0' },
    ...{ mode: 'deploy', status: 'left', exposure: 20, at },
  };
  const rollout = {
    ...{ service: 'shop', version, previousVersion: '1.2.0', mode: 'deploy' as const, metrics: [] },
    ...{ exposure: 20, steps: [{ weight: 20, state: 'holding' as const }] },
    compensation: { state: 'pending' as const, attempts: 0, because: 'left by ana' },
  };
  const stage = {
    environment,
    state: 'ended' as const,
    checks: [],
    verdicts: [],
    soak: [],
    rollout: [rollout],
  };
  const view = { state: 'aborted' as const, stages: [stage], ended: { at, because: 'enough' } };
  await recordBatch(store.db, batchOf(release, 1, view, [change]));
}

/** Everything that Ana sees before she decides: the mail, the page behind its link, and the page of the release. */
async function seenByAna({ view, requestId, deadline }: Asked): Promise<string[]> {
  const deps = apiDeps(store, store.dir, () => ({}));
  const { secrets } = deps;
  const occasionFor = await readOccasion(
    { store, secrets, publicUrl, policy: peoplePolicy, release: view },
    {
      ...{ occasion: 'ask', kind: 'approvalRequest', releaseId: view.id, requestId, to: ['ana'] },
      sentence: 'You are asked.',
    },
  );
  const mail = messages.approvalRequest(await occasionFor(peoplePolicy.people[0]!));
  const [link] = await ensureLinks(store.db, {
    ...{ requestId, people: ['ana'], occasion: 'page', purpose: 'approval' },
  });
  const token = signLink(secrets, {
    ...{ purpose: 'approval', jti: link!.jti, requestId, person: 'ana', expiresAt: deadline },
  });
  const behind = await supertest(appWith(deps, (into) => mountMailLinks(into, deps))).get(`/a/${token}`);
  const own = await supertest(pagesSeenBy(deps, 'ana', ['viewer', 'approver'])).get(`/releases/${view.id}`);
  return [letterText(mail), behind.text, own.text].map((text) => text.replaceAll(/\s+/g, ' '));
}

test('who decides is told of what an ended release has left there, before they decide, and no more once it is gone', async () => {
  const asked = await anAskedRelease(store);
  await aShareIsLeft('production', asked.view.policyDigest);
  await aShareIsLeft('staging', asked.view.policyDigest); // not where they are asked about
  const words =
    'An ended release has left something in production: shop 1.3.10 takes 20 % (aborted, and left there).';
  const list = () =>
    supertest(
      pagesSeenBy(
        apiDeps(store, store.dir, () => ({})),
        'ana',
        ['viewer', 'approver'],
      ),
    ).get('/approvals');
  expect((await list()).text).toContain(words);
  for (const text of await seenByAna(asked)) {
    expect(text).toContain(words);
    expect(text.indexOf(words)).toBeLessThan(text.search(/Checks|Your decision/));
    expect(text).not.toContain('in staging');
  }
  const word = { service: 'shop', version: '1.2.0', environment: 'production', reason: 'taken away by hand' };
  await adopt(store.db, { ...word, by: { id: 'dee', kind: 'person' }, at: '2026-06-01T10:00:00.000Z' });
  for (const text of [...(await seenByAna(asked)), (await list()).text])
    expect(text).not.toContain('left something');
});

test('who decides is told that the release passes no stage before', async () => {
  const asked = await anAskedRelease(store, { view: { state: 'gating' } });
  for (const text of await seenByAna(asked)) expect(text).not.toContain('alone');
  await store.pool.query(
    `update releases set release_order = jsonb_set(release_order::jsonb, '{only}', 'true') where id = $1`,
    [asked.view.id],
  );
  for (const text of await seenByAna(asked))
    expect(text).toContain('It goes to production alone: the stages before it are not passed again.');
});
