import { meanings, type Meaning } from '../../domain/gates/approvals/assurance.ts';
import { oneLine } from '../../platform/plain-text.ts';
import { conditionForm, conditionIn } from '../../domain/release/condition-text.ts';
import type { StagePlan } from '../../domain/release/plan.ts';
import type { Condition, VoteChoice } from '../../domain/release/release.ts';

/** What came in with the form, kept so that a refused form can be shown again. */
export interface DecisionInput {
  decision: string;
  comment: string;
  digest: string;
  version: string;
  /** One a line. */
  conditions: string;
  meaning: string;
  code: string;
  /** A delay: an instant that the page offered, or a local time of the reader. */
  delay: string;
  until: string;
}

export type FieldErrors = Partial<
  Record<'decision' | 'comment' | 'version' | 'conditions' | 'meaning' | 'code' | 'until', string>
>;

/** The version that is typed by hand before a decision on production counts, and whose it is: of several services the first that is deployed. */
export interface VersionToType {
  service: string;
  version: string;
  /** The release has other services, too; their versions are not asked for. */
  isOneOfSeveral: boolean;
}

export function versionToTypeOf({
  production,
  components,
}: Pick<StagePlan, 'production' | 'components'>): VersionToType | undefined {
  const [first] = components;
  if (!production || !first) return undefined;
  return { service: first.service, version: first.version, isOneOfSeveral: components.length > 1 };
}

/** What the form must hold beside the decision. */
export interface FormRules {
  versionToType: VersionToType | undefined;
  /** Nothing but the link proves who sends it: then every decision needs the version, for a program that fills in forms may have the link. */
  isByLinkAlone?: boolean;
  /** At level `reauth`: what the person signs. */
  meaning?: boolean;
  /** At level `link+code`. */
  code?: boolean;
  /** An approval needs a comment as well. */
  isCommentNeeded?: boolean;
  /** The form offers a delay as well. */
  mayPostpone?: boolean;
}

export interface ReadDecision {
  choice: VoteChoice;
  comment?: string;
  conditions?: Condition[];
  meaning?: Meaning;
}

const longestComment = 2_000;

/** Reads a form body; what is not text is as good as missing. */
export function decisionInput(body: unknown): DecisionInput {
  const field = (name: string): string => {
    const value: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined;
    return typeof value === 'string' ? value : '';
  };
  return {
    decision: field('decision'),
    comment: field('comment').trim(),
    digest: field('digest'),
    version: field('version').trim(),
    conditions: field('conditions').trim(),
    meaning: field('meaning'),
    code: field('code').replaceAll(/\s/g, ''),
    delay: field('delay'),
    until: field('until').trim(),
  };
}

/** The decision, or every mistake at once, beside its field. */
export function readDecision(input: DecisionInput, rules: FormRules): ReadDecision | { errors: FieldErrors } {
  const { decision, comment } = input;
  const choice = decision === 'approve' || decision === 'reject' ? decision : undefined;
  const errors = errorsIn(input, choice, rules);
  const conditions = conditionsIn(input.conditions);
  const meaning = meaningOf(input);
  if (!choice || typeof conditions === 'string' || Object.keys(errors).length > 0) return { errors };
  return {
    choice,
    ...(comment === '' ? {} : { comment }),
    ...(conditions.length === 0 ? {} : { conditions }),
    ...(rules.meaning && meaning ? { meaning } : {}),
  };
}

function errorsIn(input: DecisionInput, choice: VoteChoice | undefined, rules: FormRules): FieldErrors {
  const errors: FieldErrors = {};
  const { comment } = input;
  if (!choice)
    errors.decision = rules.mayPostpone ? 'Choose approve, reject or postpone.' : 'Choose approve or reject.';
  if (choice === 'reject' && oneLine(comment) === '')
    errors.comment = 'Say why you reject it: the people who wait for it need the reason.';
  if (choice === 'approve' && rules.isCommentNeeded && oneLine(comment) === '')
    errors.comment = 'Say why it may go on: at this risk an approval needs a comment.';
  Object.assign(errors, errorsOfAll(input, rules, choice));
  if (input.delay !== '' || input.until !== '') errors.until = 'Only a postponement takes a time.';
  const conditions = conditionsIn(input.conditions);
  if (typeof conditions === 'string') errors.conditions = conditions;
  else if (conditions.length > 0 && choice === 'reject')
    errors.conditions = 'Only an approval is given under conditions.';
  if (rules.meaning && !meaningOf(input)) errors.meaning = 'Choose what you sign.';
  return errors;
}

/** Who is in a hurry to stop it may write it as people do: `v1.4.0`, `shop 1.4.0`, `shop@1.4.0`. */
const isMeant = (typed: string, version: string): boolean =>
  typed === version ||
  /^(?:[a-z0-9-]+[ @])?v?(.+)$/i.exec(typed)?.[1]?.toLowerCase() === version.toLowerCase();

/**
 * What is wrong with the version. No and not yet let nothing out, so that a person who is signed in types nothing more for them; a mail scanner
 * that fills in forms is signed in nowhere.
 */
function versionError(
  typed: string,
  { versionToType, isByLinkAlone }: FormRules,
  isApproval: boolean,
): string | undefined {
  if (versionToType === undefined) return undefined;
  const { service, version, isOneOfSeveral } = versionToType;
  const what = isOneOfSeveral ? `the version of ${service}` : 'the version';
  if (typed === '' && isApproval) return `Type ${what}, so that we know that a person approves it.`;
  if (typed === '')
    return isByLinkAlone
      ? `Type ${what}, so that we know that a person decides and no mail program.`
      : undefined;
  if (isApproval ? typed === version : isMeant(typed, version)) return undefined;
  return isOneOfSeveral
    ? `This is not ${what} in this release: that one is asked for, of its several services. Type it as it stands at the top of the page.`
    : 'This is not the version of this release. Type it as it stands at the top of the page.';
}

/** What is wrong with the fields that every decision has, a delay too. */
export function errorsOfAll(input: DecisionInput, rules: FormRules, choice?: VoteChoice): FieldErrors {
  const errors: FieldErrors = {};
  if (input.comment.length > longestComment)
    errors.comment = `Use at most ${longestComment} characters; these are ${input.comment.length}.`;
  const version = versionError(input.version, rules, choice === 'approve');
  if (version !== undefined) errors.version = version;
  if (rules.code && !/^\d{6}$/.test(input.code)) errors.code = 'Type the six digits of the code.';
  return errors;
}

const meaningOf = (input: DecisionInput): Meaning | undefined =>
  meanings.find((one) => one === input.meaning);

const mostConditions = 10;

/** The conditions, one a line, or what is wrong with them. A time is written where it can be shown in a zone: not here. */
function conditionsIn(text: string): Condition[] | string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length > mostConditions) return `Use at most ${mostConditions} conditions.`;
  const read = lines.map((line) => ({ line, condition: conditionIn(line) }));
  const wrong = read.find(
    ({ condition }) => !condition || condition.due !== undefined || condition.title.length > 200,
  );
  if (wrong?.condition?.due !== undefined)
    return `“${wrong.line.trim()}” says by when, which no page takes: leave “, ${wrong.condition.due}” out, and write the day into what is to be done.`;
  if (wrong) return `Write “${wrong.line.trim()}” as ${conditionForm}.`;
  return read.flatMap(({ condition }) => condition ?? []);
}
