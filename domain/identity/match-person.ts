import type { Person } from '../policy/policy.schema.ts';

/** What an OpenID provider has vouched for. (issuer, subject) is the identity; everything else may change. */
export interface ProvenIdentity {
  issuer: string;
  subject: string;
  email?: string;
  emailVerified: boolean;
}

/** An account of a provider that is known to be a person of the policy. */
export interface Binding {
  issuer: string;
  subject: string;
  person: string;
}

export type Match = { ok: true; person: string; isNew: boolean } | { ok: false; because: string };

/**
 * Which person of the policy an account is (trust §4.3). It is bound by its verified mail address once; afterwards the account
 * counts, so that a recycled address never hands a person's votes to somebody else. Every contradiction is a no.
 * @param bindings at least those of this issuer that name the same subject or the same person
 */
export function matchPerson(
  people: readonly Person[],
  identity: ProvenIdentity,
  bindings: readonly Binding[],
): Match {
  const { issuer, subject, email, emailVerified } = identity;
  if (email !== undefined && !emailVerified)
    return no('the provider has not verified the mail address of this account');
  const owner = email === undefined ? undefined : ownerOf(people, email);
  const ofIssuer = bindings.filter((one) => one.issuer === issuer);
  const bound = ofIssuer.find((one) => one.subject === subject);
  if (bound) {
    if (!people.some(({ id }) => id === bound.person))
      return no(`this account belongs to ${bound.person}, whom gantry.yaml no longer names`);
    if (owner && owner.id !== bound.person)
      return no(`this account belongs to ${bound.person}, but its mail address is that of ${owner.id}`);
    return { ok: true, person: bound.person, isNew: false };
  }
  if (email === undefined) return no('the provider has not told the mail address of this account');
  if (!owner) return no('nobody in gantry.yaml has the mail address of this account');
  if (ofIssuer.some((one) => one.person === owner.id))
    return no(`${owner.id} belongs to another account of this provider`);
  return { ok: true, person: owner.id, isNew: true };
}

const no = (because: string): Match => ({ ok: false, because });

/** Only plain characters: some others fold into them (the Kelvin sign into k), and would pass for an address that they are not. */
const plainAddress = /^[\x21-\x7e]+@[\x21-\x7e]+$/;

function ownerOf(people: readonly Person[], email: string): Person | undefined {
  if (!plainAddress.test(email)) return undefined;
  const wanted = email.toLowerCase();
  const owners = people.filter((person) =>
    [person.email, ...person.aliases].some((one) => plainAddress.test(one) && one.toLowerCase() === wanted),
  );
  return owners.length === 1 ? owners[0] : undefined;
}
