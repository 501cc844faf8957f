import { expect, test } from '@jest/globals';
import { couldNotLeave, refusedFor } from './refused.ts';

const [shop, cart] = [
  { service: 'shop', version: '1.4.0' },
  { service: 'cart', version: '2.0.0' },
];
const error = (pointer: string, what: string) => ({
  ...{ pointer, code: 'VERSION_DOWNGRADE' },
  ...{ detail: `${what} is wrong`, remedy: `Mend ${what}.` },
});
const problem = (...errors: ReturnType<typeof error>[]) => ({
  ...{ detail: 'the first is wrong', remedy: 'Mend the first.' },
  ...(errors.length > 0 ? { errors } : {}),
});

test('the rider that an objection names stops the train, with all that speaks against it', () => {
  const refused = refusedFor(
    [shop, cart],
    problem(error('/components/1/version', 'the version'), error('/components/1', 'the build')),
  );
  expect(refused.riders).toEqual([
    {
      ...cart,
      because: 'the version is wrong. the build is wrong.',
      remedy: 'Mend the version. Mend the build.',
    },
  ]);
  expect(couldNotLeave('weekly', { mode: 'lockstep', refused: [refused] })).toBe(
    'Train weekly could not leave: all ride together, and cart 2.0.0 may not. the version is wrong. the build is wrong. What to do now: Mend the version. Mend the build.',
  );
});

test('the tenth rider is not the first', () => {
  const many = Array.from({ length: 11 }, (_, index) => ({ service: `s${index}`, version: '1.0.0' }));
  const { riders } = refusedFor(many, problem(error('/components/10/version', 'it')));
  expect(riders.map(({ service }) => service)).toEqual(['s10']);
});

test.each([
  ['that names nobody', problem(error('/components', 'their way'))],
  ['without places', problem()],
])('an objection %s is to all of them together', (_, refusal) => {
  const refused = refusedFor([shop, cart], refusal);
  expect(refused.riders).toEqual([]);
  const said = couldNotLeave('weekly', { mode: 'lockstep', refused: [refused] });
  expect(said).toBe(`Train weekly could not leave: ${refused.because} What to do now: ${refused.remedy}`);
  expect(said).toMatch(/(their way|the first) is wrong\. What to do now: Mend (their way|the first)\.$/);
});

test('who rides alone is meant by whatever is said', () => {
  expect(refusedFor([cart], problem()).riders).toEqual([
    { ...cart, because: 'the first is wrong.', remedy: 'Mend the first.' },
  ]);
});
