import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { aPolicy } from '../../test/support/a-policy.ts';
import { validatePolicy } from './validate.ts';

describe('validatePolicy', () => {
  test('answers any value at all without throwing, and gives a policy only without problems', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const { policy, problems } = validatePolicy(value);
        expect(policy === undefined).toBe(problems.length > 0);
      }),
    );
  });

  test('answers any value in any part of a policy without throwing', () => {
    const parts = ['organisation', 'people', 'environments', 'services', 'pipelines'] as const;
    fc.assert(
      fc.property(fc.constantFrom(...parts), fc.jsonValue(), (part, value) => {
        const { policy, problems } = validatePolicy({ ...aPolicy(), [part]: value });
        expect(policy === undefined).toBe(problems.length > 0);
      }),
    );
  });

  test('finds mistakes between parts although other parts cannot be read', () => {
    const broken = { ...aPolicy(), environments: 'staging', organisation: { name: 'Acme', onCall: ['zoe'] } };
    const found = validatePolicy(broken).problems.map(({ path, code }) => `${path.join('.')} ${code}`);
    expect(found).toContain('environments POLICY_FIELD_INVALID');
    expect(found).toContain('organisation.onCall.0 POLICY_REFERENCE_UNKNOWN');
  });

  test('says of a person who is unknown only that', () => {
    const policy = aPolicy();
    policy.pipelines['web']![1]!.approvals = [{ people: ['zoe'], atLeast: 1, not: [] }];
    expect(validatePolicy(policy).problems.map(({ code }) => code)).toEqual(['POLICY_REFERENCE_UNKNOWN']);
  });

  test('accepts two rules that different people fill, however they overlap', () => {
    const policy = aPolicy();
    policy.people = [
      { ...policy.people[0]!, roles: ['qa', 'security'] },
      { ...policy.people[1]!, roles: ['qa'] },
    ];
    policy.pipelines['web']![1]!.approvals = [
      { role: 'qa', atLeast: 1, not: [] },
      { role: 'security', atLeast: 1, not: [] },
    ];
    expect(validatePolicy(policy).problems).toEqual([]);
  });

  test('bears a chain of dependencies as long as a file can hold', () => {
    const policy = aPolicy();
    const service = policy.services[0]!;
    const count = 20_000;
    policy.services = Array.from({ length: count }, (_, index) => ({
      ...service,
      id: `s${index}`,
      dependsOn: [`s${(index + 1) % count}`],
    }));
    expect(validatePolicy(policy).problems.map(({ code }) => code)).toEqual(['POLICY_CYCLE']);
  });

  test('tells two separate circles of dependencies, each once', () => {
    const policy = aPolicy();
    const service = policy.services[0]!;
    policy.services = [
      { ...service, id: 'a', dependsOn: ['b'] },
      { ...service, id: 'b', dependsOn: ['c'] },
      { ...service, id: 'c', dependsOn: ['a'] },
      { ...service, id: 'd', dependsOn: ['d', 'a'] },
    ];
    const { problems } = validatePolicy(policy);
    expect(problems.map(({ detail }) => detail.split(': ')[1])).toEqual(['a → b → c → a.', 'd → d.']);
  });
});
