import { releaseTitle, type ReleaseView } from '../domain/release/release.ts';
import { namedIn } from '../domain/release/names.ts';
import { stateWord } from '../domain/release/state.ts';
import { componentState, shareWord } from '../domain/rollout/where.ts';

const escape = (text: string): string =>
  text.replace(/[\\`*_{}[\]()#+!|<>~]/g, '\\$&').replace(/[\r\n]+/g, ' ');

/** What the Temporal UI shows of a running release: headline and why-list, as Markdown. Nothing of people's free text. */
export function currentDetails(view: ReleaseView): string {
  const stage = view.stages.find((candidate) => candidate.environment === view.stage);
  const lines = [
    `### ${escape(releaseTitle(view.components))}: ${stateWord(view.state)}`,
    '',
    escape(view.headline),
    '',
    ...(stage?.verdicts ?? []).map(
      (verdict) => `* **${escape(verdict.gate)}** (${verdict.kind}): ${escape(verdict.because)}`,
    ),
    ...(stage?.rollout ?? []).map(
      (rollout) =>
        `* ${escape(rollout.service)} ${escape(rollout.version)} in ${escape(stage?.environment ?? '')}: ${rollout.exposure} % ${shareWord(rollout)}, ${escape(componentState(rollout))}`,
    ),
    ...view.holds.map((hold) => `* **Held** by ${escape(namedIn(view.names)(hold.by))} since ${hold.at}`),
    '',
    `As of ${view.updatedAt}; release ${view.id}, stages ${view.stages.map((one) => `${escape(one.environment)} ${one.state}`).join(' → ')}`,
  ];
  return lines.join('\n').slice(0, 19_000);
}
