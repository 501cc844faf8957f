import type { Access } from '../../domain/policy/policy.schema.ts';

/** Everything that somebody can ask Gantry to do or show. Each route declares one of these. */
export type Action = keyof typeof rules;

interface Rule {
  /** Who may; `admin` may all of these except where `adminToo` is false. */
  access: readonly Access[];
  /**
   * What a token that is narrowed to some services may do with it: `service` needs the services of the object to be among
   * them, `open` tells nothing of other services or is narrowed by the route, `whole` concerns everybody and is refused.
   */
  reach: 'service' | 'open' | 'whole';
  /** Also allowed for the person who asked for the release, given this access. */
  own?: Access;
  adminToo?: false;
  /**
   * What counts because this very person says it: votes, what roles of the policy permit, and what takes two people. A token that somebody else
   * made for them does not, or whoever makes tokens would be all of them (trust §2, four eyes).
   */
  inPerson?: true;
}

const everybody: readonly Access[] = ['viewer', 'releaser', 'approver', 'operator', 'auditor'];
const operators: Omit<Rule, 'own'> = { access: ['operator'], reach: 'service' };

/** The table of trust §4.2. Whoever is not named is refused. Administrators do not vote by being administrators. */
const rules = {
  'release.list': { access: everybody, reach: 'open' },
  'release.read': { access: everybody, reach: 'service' },
  'risk.preview': { access: everybody, reach: 'service' },
  'release.create': { access: ['releaser'], reach: 'service' },
  'release.pause': { ...operators, own: 'releaser' },
  'release.resume': { ...operators, own: 'releaser' },
  'release.continue': { ...operators, own: 'releaser' },
  'release.extend': { ...operators, own: 'releaser' },
  'release.abort': { ...operators, own: 'releaser' },
  'release.rollBack': operators,
  'release.advance': { ...operators, own: 'releaser' },
  'release.recover': operators,
  'release.close': operators,
  'train.steer': { access: ['operator'], reach: 'whole' },
  'release.amend': { ...operators, own: 'releaser' },
  'release.reschedule': { ...operators, own: 'releaser' },
  'release.proceed': { ...operators, own: 'releaser' },
  // Whose word counts, and for how long, the release judges by its people and their roles.
  'release.postpone': {
    access: ['releaser', 'approver', 'operator'],
    reach: 'service',
    adminToo: false,
    inPerson: true,
  },
  // Whose work a stage waits for, the release judges by what this person is to it.
  'task.add': { access: ['releaser', 'approver', 'operator'], reach: 'service', adminToo: false },
  // Owners of tasks may have any access; whose task it is, the release judges.
  'task.move': { access: ['viewer', 'releaser', 'approver', 'operator'], reach: 'service', adminToo: false },
  // Whose role suffices, the release judges; administrators use it like everybody (trust §2.10).
  'release.breakGlass': {
    access: ['releaser', 'approver', 'operator'],
    reach: 'service',
    adminToo: false,
    inPerson: true,
  },
  'review.list': { access: everybody, reach: 'open' },
  'review.settle': { access: ['approver', 'operator'], reach: 'service', adminToo: false, inPerson: true },
  'release.retryCheck': { ...operators, own: 'releaser' },
  // Who waives must have the role that the stage names as well, which the workflow asks.
  'check.waive': { access: ['approver', 'operator'], reach: 'service', inPerson: true },
  'quarantine.set': operators,
  'quarantine.lift': { ...operators, inPerson: true },
  'promotion.lift': operators,
  'incident.list': { access: everybody, reach: 'open' },
  'incident.read': { access: everybody, reach: 'service' },
  // Whoever sees that something goes wrong may say so; who is to blame is for people who know the service.
  'incident.open': { access: ['releaser', 'approver', 'operator'], reach: 'service' },
  'incident.change': { access: ['releaser', 'approver', 'operator'], reach: 'service' },
  'incident.attribute': { access: ['releaser', 'approver', 'operator'], reach: 'service' },
  'decision.make': { access: ['approver'], reach: 'service', adminToo: false, inPerson: true },
  'decision.withdraw': { access: ['approver'], reach: 'service', adminToo: false, inPerson: true },
  'approval.list': { access: everybody, reach: 'open' },
  'approval.remind': { ...operators, own: 'releaser' },
  'absence.list': { access: everybody, reach: 'whole' },
  // One's own; for others the route asks for the access operator.
  'absence.manage': { access: everybody, reach: 'whole' },
  'service.list': { access: everybody, reach: 'open' },
  'environment.list': { access: everybody, reach: 'open' },
  'service.adopt': { access: ['operator'], reach: 'service' },
  'calendar.read': { access: everybody, reach: 'open' },
  // The address of a feed is read without the token that made it: it must not show more than that may see.
  'feed.make': { access: everybody, reach: 'service' },
  'feed.revoke': { access: everybody, reach: 'whole' },
  'window.manage': operators,
  'freeze.manage': operators,
  'freeze.lift': { ...operators, inPerson: true },
  'override.give': { ...operators, inPerson: true },
  // Who agrees must be a release manager as well, which the route asks.
  'override.second': { access: ['approver', 'operator'], reach: 'service', inPerson: true },
  'reservation.make': operators,
  'policy.read': { access: everybody, reach: 'whole' },
  'policy.check': { access: everybody, reach: 'open' },
  'policy.evaluate': { access: everybody, reach: 'service' },
  'analysis.evaluate': { access: everybody, reach: 'open' },
  'policy.apply': { access: [], reach: 'whole' },
  'token.create': { access: everybody, reach: 'whole' },
  'token.list': { access: everybody, reach: 'whole' },
  'token.revoke': { access: everybody, reach: 'whole' },
  'person.signIn': { access: [], reach: 'whole' },
  'person.endSessions': { access: [], reach: 'whole' },
  'person.forgetIdentities': { access: [], reach: 'whole' },
  'audit.read': { access: ['auditor'], reach: 'whole' },
  'mailbox.read': { access: [], reach: 'whole' },
  'self.read': { access: everybody, reach: 'open' },
  'docs.read': { access: everybody, reach: 'open' },
  // The counts are those of all services.
  'metrics.read': { access: everybody, reach: 'whole' },
} as const satisfies Record<string, Rule>;

export const actions = Object.keys(rules) as Action[];

/** What an action is done to, as far as the rules care. */
export interface ActionObject {
  services?: readonly string[];
  /** Person who asked for the release. */
  requestedBy?: string;
}

/** Who asks: the access of the person, and what a token leaves of it. */
export interface Grant {
  person: string;
  access: readonly Access[];
  /** Only for a token: it narrows, and never adds. */
  token?: {
    access: readonly Access[];
    services: readonly string[];
    /** Who made it, where that is another person than the one whom it acts for. */
    madeBy?: string;
  };
}

/**
 * Refused: `because` is the rule; `needs` is the access one of which would do, and empty where none would, since the token is for other
 * services; `remedy` stands where it is the token that lacks something, and not the person.
 */
export type Permission =
  { allowed: true } | { allowed: false; because: string; needs: readonly Access[]; remedy?: string };

/** Whether this may be done, or the rule that forbids it. Denies whatever no rule allows. */
export function may(grant: Grant, action: Action, object: ActionObject = {}): Permission {
  const rule: Rule = rules[action];
  const needs: Access[] = [...rule.access, ...(rule.adminToo === false ? [] : (['admin'] as const))];
  const isOwn = object.requestedBy === grant.person;
  const suffices = (held: readonly Access[]): boolean =>
    held.some((one) => needs.includes(one)) || (isOwn && rule.own !== undefined && held.includes(rule.own));
  if (!suffices(grant.access))
    return { allowed: false, needs, because: 'the person does not have the access for it' };
  if (!grant.token) return { allowed: true };
  if (!suffices(grant.token.access))
    return {
      allowed: false,
      needs,
      because: 'the token does not have the access for it',
      remedy: tokenFrom(`--access ${needs[0] ?? 'admin'}`),
    };
  const { madeBy } = grant.token;
  if (rule.inPerson && madeBy !== undefined)
    return {
      allowed: false,
      needs,
      because: `the token was made by ${madeBy}, and what ${grant.person} decides comes from ${grant.person} alone: by a mail, signed in, or with a token that ${grant.person} makes`,
    };
  return narrowed(rule, grant.token.services, object.services);
}

function narrowed(
  rule: Rule,
  services: readonly string[],
  wanted: readonly string[] | undefined,
): Permission {
  if (services.length === 0 || rule.reach === 'open') return { allowed: true };
  if (rule.reach === 'whole')
    return {
      allowed: false,
      needs: [],
      because: `the token is for ${services.join(', ')} only, and this concerns all services`,
      remedy: tokenFor([]),
    };
  const outside = wanted?.filter((service) => !services.includes(service));
  if (outside?.length === 0) return { allowed: true };
  return {
    allowed: false,
    needs: [],
    because: `the token is for ${services.join(', ')} only, not for ${outside?.join(', ') ?? 'everything'}`,
    remedy: tokenFor(outside ? [...services, ...outside] : []),
  };
}

/** What whoever has a token for some services does about these; about all services where none is named. */
export const tokenFor = (services: readonly string[]): string =>
  services.length === 0
    ? `${tokenFrom('')} It must be for all services: leave out \`--service\`.`
    : tokenFrom(`--service ${services.join(',')}`);

const tokenFrom = (flags: string): string =>
  `Use another token: make it on the page /tokens, or with \`${`gantry token create NAME ${flags}`.trimEnd()}\`, which a token without the access admin may not.`;
