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

/** Creates a release, tells what happens to it, has it approved, and gives the view it ended with. */
export async function playAct(
  client: Client,
  { components, title }: Act,
  { unattended, interrupted }: { unattended: boolean; interrupted: AbortSignal },
  say: (sentence: string) => void,
): Promise<ReleaseView> {
  say(`\n${title}`);
  const created = await createRelease(client, { components }, {});
  say(`${releaseTitle(created.components)} was created: ${client.address.url}/releases/${created.id}`);
  const deadline = startDeadline(interrupted, unattended ? UNATTENDED_LIMIT_MS : ATTENDED_LIMIT_MS);
  const approving = unattended
    ? approveAll(client, components[0].version, deadline.signal, say)
    : Promise.resolve();
  // A failed approval shows at once, not when the release has waited in vain for it.
  const failed = approving.then(() => new Promise<never>(() => undefined));
  try {
    const view = await Promise.race([followToEnd(client, created.id, deadline.signal, say), failed]);
    if (!isTerminal(view.state))
      throw new Error(
        `${releaseTitle(view.components)} did not end in time; it is ${stateWord(view.state)}: ${view.headline}`,
      );
    return view;
  } finally {
    deadline.end();
    await approving.catch(() => undefined);
  }
}

async function followToEnd(
  client: Client,
  id: string,
  signal: AbortSignal,
  say: (sentence: string) => void,
): Promise<ReleaseView> {
  let last: ReleaseView | undefined;
  for await (const update of followRelease(client, id, signal)) {
    if (update.kind === 'entry') continue;
    if (update.view.headline !== last?.headline)
      say(`  ${stateWord(update.view.state).padEnd(12)} ${update.view.headline}`);
    last = update.view;
  }
  if (!last) throw new Error(`Nothing was heard of ${id}`);
  return last;
}

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
