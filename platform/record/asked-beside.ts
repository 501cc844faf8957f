import { sql } from 'kysely';
import type { ReleaseView } from '../../domain/release/release.ts';
import { liveInPart, partInWords, type LiveFacts } from '../../domain/rollout/live-in-part.ts';
import type { Db } from '../database/open.ts';
import type { ApprovalRequestRow } from './approvals.ts';
import { leftInPlace } from './left-in-place.ts';
import { whatRuns } from './running.ts';

/** What whoever decides should know beside what they are asked about. It is part of no subject: it may change while they look. */
export interface AskedBeside {
  /** What ended releases have left in the stage, of its services, in words: `shop 1.5.0 takes 20 % (aborted, and left there)`. */
  left: string[];
  /** The release goes to this stage alone, without those before it. */
  isAlone: boolean;
}

/** Read anew for each reader; nothing for requests that are closed. */
export async function askedBeside(
  db: Db,
  { state, stage, plan, releaseId }: Pick<ApprovalRequestRow, 'state' | 'stage' | 'plan' | 'releaseId'>,
): Promise<AskedBeside> {
  if (state !== 'open') return { left: [], isAlone: false };
  const services = plan.components.map(({ service }) => service);
  const [left, alone] = await Promise.all([leftIn(db, stage, services), thoseAlone(db, [releaseId])]);
  return { left, isAlone: alone.has(releaseId) };
}

/** The same of open releases, each with the stage that it asks for, in words and in their order: what others have left is read once for all. */
export async function besideOf(
  db: Db,
  asking: readonly { release: Pick<ReleaseView, 'id' | 'components'>; stage: string }[],
): Promise<string[][]> {
  if (asking.length === 0) return [];
  const ids = asking.map(({ release }) => release.id);
  const [facts, alone] = await Promise.all([leftFacts(db), thoseAlone(db, ids)]);
  return asking.map(({ release, stage }) => {
    const services = release.components.map(({ service }) => service);
    return besideWords({ left: leftWords(facts, stage, services), isAlone: alone.has(release.id) }, stage);
  });
}

/** What ended releases have left in an environment of these services, in words. */
export const leftIn = async (db: Db, environment: string, services: readonly string[]): Promise<string[]> =>
  leftWords(await leftFacts(db), environment, services);

async function leftFacts(db: Db): Promise<LiveFacts> {
  const left = await leftInPlace(db);
  return { open: [], left, running: left.length === 0 ? [] : await whatRuns(db) };
}

const leftWords = (facts: LiveFacts, environment: string, services: readonly string[]): string[] =>
  liveInPart(environment, facts)
    .filter(({ service }) => services.includes(service))
    .map(partInWords);

/** Those of the releases that go to one environment alone. */
async function thoseAlone(db: Db, ids: readonly string[]): Promise<Set<string>> {
  const alone = await db
    .selectFrom('releases')
    .select('id')
    .where('id', 'in', ids)
    .where(sql<boolean>`release_order ->> 'only' = 'true'`)
    .execute();
  return new Set(alone.map(({ id }) => id));
}

/** What follows from each, a sentence: the same in mail and page. */
export const besideWords = ({ left, isAlone }: AskedBeside, environment: string): string[] => [
  ...left.map((words) => `An ended release has left something in ${environment}: ${words}.`),
  ...(isAlone ? [`It goes to ${environment} alone: the stages before it are not passed again.`] : []),
];
