import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from '@jest/globals';
import type { Access } from '../../domain/policy/policy.schema.ts';
import type { ReleaseView } from '../../domain/release/release.ts';
import { isTerminal } from '../../domain/release/state.ts';
import { decisionsOf, type ReceivedDecision } from '../../platform/record/approvals.ts';
import { readRelease } from '../../platform/record/releases.ts';
import { createToken } from '../../platform/record/tokens.ts';
import { connectTemporal, type TemporalConnection } from '../../platform/temporal/connect.ts';
import { stateQuery } from '../../workflows/contract.ts';
import { apiCaller, type Answer, type ApiCaller } from './product/api-caller.ts';
import { startProduct, type Product } from './product.ts';
import { until } from './until.ts';

/** A release that waits for its approval, as somebody who is asked sees it. */
export interface Waiting {
  id: string;
  version: string;
  requestId: string;
  subjectDigest: string;
  deadline: string;
}

export interface Settled {
  view: ReleaseView;
  decisions: ReceivedDecision[];
}

/** It has ended, whichever way. */
export const isOver = ({ state }: ReleaseView): boolean => isTerminal(state);
/** It still asks, or asks anew. */
export const isAsking = ({ stages }: ReleaseView): boolean => stages[0]?.approval?.state === 'open';

export type Told = Answer<{ state?: string; code?: string; detail?: string }>;

/** The product with many releases under way at once, and everything that a race is judged by. */
export interface RaceGround {
  product: Product;
  /** So many releases, each of a service of its own and handed out as soon as it asks for its approval. */
  asked(o: {
    race: string;
    count: number;
    /** Rounds under way at a time; more than the machine can bear only wait for each other. */
    atOnce: number;
    each: (waiting: Waiting, round: number) => Promise<void>;
  }): Promise<void>;
  /** Somebody with a token of their own. */
  caller(person: string, services?: string[]): Promise<{ call: ApiCaller; tokenId: string }>;
  /** Decides as somebody who looked at what the mail asked. */
  decide(call: ApiCaller, waiting: Waiting, choice: 'approve' | 'reject'): Promise<Told>;
  /**
   * The release once it is as it must be, with what was told about it. By then every decision that was received is counted or
   * refused, record and workflow say the same, and it was deployed once if it succeeded, else never.
   */
  settled(id: string, mustBe: (view: ReleaseView) => boolean): Promise<Settled>;
  /** The chain of the log verifies as a whole. */
  expectAuditValid(): Promise<void>;
  stop(): Promise<void>;
}

export async function startRaceGround(policyFor: (deployUrl: string) => object): Promise<RaceGround> {
  const deploys = await countDeploys();
  const product = await startProduct({ apart: true, policy: JSON.stringify(policyFor(deploys.url)) }).catch(
    async (error: unknown) => {
      await deploys.close(); // an open server would keep the test run from ending
      throw error;
    },
  );
  const { database, temporal } = product.servers;
  const { store } = database;
  const engine = await connectTemporal({
    temporal: { address: temporal.address, namespace: 'default', env: {} },
  });
  const live = liveViews(engine);
  let ordered = 0;
  return {
    product,
    async asked({ race, count, atOnce, each }) {
      const round = async (number: number): Promise<void> => {
        const version = `1.${number}.0`;
        const id = await product.release(serviceOf(race, number - first), version);
        const approval = await until(`${race} ${version} to ask`, async () => {
          const found = (await readRelease(store.db, id))?.stages[0]?.approval;
          return found?.state === 'open' ? found : undefined;
        });
        const { requestId, subjectDigest, deadline } = approval;
        await each({ id, version, requestId, subjectDigest, deadline }, number - first);
      };
      const first = ordered;
      ordered += count;
      const waiting = Array.from({ length: count }, (_, index) => first + index);
      const broken: unknown[] = [];
      // All rounds are played, also where one has failed: nothing of a race may go on behind the test's back.
      const player = async (): Promise<void> => {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
          await round(next).catch((error: unknown) => void broken.push(error));
      };
      await Promise.all(Array.from({ length: atOnce }, player));
      if (broken.length > 0)
        throw new AggregateError(
          broken,
          `${broken.length} of ${count} rounds went wrong, first: ${String(broken[0])}`,
        );
    },
    async caller(person, services = []) {
      const access: Access[] = ['viewer', 'approver', 'releaser', 'operator'];
      const { text, token } = await createToken(store.db, {
        ...{ name: person, owner: person, access, services, by: { id: person, kind: 'person' } },
        at: new Date().toISOString(),
        expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
      });
      return { call: apiCaller(product.url, text), tokenId: token.id };
    },
    decide: async (call, { id, requestId, subjectDigest }, choice) =>
      call('POST', `/v1/releases/${id}/decisions`, {
        ...{ requestId, subjectDigest, choice },
        ...(choice === 'reject' ? { comment: 'carts are lost' } : {}),
      }),
    async settled(id, mustBe) {
      let seen: ReleaseView | undefined;
      const view = await until(`release ${id} to be as it must be`, async () => {
        seen = await readRelease(store.db, id);
        if (!seen || !mustBe(seen)) return undefined;
        return (await live(seen.workflowId)).seq === seen.seq ? seen : undefined;
      }).catch((error: unknown) => {
        throw new Error(`It says: ${seen?.state} ${seen?.headline}`, { cause: error });
      });
      const rows = await store.db
        .selectFrom('approval_requests')
        .select(['id', 'state'])
        .where('release_id', '=', id)
        .execute();
      const decisions = await until(`the decisions on ${id} to be delivered`, async () => {
        const all = (await Promise.all(rows.map(async (row) => decisionsOf(store.db, row.id)))).flat();
        return all.every(({ delivery }) => delivery !== 'pending') ? all : undefined;
      });
      expect(await live(view.workflowId)).toEqual(view);
      const { approval } = view.stages[0]!;
      expect(rows.find((row) => row.id === approval?.requestId)?.state).toBe(approval?.state);
      expect(rows.filter((row) => row.state === 'open').length).toBe(approval?.state === 'open' ? 1 : 0);
      const counted = decisions.filter(({ delivery }) => delivery === 'counted').map((one) => one.id);
      expect(counted).toEqual(expect.arrayContaining(approval!.votes.map((vote) => vote.decisionId)));
      expect(deploys.of(id)).toBe(view.state === 'succeeded' ? 1 : 0);
      return { view, decisions };
    },
    async expectAuditValid() {
      const { body } = await product.call<{ valid: boolean }>('GET', '/v1/audit/verify');
      expect(body.valid).toBe(true);
    },
    async stop() {
      await engine.close();
      await product.stop();
      await deploys.close();
    },
  };
}

/** One for each round: a newer version of the same would supersede it. */
export const serviceOf = (race: string, round: number): string => `${race}-${round}`;

/** The state of workflows as they have it themselves. */
const liveViews =
  ({ client }: TemporalConnection) =>
  async (workflowId: string): Promise<ReleaseView> =>
    client.workflow.getHandle(workflowId).query<ReleaseView, []>(stateQuery);

/** A place that takes deployments at once, and counts them by the release that they were for. */
async function countDeploys(): Promise<{ url: string; of(id: string): number; close(): Promise<void> }> {
  const seen: string[] = [];
  const server: Server = createServer((request, response) => {
    seen.push(String(request.headers['idempotency-key']));
    request.resume().on('end', () => {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"id":"1","state":"done"}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    of: (id) => seen.filter((operation) => operation.startsWith(id)).length,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
