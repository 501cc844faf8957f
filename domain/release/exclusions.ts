import type { Person } from '../policy/policy.schema.ts';
import type { StagePlan } from './plan.ts';

/** Somebody whom the Git history names: author, co-author or committer of one commit. */
export interface Contributor {
  name: string;
  email: string;
  as: 'author' | 'committer';
}

/** Everybody who had a hand in what is decided about. */
export interface Involved {
  contributors: readonly Contributor[];
  /** Person ids. */
  requester?: string;
  policyEditor?: string;
  /** Who made the token that this was asked for with, where that is another person than the requester. */
  requestTokenMaker?: string;
  /** The same of the token that the policy was put in force with. */
  editTokenMaker?: string;
}

type Excluded = StagePlan['excluded'][number];
type ByToken = 'requester' | 'policyEditor';

/** What one person had to do with it. */
interface Hand {
  as: Set<Excluded['as'][number]>;
  /** What was done with a token that this person had made for another. */
  byToken: Set<ByToken>;
  authored: number;
  committed: number;
}

/** The person whom a Git name or address belongs to; aliases are folded here, before any vote is counted (trust §2). */
export function personOf(
  people: readonly Person[],
  contributor: Pick<Contributor, 'name' | 'email'>,
): Person | undefined {
  const email = contributor.email.toLowerCase();
  const name = contributor.name.toLowerCase();
  return people.find((person) => {
    const aliases = person.aliases.map((alias) => alias.toLowerCase());
    return (
      person.email.toLowerCase() === email ||
      aliases.includes(email) ||
      aliases.includes(name) ||
      person.name.toLowerCase() === name
    );
  });
}

/**
 * Who may be barred from voting, with the reason in words. A rule bars only those whose reason stands in its `not`.
 * Contributors whom nobody in gantry.yaml answers to cannot vote anyway, and are left out. Whoever made a token for somebody else may be the
 * one who uses it: what is asked for or edited with it counts as the doing of both.
 */
export function excludedPeople(people: readonly Person[], involved: Involved): Excluded[] {
  const reasons = new Map<string, Hand>();
  const entry = (person: string): Hand => {
    const known = reasons.get(person) ?? { as: new Set(), byToken: new Set(), authored: 0, committed: 0 };
    reasons.set(person, known);
    return known;
  };
  for (const contributor of involved.contributors) {
    const person = personOf(people, contributor);
    if (!person) continue;
    const known = entry(person.id);
    known.as.add(contributor.as);
    if (contributor.as === 'author') known.authored += 1;
    else known.committed += 1;
  }
  if (involved.requester) entry(involved.requester).as.add('requester');
  if (involved.policyEditor) entry(involved.policyEditor).as.add('policyEditor');
  const { requestTokenMaker, editTokenMaker } = involved;
  const votes = (maker: string | undefined): maker is string => people.some(({ id }) => id === maker);
  if (votes(requestTokenMaker)) entry(requestTokenMaker).byToken.add('requester');
  if (votes(editTokenMaker)) entry(editTokenMaker).byToken.add('policyEditor');
  return [...reasons.entries()]
    .map(([person, hand]) => ({
      person,
      because: sentence(hand),
      as: [...new Set([...hand.as, ...hand.byToken])].sort(),
    }))
    .sort((a, b) => a.person.localeCompare(b.person));
}

function sentence({ as, byToken, authored, committed }: Hand): string {
  const parts: string[] = [];
  if (as.has('author')) parts.push(`wrote ${commits(authored)} of this version`);
  if (as.has('committer') && !as.has('author')) parts.push(`committed ${commits(committed)} of this version`);
  if (as.has('requester')) parts.push('asked for this release');
  else if (byToken.has('requester')) parts.push('made the token that this release was asked for with');
  if (as.has('policyEditor')) parts.push('edited the policy last');
  else if (byToken.has('policyEditor')) parts.push('made the token that the policy was edited with last');
  return parts.join(' and ');
}

const commits = (count: number): string => (count === 1 ? '1 commit' : `${count} commits`);
