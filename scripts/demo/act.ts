import { releaseTitle, type Component, type ReleaseView } from '../../domain/release/release.ts';
import { isTerminal, stateWord } from '../../domain/release/state.ts';
import { createRelease } from '../../cli/answers.ts';
import type { Client } from '../../cli/client.ts';
import { startDeadline } from '../../cli/deadline.ts';
import { followRelease } from '../../cli/follow.ts';
import { approveByMail } from './approver.ts';

export interface Act {
  /** Providers first. */
  components: [Component, ...Component[]];
  title: string;
}

/** People who must agree in the demo's policy, one for each rule. */
export const approvers = ['ana@acme.test', 'sam@acme.test'] as const;
const UNATTENDED_LIMIT_MS = 180_000;
const ATTENDED_LIMIT_MS = 12 * 3_600_000;

/** What a release of the demo is played with. */
export interface Scene {
  client: Client;
  unattended: boolean;
  interrupted: AbortSignal;
  say: (sentence: string) => void;
}

/** What people do while a release is on its way; the demo acts for them where nobody else does. */
interface Attendance {
  /** Votes and the like, side by side with the release. */
  act?: (signal: AbortSignal) => Promise<void>;
  /** Once, when its rollout has begun and could go on faster. */
  atPause?: () => Promise<void>;
}

/** Creates a release, tells what happens to it, has it approved, and gives the view it ended with. */
export async function playAct(scene: Scene, { components, title }: Act): Promise<ReleaseView> {
  const { client, unattended, say } = scene;
  say(`\n${title}`);
  const created = await createRelease(client, { components }, {});
  say(`${releaseTitle(created.components)} is recorded: ${client.address.url}/releases/${created.id}`);
  const act = async (signal: AbortSignal): Promise<void> =>
    approveAll(client, components[0].version, signal, say);
  return playToEnd(scene, created.id, unattended ? { act } : {});
}

/** Tells what happens to a release until it has ended, and gives the view it ended with. @throws where it does not end in time */
export async function playToEnd(scene: Scene, id: string, attendance: Attendance): Promise<ReleaseView> {
  const deadline = startDeadline(
    scene.interrupted,
    scene.unattended ? UNATTENDED_LIMIT_MS : ATTENDED_LIMIT_MS,
  );
  const acting = attendance.act?.(deadline.signal) ?? Promise.resolve();
  // A failed approval shows at once, not when the release has waited in vain for it.
  const failed = acting.then(() => new Promise<never>(() => undefined));
  try {
    const view = await Promise.race([followToEnd(scene, id, deadline.signal, attendance), failed]);
    if (!isTerminal(view.state))
      throw new Error(
        `${releaseTitle(view.components)} did not end in time; it is ${stateWord(view.state)}: ${view.headline}`,
      );
    return view;
  } finally {
    deadline.end();
    await acting.catch(() => undefined);
  }
}

async function followToEnd(
  { client, say }: Scene,
  id: string,
  signal: AbortSignal,
  { atPause }: Attendance,
): Promise<ReleaseView> {
  let last: ReleaseView | undefined;
  let left = atPause;
  for await (const update of followRelease(client, id, signal)) {
    if (update.kind === 'entry') continue;
    if (update.view.headline !== last?.headline)
      say(`  ${stateWord(update.view.state).padEnd(12)} ${update.view.headline}`);
    last = update.view;
    if (left === undefined || !isPausing(last)) continue;
    await left();
    left = undefined;
  }
  if (!last) throw new Error(`Nothing was heard of ${id}`);
  return last;
}

const isPausing = ({ state, stage, stages }: ReleaseView): boolean =>
  state === 'deploying' &&
  stages.some(
    ({ environment, rollout }) =>
      environment === stage && rollout.some(({ steps }) => steps[0]?.state === 'holding'),
  );

async function approveAll(
  client: Client,
  version: string,
  signal: AbortSignal,
  say: (sentence: string) => void,
): Promise<void> {
  for (const email of approvers) {
    await approveByMail({ client, email, version, signal });
    say(`  ${email} read the mail, opened its link and approved.`);
  }
}
