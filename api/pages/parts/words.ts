import type {
  ApprovalState,
  CheckOutcome,
  MetricPhase,
  ReleaseView,
  StageState,
  StageView,
} from '../../../domain/release/release.ts';
import { stageStateWord } from '../../../domain/release/stage-words.ts';
import { wordOf } from '../../../domain/release/stalled.ts';
import type { ReleaseState } from '../../../domain/release/state.ts';
import type { Verdict } from '../../../domain/verdict.ts';
import { html, type SafeHtml } from '../../../platform/html.ts';

/** How a word is coloured. A sign stands beside it: colour alone says nothing to many readers. */
type Tone = 'good' | 'bad' | 'wait' | 'plain';

const signs: Record<Tone, string> = { good: '✓', bad: '✕', wait: '●', plain: '–' };

/** A state as sign and word. */
export const word = (text: string, tone: Tone): SafeHtml =>
  html`<span class="word ${tone}"><span aria-hidden="true">${signs[tone]}</span> ${text}</span>`;

/** What the word for a stage depends on beside the stage. */
export type StandingRelease = Pick<ReleaseView, 'state' | 'stalled' | 'stage'>;

type Worded<State extends string> = Record<State, readonly [text: string, tone: Tone]>;

const releaseTones: Record<ReleaseState, Tone> = {
  draft: 'plain',
  planned: 'plain',
  gating: 'wait',
  ready: 'wait',
  deploying: 'wait',
  held: 'bad',
  watching: 'wait',
  rollingBack: 'bad',
  stuck: 'bad',
  succeeded: 'good',
  rejected: 'bad',
  expired: 'plain',
  cancelled: 'plain',
  superseded: 'plain',
  aborted: 'plain',
  failed: 'bad',
  rolledBack: 'bad',
};

const stageTones: Record<StageState, Tone> = {
  pending: 'plain',
  verifying: 'wait',
  gating: 'wait',
  ready: 'wait',
  deploying: 'wait',
  watching: 'wait',
  finished: 'good',
  rollingBack: 'bad',
  ended: 'plain',
};

const checkOutcomes: Worded<CheckOutcome> = {
  pending: ['not yet', 'plain'],
  running: ['running', 'wait'],
  passed: ['passed', 'good'],
  failed: ['failed', 'bad'],
  error: ['could not run', 'bad'],
  inconclusive: ['could not tell', 'bad'],
  cancelled: ['cancelled', 'plain'],
};

const approvalStates: Worded<ApprovalState> = {
  open: ['open', 'wait'],
  approved: ['approved', 'good'],
  rejected: ['rejected', 'bad'],
  expired: ['expired', 'plain'],
  superseded: ['superseded', 'plain'],
  withdrawn: ['withdrawn', 'plain'],
  held: ['expired, held', 'bad'],
};

const metricPhases: Worded<MetricPhase> = {
  running: ['measuring', 'wait'],
  passed: ['passed', 'good'],
  failed: ['failed', 'bad'],
  error: ['no answer', 'bad'],
  inconclusive: ['could not tell', 'bad'],
};

const verdictKinds: Worded<Verdict['kind']> = {
  allowed: ['met', 'good'],
  waiting: ['waits', 'wait'],
  needsPeople: ['needs people', 'wait'],
  denied: ['denied', 'bad'],
};

const of =
  <State extends string>(table: Worded<State>) =>
  (state: State): SafeHtml =>
    word(table[state][0], table[state][1]);

export const releaseWord = (view: Pick<ReleaseView, 'state' | 'stalled'>): SafeHtml =>
  word(wordOf(view), releaseTones[view.stalled ? 'stuck' : view.state]);
/** The word for a stage of a release: one that the release stands still in, held or stuck, says so, whatever it was doing. */
export function stageWord({ environment, state }: StageView, view: StandingRelease): SafeHtml {
  const isStopped =
    environment === view.stage &&
    state !== 'finished' &&
    state !== 'ended' &&
    (view.stalled !== undefined || view.state === 'held' || view.state === 'stuck');
  return isStopped ? releaseWord(view) : word(stageStateWord(state), stageTones[state]);
}
export const checkWord = of(checkOutcomes);
export const approvalWord = of(approvalStates);
export const metricWord = of(metricPhases);
export const verdictWord = of(verdictKinds);

/** A rollout step in one word. */
export const stepWords = {
  pending: 'not yet',
  applying: 'being applied',
  holding: 'under watch',
  done: 'done',
  failed: 'failed',
  unknown: 'unknown: a person must look',
  skipped: 'passed over',
} as const;
