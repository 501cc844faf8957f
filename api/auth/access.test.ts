import { describe, expect, test } from '@jest/globals';
import type { Access } from '../../domain/policy/policy.schema.ts';
import { actions, may, type Action, type Grant } from './access.ts';

const everyAccess: Access[] = ['viewer', 'releaser', 'approver', 'operator', 'auditor', 'admin'];
const person = (...access: Access[]): Grant => ({ person: 'ana', access });
const shop = { services: ['shop'], requestedBy: 'ben' };

const looking: Action[] = [
  'release.list',
  'release.read',
  'approval.list',
  'review.list',
  'service.list',
  'environment.list',
  'calendar.read',
  'feed.make',
  'feed.revoke',
  'policy.read',
  'policy.check',
  'policy.evaluate',
  'analysis.evaluate',
  'token.create',
  'token.list',
  'token.revoke',
  'risk.preview',
  'self.read',
  'absence.list',
  'absence.manage',
  'docs.read',
  'metrics.read',
  'incident.list',
  'incident.read',
];
const steering: Action[] = [
  'release.pause',
  'release.resume',
  'release.abort',
  'release.rollBack',
  'release.advance',
  'release.recover',
  'release.close',
  'release.retryCheck',
  'release.reschedule',
  'release.amend',
  'release.proceed',
  'release.continue',
  'release.extend',
  'approval.remind',
];
const planning: Action[] = [
  'window.manage',
  'freeze.manage',
  'freeze.lift',
  'override.give',
  'override.second',
  'train.steer',
  'reservation.make',
  'quarantine.set',
  'quarantine.lift',
  'check.waive',
  'promotion.lift',
];
const hurting: Action[] = ['incident.open', 'incident.change', 'incident.attribute'];
const voting: Action[] = ['decision.make', 'decision.withdraw'];
const delaying: Action[] = ['release.postpone', 'release.breakGlass', 'task.add'];
const working: Action[] = ['task.move'];
const governing: Action[] = [
  'policy.apply',
  'person.signIn',
  'person.endSessions',
  'person.forgetIdentities',
  'mailbox.read',
];

/** What each access allows on a release of somebody else; all that is not named here is refused. */
const allowed: Record<Access, Action[]> = {
  viewer: [...looking, ...working],
  releaser: [...looking, ...working, ...delaying, ...hurting, 'release.create'],
  approver: [
    ...looking,
    ...working,
    ...voting,
    ...delaying,
    ...hurting,
    'review.settle',
    'override.second',
    'check.waive',
  ],
  operator: [
    ...looking,
    ...working,
    ...delaying,
    ...hurting,
    'review.settle',
    ...steering,
    ...planning,
    'service.adopt',
  ],
  auditor: [...looking, 'audit.read'],
  admin: [
    ...looking,
    ...steering,
    ...planning,
    ...hurting,
    ...governing,
    'release.create',
    'service.adopt',
    'audit.read',
  ],
};

describe('access', () => {
  test.each(
    everyAccess.flatMap((access) =>
      actions.map((action) => [access, action, allowed[access].includes(action)] as const),
    ),
  )('%s and %s: %s', (access, action, expected) => {
    expect(may(person(access), action, shop).allowed).toBe(expected);
  });

  test.each(actions)('nobody without any access may %s', (action) => {
    expect(may(person(), action, shop).allowed).toBe(false);
  });

  test.each([
    'release.pause',
    'release.resume',
    'release.advance',
    'release.abort',
    'release.retryCheck',
  ] as const)('a releaser may %s what they asked for', (action) => {
    expect(may(person('releaser'), action, { ...shop, requestedBy: 'ana' }).allowed).toBe(true);
  });

  test('a releaser may not roll back even what they asked for', () => {
    expect(may(person('releaser'), 'release.rollBack', { ...shop, requestedBy: 'ana' }).allowed).toBe(false);
  });

  test('an administrator has no vote by being one', () => {
    expect(may(person('admin', 'approver'), 'decision.make', shop).allowed).toBe(true);
    expect(may(person('admin'), 'decision.make', shop)).toMatchObject({
      allowed: false,
      needs: ['approver'],
    });
  });
});

describe('a token', () => {
  const token = (owner: Access[], access: Access[], services: string[] = []): Grant => ({
    person: 'ana',
    access: owner,
    token: { access, services },
  });

  test('that is for other services is to be another token, and not more access of its person', () => {
    const narrow = token(['admin'], ['releaser'], ['shop']);
    expect(may(narrow, 'release.create', { services: ['ledger'] })).toEqual({
      allowed: false,
      needs: [],
      because: 'the token is for shop only, not for ledger',
      remedy: expect.stringContaining('`gantry token create NAME --service shop,ledger`'),
    });
    expect(may(narrow, 'token.create')).toMatchObject({
      remedy: expect.stringMatching(/`gantry token create NAME`.*leave out `--service`/),
    });
    expect(may(token(['admin'], ['viewer']), 'release.create', { services: ['shop'] })).toMatchObject({
      needs: ['releaser', 'admin'],
      remedy: expect.stringContaining('--access releaser'),
    });
    expect(may(person('viewer'), 'release.create')).not.toHaveProperty('remedy');
  });

  test.each(
    everyAccess.flatMap((mine) =>
      everyAccess.flatMap((its) => actions.map((action) => [mine, its, action] as const)),
    ),
  )('of %s with access %s never does more than both at %s', (mine, its, action) => {
    const both = may(person(mine), action, shop).allowed && may(person(its), action, shop).allowed;
    expect(may(token([mine], [its]), action, shop).allowed).toBe(both);
  });

  test.each(actions)(
    'that somebody else made for its person, and %s: all but what counts as that person’s word',
    (action) => {
      const grant = token(everyAccess, everyAccess);
      const others = { ...grant, token: { ...grant.token!, madeBy: 'otto' } };
      const byPersonAlone: Action[] = [
        ...voting,
        ...(['release.postpone', 'release.breakGlass', 'review.settle', 'check.waive'] as const),
        ...(['quarantine.lift', 'freeze.lift', 'override.give', 'override.second'] as const),
      ];
      expect(may(grant, action, shop).allowed).toBe(true);
      expect(may(others, action, shop).allowed).toBe(!byPersonAlone.includes(action));
    },
  );

  test.each([
    ['its service', { services: ['shop'] }, true],
    ['another service', { services: ['cart'] }, false],
    ['its service together with another', { services: ['shop', 'cart'] }, false],
    ['something that names no service', {}, false],
  ])('for shop creates a release of %s: %s', (_, object, expected) => {
    expect(may(token(['releaser'], ['releaser'], ['shop']), 'release.create', object).allowed).toBe(expected);
  });

  test.each(['audit.read', 'policy.apply', 'token.create', 'person.signIn'] as const)(
    'for shop is refused %s, which concerns all services',
    (action) => {
      expect(may(token(['admin'], ['admin'], ['shop']), action).allowed).toBe(false);
    },
  );
});
