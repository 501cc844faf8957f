import { describe, expect, test } from '@jest/globals';
import { PersonSchema } from '../policy/policy.schema.ts';
import { matchPerson, type Binding, type ProvenIdentity } from './match-person.ts';

const people = [
  { id: 'ana', name: 'Ana', email: 'ana@acme.test', aliases: ['ana.lopez@acme.test', 'Ana L.'] },
  { id: 'ben', name: 'Ben', email: 'Ben@Acme.test' },
  { id: 'kim', name: 'Kim', email: 'kim@acme.test' },
].map((one) => PersonSchema.parse(one));
const issuer = 'https://id.acme.test';
const account = (over: Partial<ProvenIdentity> = {}): ProvenIdentity => ({
  issuer,
  subject: 's1',
  email: 'ana@acme.test',
  emailVerified: true,
  ...over,
});
const withoutMail: ProvenIdentity = { issuer, subject: 's1', emailVerified: false };
const bound = (person: string, over: Partial<Binding> = {}): Binding => ({
  issuer,
  subject: 's1',
  person,
  ...over,
});

describe('an account is a person', () => {
  test.each<[string, ProvenIdentity, Binding[], string, boolean]>([
    ['by its verified address', account(), [], 'ana', true],
    ['whatever the case of the address', account({ email: 'ANA@acme.TEST' }), [], 'ana', true],
    ['by an alias that is an address', account({ email: 'ana.lopez@acme.test' }), [], 'ana', true],
    ['by the account, once it is bound', account(), [bound('ana')], 'ana', false],
    ['after its address has changed', account({ email: 'new@acme.test' }), [bound('ana')], 'ana', false],
    ['bound, without any address', withoutMail, [bound('ana')], 'ana', false],
    [
      'beside an account of another provider',
      account(),
      [bound('ana', { issuer: 'https://old' })],
      'ana',
      true,
    ],
  ])('%s', (_, identity, bindings, person, isNew) => {
    expect(matchPerson(people, identity, bindings)).toEqual({ ok: true, person, isNew });
  });
});

describe('an account is nobody', () => {
  test.each<[string, ProvenIdentity, Binding[], string]>([
    ['with an address that is not verified', account({ emailVerified: false }), [], 'not verified'],
    ['even bound, with one that is not', account({ emailVerified: false }), [bound('ana')], 'not verified'],
    ['without an address', withoutMail, [], 'not told'],
    ['with an address that nobody has', account({ email: 'eve@acme.test' }), [], 'nobody in gantry.yaml'],
    ['with a Git name for an address', account({ email: 'Ana L.' }), [], 'nobody in gantry.yaml'],
    ['with an address that only folds into one', account({ email: '\u212Aim@acme.test' }), [], 'nobody'],
    ['bound to somebody who has left', account({ email: 'x@acme.test' }), [bound('cleo')], 'no longer names'],
    ['bound to one and addressed as another', account(), [bound('ben')], 'belongs to ben'],
    [
      'with an address whose owner has another account',
      account(),
      [bound('ana', { subject: 's0' })],
      'another',
    ],
  ])('%s', (_, identity, bindings, because) => {
    const match = matchPerson(people, identity, bindings);
    expect(match).toMatchObject({ ok: false });
    expect(!match.ok && match.because).toContain(because);
  });
});
