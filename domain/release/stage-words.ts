import { isBackupOf, isNamedBy } from '../gates/approvals/electorate.ts';
import { waivedWords } from '../gates/waiver/evaluate.ts';
import { formatDuration } from '../policy/duration.ts';
import { planInWords } from '../rollout/plan-words.ts';
import { asId, type NameOf } from './names.ts';
import type { PlannedComponent, StagePlan } from './plan.ts';
import type { Change, CheckView, StageState, StageView } from './release.ts';

const stageStates: Record<StageState, string> = {
  pending: 'not yet',
  verifying: 'checking',
  gating: 'waiting',
  ready: 'ready',
  deploying: 'deploying',
  watching: 'watching',
  finished: 'finished',
  rollingBack: 'rolling back',
  ended: 'ended here',
};

/** The words for a state of a stage that page and CLI print. */
export const stageStateWord = (state: StageState): string => stageStates[state];

/** `10, 50, 100 %; 5 min after 10 %, 10 min after 50 %`: how the stage is shipped once it may start. */
export function rolloutInWords({ deploy, soakMs, parallel, components }: StagePlan): string {
  const soak = soakMs > 0 ? [`then watched for ${formatDuration(soakMs)}`] : [];
  const beside =
    parallel !== undefined && components.length > 1 ? [`up to ${parallel} services side by side`] : [];
  return [...planInWords(deploy), ...soak, ...beside].join('; ');
}

/** `shop from 1.3.9 to 1.4.0`. */
export const fromTo = ({ service, version, previousVersion, mode }: PlannedComponent): string =>
  previousVersion === undefined
    ? `${service} ${version}, first deployment there`
    : `${service} from ${previousVersion} to ${version}${mode === 'deploy' ? '' : ` (${mode})`}`;

/** What a rollback would bring back, component by component. */
export function rollbackInWords({ components, deployTimeoutMs }: StagePlan): string {
  const targets = components.map(({ service, previousVersion }) =>
    previousVersion === undefined
      ? `${service} is taken away (nothing ran there before)`
      : `${service} back to ${previousVersion}`,
  );
  return `${targets.join('; ')}. Each undo may take up to ${formatDuration(deployTimeoutMs)}.`;
}

/** How a failed check reads that somebody lets pass; undefined where nobody does. */
export const exceptionInWords = (
  { outcome, waiver }: CheckView,
  nameOf: NameOf = asId,
): string | undefined => (waiver && outcome !== 'passed' ? waivedWords(waiver, nameOf) : undefined);

/** A planned check with what is known of it. */
export const checkInWords = (check: CheckView, nameOf: NameOf = asId): string =>
  `${check.id} (${check.service}) ${exceptionInWords(check, nameOf) ?? outcomes[check.outcome]}${check.summary ? `: ${check.summary}` : ''}${check.required ? '' : ' (not required)'}`;

const outcomes: Record<CheckView['outcome'], string> = {
  pending: 'has not started',
  running: 'is running',
  passed: 'passed',
  failed: 'failed',
  error: 'could not be run',
  inconclusive: 'could not tell',
  cancelled: 'was cancelled',
};

/** `2 of 2 checks green`. */
export function checksInShort(stage: StageView | undefined): string {
  const checks = stage?.checks ?? [];
  if (checks.length === 0) return 'no checks';
  return `${checks.filter((check) => check.outcome === 'passed').length} of ${checks.length} checks green`;
}

export function changeInWords(change: Change): string {
  const kind = change.kind === 'breaking' ? 'BREAKING ' : change.kind === 'security' ? 'SECURITY ' : '';
  const mark =
    change.mark === undefined
      ? ''
      : change.mark === 'returns'
        ? ' (shipped before and rolled back)'
        : ' (leaves again)';
  return `${kind}${change.scope === undefined ? '' : `${change.scope}: `}${change.title}, by ${change.author}${mark}`;
}

/** `1 of qa and 2 of ana, ben`; `nobody` where there is no rule. */
export const rulesInWords = (rules: StagePlan['rules']): string =>
  rules.map((rule) => `${rule.atLeast} of ${rule.role ?? (rule.people ?? []).join(', ')}`).join(' and ') ||
  'nobody';

/** Why this person is asked: `qa`, `one of Ana, Ben`, `qa in place of Ben Okafor, who is away`, `backup of security`. */
export function askedAs(
  { rules, candidates, standIns }: StagePlan,
  reader: { id: string; roles: readonly string[] },
  nameOf: (id: string) => string,
): string {
  const person = candidates.find(({ id }) => id === reader.id) ?? {
    id: reader.id,
    name: nameOf(reader.id),
    roles: [...reader.roles],
  };
  const inWords = (named: StagePlan['rules']): string =>
    [
      ...new Set(named.map(({ role, people = [] }) => role ?? `one of ${people.map(nameOf).join(', ')}`)),
    ].join(' and ');
  const own = rules.filter((rule) => isNamedBy(rule, person));
  if (own.length > 0) return inWords(own);
  const away = (standIns?.away ?? []).filter(({ delegate }) => delegate === person.id);
  if (away.length > 0) {
    const absent = candidates.filter(({ id }) => away.some((absence) => absence.person === id));
    const theirs = rules.filter((rule) => absent.some((one) => isNamedBy(rule, one)));
    const names = absent.map(({ id }) => nameOf(id)).join(' and ');
    return `${inWords(theirs) || 'an approver'} in place of ${names}, who ${absent.length > 1 ? 'are' : 'is'} away`;
  }
  const backed = rules.filter((rule) => isBackupOf(rule, person));
  return backed.length > 0 ? `backup of ${inWords(backed)}` : 'an approver';
}

/**
 * What silence leads to, in one sentence. It never leads to an approval. Once others were asked because nobody had decided, it ends the
 * release: that happens once.
 */
export const ifYouDoNothing = (plan: StagePlan, { isSecondRound = false } = {}): string =>
  `If you do nothing, ${withoutAnswer(plan, { isSecondRound })}`;

/** The same without its condition, where that stands before it: `the release expires at that time and nothing is shipped.` */
export const withoutAnswer = (plan: StagePlan, { isSecondRound = false } = {}): string =>
  silence[isSecondRound && plan.approval.onExpiry === 'escalate' ? 'close' : plan.approval.onExpiry];

const silence: Record<StagePlan['approval']['onExpiry'], string> = {
  close: 'the release expires at that time and nothing is shipped.',
  hold: 'the request expires at that time, nothing is shipped, and the owner is asked what to do.',
  escalate: 'others are asked once for half the time again; then the release expires and nothing is shipped.',
};
