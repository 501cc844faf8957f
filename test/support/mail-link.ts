import { beforeEach } from '@jest/globals';
import type { Express } from 'express';
import supertest, { type Test } from 'supertest';
import type { ApiDeps } from '../../api/deps.ts';
import { mountMailLinks } from '../../api/mail-links/index.ts';
import type { Person } from '../../domain/policy/policy.schema.ts';
import { GantryError } from '../../platform/errors.ts';
import { sha256 } from '../../platform/ids.ts';
import { signLink } from '../../platform/links.ts';
import { ensureLinks } from '../../platform/record/approvals.ts';
import { storePolicy } from '../../platform/record/policies.ts';
import type { Store } from '../../platform/database/open.ts';
import { storeOfFile, type TestStore } from './a-store.ts';
import { apiDeps, appWith, peoplePolicy, publicUrl, type Asked, type Workflow } from './asked-release.ts';

/** Takes every decision, as a workflow would that finds nothing wrong with it. */
export const counts: Workflow = ({ input }) => {
  const { choice } = input as { choice: string };
  return { choice, approvalState: 'open', filled: 1, seats: 1, headline: 'counted', seq: 0 };
};
export const isAway: Workflow = () => {
  throw new GantryError('TEMPORAL_UNREACHABLE');
};

/** What the form of an approval mail sends to approve. */
export const approve = { decision: 'approve', version: '1.4.0', digest: 'd'.repeat(64) };

/** Makes links as they stand in the mails to somebody who was asked, or who has voted; `deps` are those of the test that runs. */
export const linksOf =
  (deps: () => Pick<ApiDeps, 'store' | 'secrets'>) =>
  async (
    asked: Asked,
    person: string,
    purpose: 'approval' | 'withdraw' = 'approval',
    occasion = 'ask',
  ): Promise<{ token: string; jti: string; path: string }> => {
    const { store, secrets } = deps();
    const [link] = await ensureLinks(store.db, {
      requestId: asked.requestId,
      people: [person],
      occasion,
      purpose,
    });
    const token = signLink(secrets, {
      purpose,
      jti: link!.jti,
      requestId: asked.requestId,
      person,
      expiresAt: asked.deadline,
    });
    return { token, jti: link!.jti, path: `/${purpose === 'approval' ? 'a' : 'w'}/${token}` };
  };

/** Applies a policy in which Ana is what is given: none for nobody. */
export async function anaBecomes({ db }: Store, changes: readonly Partial<Person>[]): Promise<void> {
  const [ana, ...others] = peoplePolicy.people;
  const people = [...changes.map((change) => ({ ...ana!, ...change })), ...others];
  const policy = { ...peoplePolicy, people };
  await storePolicy(db, {
    policy,
    text: 'gantry: 1',
    digest: sha256(JSON.stringify(policy)),
    baseDir: '/',
    by: { id: 'dee', kind: 'person' },
    sentences: [],
  });
}

/** What stands behind the links of one test; `workflow` and `now` may be put in the place of those that it begins with. */
export interface BehindLinks {
  store: TestStore;
  deps: ApiDeps;
  app: Express;
  /** Answers what a link tells a release; at first it takes every decision. */
  workflow: Workflow;
  now: Date;
  linkFor: ReturnType<typeof linksOf>;
  /** Sends a form as the page of a link does. */
  post: (path: string, form: Record<string, string>) => Test;
}

/** The pages behind links in mails, on one record for a file and with fresh limits for each test. */
export function linksPerTest(): BehindLinks {
  const store = storeOfFile();
  const behind = {} as BehindLinks;
  Object.assign(behind, {
    store,
    linkFor: linksOf(() => behind.deps),
    post: (path: string, form: Record<string, string>) =>
      supertest(behind.app).post(path).set('Origin', publicUrl).type('form').send(form),
  });
  beforeEach(() => {
    behind.now = new Date('2026-06-02T09:00:00.000Z');
    behind.workflow = counts;
    behind.deps = apiDeps(
      store,
      store.dir,
      (update) => behind.workflow(update),
      () => behind.now,
    );
    behind.app = appWith(behind.deps, (into) => mountMailLinks(into, behind.deps));
  });
  return behind;
}
