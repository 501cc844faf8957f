import { expect, test } from '@jest/globals';
import { factsOf, factVariables, fill } from './facts.ts';

const component = { service: 'shop', version: '1.4.0', previousVersion: '1.3.0' };
const input = { releaseId: 'rel_1', environment: 'production', component, weight: 100 };

test('a deployer is told which target it is about, and what to do there', () => {
  const facts = factsOf({ ...input, target: 'eu-1', action: 'switch' });
  expect(fill('{{target}}/{{action}}/{{version}}', facts)).toBe('eu-1/switch/1.4.0');
  expect(factVariables(facts)).toMatchObject({ GANTRY_TARGET: 'eu-1', GANTRY_ACTION: 'switch' });
});

test('a target that there is not is never filled with anything', () => {
  expect(() => fill('{{target}}', factsOf(input))).toThrow(/no value/);
  expect(factVariables(factsOf(input))).not.toHaveProperty('GANTRY_TARGET');
});
