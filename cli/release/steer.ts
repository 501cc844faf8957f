import type { CommandAnswer } from '../../workflows/contract.ts';
import { currentStage, releaseTitle } from '../../domain/release/release.ts';
import { isTerminal } from '../../domain/release/state.ts';
import { readRelease, releasePath, type ReleaseView } from '../answers.ts';
import { isConfirmed } from '../confirm.ts';
import { exitCode, type ExitCode } from '../exit-codes.ts';
import { plainText } from '../plain-text.ts';
import type { Session } from '../session.ts';

interface Steering {
  /** Sub-resource of the release: `pause`, `roll-back`. */
  command: string;
  body: Record<string, unknown>;
  /** Said in place of the headline, which is still that of before: what it starts takes its time, such as undoing. */
  begun?: string;
  /** Asked before it is sent, with what would happen; left out for what is harmless or urgent. */
  ask?: {
    preview: (view: ReleaseView) => string[];
    question: (title: string) => string;
    yes: boolean | undefined;
  };
  /** What more there is to say once it is done, to people. */
  then?: (title: string) => Promise<readonly string[]>;
  /** Sent with the revision that was looked at, so that it is refused where somebody was faster. */
  onlyIfUnchanged?: boolean;
}

/** Sends one command to a release and prints the state after it. */
export async function steer(session: Session, id: string, steering: Steering): Promise<ExitCode> {
  const { output, client } = session;
  const view = await readRelease(client, id);
  const title = releaseTitle(view.components);
  // The server refuses what is sent to an ended release, or says that it was done before: nobody is asked about effects that cannot come.
  if (steering.ask && !isTerminal(view.state)) {
    const { preview, question, yes } = steering.ask;
    if (!(await isConfirmed(session, { preview: preview(view), question: question(title), yes })))
      return exitCode.bad;
  }
  const answer = (await client.post(
    `${releasePath(view.id)}/${steering.command}`,
    steering.body,
    steering.onlyIfUnchanged === true ? { ifMatch: `"${view.seq}"` } : {},
  )) as CommandAnswer & { note?: string; changed?: false };
  if (output.json) output.document(answer);
  else {
    const begun = isTerminal(answer.state) || answer.changed === false ? undefined : steering.begun;
    output.line(output.quiet ? view.id : said(title, begun ?? answer.headline));
  }
  if (answer.note !== undefined && !output.json) output.note(plainText(answer.note));
  if (steering.then && !output.json && !output.quiet)
    for (const line of await steering.then(title)) output.line(plainText(line));
  return exitCode.done;
}

/** Most headlines begin with the title. */
const said = (title: string, sentence: string): string =>
  plainText(sentence.startsWith(title) ? sentence : `${title}: ${sentence}`);

/** Which share of traffic each component has where: what stopping or going back touches. */
export function exposureLines(view: ReleaseView): string[] {
  const { environment = '', rollout = [] } = currentStage(view) ?? {};
  return rollout.map(
    (one) =>
      `${one.service} ${one.version} has ${one.exposure} % of ${environment}; before it ran ${one.previousVersion ?? 'nothing'}.`,
  );
}
