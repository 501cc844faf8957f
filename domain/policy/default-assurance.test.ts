import { expect, test } from '@jest/globals';
import { withSignInByDefault } from './default-assurance.ts';

const policyOf = (stage: unknown) => ({
  environments: [{ id: 'staging' }, { id: 'production', production: true }],
  pipelines: { web: [stage] },
});
const production = { environment: 'production' };
const staging = { environment: 'staging' };
const login = { assurance: 'login' };

test.each<[string, unknown, unknown]>([
  ['production without a word', production, { ...production, approval: login }],
  [
    'production with other terms',
    { ...production, approval: { grace: '5m' } },
    { ...production, approval: { grace: '5m', ...login } },
  ],
  ['production that names link', { ...production, approval: { assurance: 'link' } }, undefined],
  ['production that names link+code', { ...production, approval: { assurance: 'link+code' } }, undefined],
  ['production that names reauth', { ...production, approval: { assurance: 'reauth' } }, undefined],
  [
    'a rule that names a level keeps it, and its stage has the default',
    { ...production, approvals: [{ role: 'qa', assurance: 'link' }] },
    { ...production, approvals: [{ role: 'qa', assurance: 'link' }], approval: login },
  ],
  ['another environment', staging, undefined],
  ['an environment that nobody knows', { environment: 'moon' }, undefined],
  ['no level that there is', { ...production, approval: { assurance: null } }, undefined],
  ['terms that are none', { ...production, approval: 'soon' }, undefined],
  ['a stage that is none', 'production', undefined],
])('%s', (_, stage, expected) => {
  const policy = policyOf(stage);
  const before = structuredClone(policy);
  expect(withSignInByDefault(policy)).toEqual(policyOf(expected ?? stage));
  expect(policy).toEqual(before); // two stages of a file may be one by reference
});

test.each([
  undefined,
  null,
  'gantry',
  [],
  {},
  { pipelines: [] },
  { pipelines: { web: 'x' }, environments: 1 },
])('what is no policy stays what it is: %j', (policy) => {
  expect(withSignInByDefault(policy)).toEqual(policy);
});
