import type { ReleaseView } from '../../domain/release/release.ts';
import { liveInPart, partInWords } from '../../domain/rollout/live-in-part.ts';
import type { Db } from '../database/open.ts';
import type { ApprovalRequestRow } from './approvals.ts';
import { readOrder } from './find-releases.ts';
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
  return besideAt(db, { releaseId, services, stage });
}

async function besideAt(
  db: Db,
  { releaseId, services, stage }: { releaseId: string; services: readonly string[]; stage: string },
): Promise<AskedBeside> {
  const [left, isAlone] = await Promise.all([leftIn(db, stage, services), goesAlone(db, releaseId)]);
  return { left, isAlone };
}

/** The same of an open release that asks for the stage, in words. */
export async function besideOf(
  db: Db,
  { id, components }: Pick<ReleaseView, 'id' | 'components'>,
  stage: string,
): Promise<string[]> {
  const services = components.map(({ service }) => service);
  return besideWords(await besideAt(db, { releaseId: id, services, stage }), stage);
}

/** What ended releases have left in an environment of these services, in words. */
export async function leftIn(db: Db, environment: string, services: readonly string[]): Promise<string[]> {
  const left = await leftInPlace(db);
  const running = left.length === 0 ? [] : await whatRuns(db);
  return liveInPart(environment, { open: [], left, running })
    .filter(({ service }) => services.includes(service))
    .map(partInWords);
}

const goesAlone = async (db: Db, releaseId: string): Promise<boolean> =>
  (await readOrder(db, releaseId))?.order.only === true;

/** What follows from each, a sentence: the same in mail and page. */
export const besideWords = ({ left, isAlone }: AskedBeside, environment: string): string[] => [
  ...left.map((words) => `An ended release has left something in ${environment}: ${words}.`),
  ...(isAlone ? [`It goes to ${environment} alone: the stages before it are not passed again.`] : []),
];
