import { instantText } from '../../instant-text.ts';
import type { Policy } from '../../policy/policy.schema.ts';
import { nameAmong, type NameOf } from '../../release/names.ts';
import type { Candidate, StagePlan } from '../../release/plan.ts';
import { electorateOf, isBackupOf, isNamedBy, ruleName } from './electorate.ts';
import { unreachable } from './quorum.ts';
import { standInsFor, type Absence } from './stand-ins.ts';

/** What whoever goes away should know before. Instants are RFC 3339. */
export interface AbsenceWarning {
  because: string;
  remedy: string;
}

type Asking = Pick<StagePlan, 'rules' | 'candidates' | 'excluded' | 'approval'>;

/**
 * Why an approval cannot be given while an absence lasts: nobody is left who could fill all seats in the part of `[openedAt, deadline)` that
 * it covers, and without it somebody would be. Undefined where that is not so; the sentence names the rules that are short.
 */
export function leftAlone(
  stage: Asking,
  o: { absence: Absence; others: readonly Absence[]; openedAt: string; deadline: string },
): string | undefined {
  const { absence, others } = o;
  const span = {
    openedAt: latest(absence.from, o.openedAt),
    deadline: earliest(absence.until, o.deadline),
  };
  if (Date.parse(span.openedAt) >= Date.parse(span.deadline)) return undefined;
  const shortBy = (absences: readonly Absence[]): string | undefined =>
    unreachable({ ...electorateOf(stage), standIns: standInsFor(stage, absences, span) });
  return shortBy(others) === undefined ? shortBy([...others, absence]) : undefined;
}

/** What there is to do about it; `release` as commands name it. */
export function remedyForAlone(
  stage: Asking,
  o: { release: string; person: string; isAsked: boolean },
): string {
  const { rules, candidates } = stage;
  const self = candidates.find(({ id }) => id === o.person);
  const theirs = rules.filter((rule) => self && (isNamedBy(rule, self) || isBackupOf(rule, self)));
  const names = theirs.map((rule) => ruleName(rule, candidates)).join(' and ');
  const first = o.isAsked ? 'Decide before you go, or' : 'Shorten the absence, or';
  return `${first} name people under \`backup\` of ${names || 'the rule'} in gantry.yaml, apply it, and have the release follow it: \`gantry release amend ${o.release} --policy\`; one of them may be the delegate.`;
}

const latest = (a: string, b: string): string => (Date.parse(a) > Date.parse(b) ? a : b);
const earliest = (a: string, b: string): string => (Date.parse(a) < Date.parse(b) ? a : b);

/** Why a delegate will not stand in: away as well, or known to no rule that asks the absent person. Undefined where one will. */
export function idleDelegate(
  policy: Pick<Policy, 'people' | 'pipelines'>,
  { absence, others }: { absence: Absence; others: readonly Absence[] },
): AbsenceWarning | undefined {
  const { person, delegate } = absence;
  if (delegate === undefined) return undefined;
  const nameOf: NameOf = (one) => nameAmong(policy.people, one);
  const [name, standInName] = [nameOf(person), nameOf(delegate)];
  const away = others.find(
    (other) =>
      other.person === delegate &&
      Date.parse(other.from) < Date.parse(absence.until) &&
      Date.parse(absence.from) < Date.parse(other.until),
  );
  if (away)
    return {
      because: `${standInName} is away, too, from ${instantText(away.from)} to ${instantText(away.until)}: nobody stands in for ${name} then.`,
      remedy: 'Name another delegate, or leave it to the backup groups of the rules.',
    };
  const find = (id: string): Candidate | undefined => {
    const found = policy.people.find((one) => one.id === id);
    return found && { id, name: found.name, roles: found.roles };
  };
  const [absent, standIn] = [find(person), find(delegate)];
  if (!absent || !standIn) return undefined;
  const asking = Object.values(policy.pipelines)
    .flat()
    .flatMap(({ approvals }) => approvals)
    .filter((rule) => isNamedBy(rule, absent));
  if (asking.length === 0 || asking.some((rule) => isBackupOf(rule, standIn))) return undefined;
  return {
    because: `No approval rule that asks ${name} knows ${standInName} as its backup: ${standInName} stands in nowhere.`,
    remedy: `Name ${delegate} under \`backup\` of the rules that ask ${name} in gantry.yaml and apply it, or name a delegate who stands there.`,
  };
}
