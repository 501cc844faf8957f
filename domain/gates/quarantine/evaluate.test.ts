import { describe, expect, test } from '@jest/globals';
import { evaluateQuarantine, isQuarantined, liftBy, type Quarantine } from './evaluate.ts';

const byName: Quarantine = {
  id: 'qua_1',
  service: 'shop',
  version: '1.4.0',
  by: 'ana',
  reason: 'corrupts carts',
  at: '2026-11-24T10:04:00.000Z',
  lifts: [],
};
const byDigest: Quarantine = {
  id: 'qua_2',
  digest: 'sha256:bad',
  by: 'ben',
  reason: 'leaks keys',
  at: '2026-11-25T08:00:00.000Z',
  lifts: [],
};
const lift = (by: string) => ({ by, reason: 'fixed by configuration', at: '2026-11-26T08:00:00.000Z' });

describe('a quarantine', () => {
  test('denies the build that it names, with who said so and what to do', () => {
    expect(evaluateQuarantine([{ service: 'shop', version: '1.4.0' }], [byName])).toEqual({
      kind: 'denied',
      because: 'shop 1.4.0 is quarantined since Tue 24 Nov 10:04 UTC by ana: "corrupts carts".',
      remedy:
        'Release another version, or lift it: `gantry quarantine lift qua_1 --reason "…"` by two people, one of them not ana.',
    });
  });

  test('that no person has set is lifted by any two', () => {
    const remedy = { remedy: expect.stringMatching(/ --reason "…"` by two people\.$/) };
    expect(
      evaluateQuarantine([{ service: 'shop', version: '1.4.0' }], [{ ...byName, by: 'gantry' }]),
    ).toMatchObject(remedy);
  });

  test('by digest denies every service and name that carries it', () => {
    const carrier = { service: 'cart', version: '9.0.0', digest: 'sha256:bad' };
    expect(evaluateQuarantine([carrier], [byDigest])).toMatchObject({ kind: 'denied' });
    expect(isQuarantined(byDigest, { service: 'cart', version: '9.0.0' })).toBe(false);
  });

  test('leaves other versions and services alone', () => {
    for (const other of [
      { service: 'shop', version: '1.4.1' },
      { service: 'cart', version: '1.4.0' },
    ])
      expect(evaluateQuarantine([other], [byName, byDigest]).kind).toBe('allowed');
  });

  const builds = [{ commit: 'c1' }, { digest: 'sha256:1', commit: 'c2' }, { commit: 'c2' }];
  const known: Quarantine = { ...byName, builds };
  test('meets another name of its build, and says so', () => {
    const renamed = { service: 'shop', version: '1.4.1', commit: 'c1' };
    expect(evaluateQuarantine([renamed], [known]).because).toMatch(
      /^shop 1\.4\.1 is the same build as shop 1\.4\.0, which is quarantined since .* by ana: "corrupts carts"\.$/,
    );
    expect(evaluateQuarantine([{ ...renamed, version: '1.4.0' }], [known]).because).toMatch(
      /^shop 1\.4\.0 is quarantined/,
    );
  });

  test.each([
    ['of its digest', { digest: 'sha256:1', commit: 'c9' }, true],
    ['of its commit, where one digest is not known', { digest: 'sha256:2', commit: 'c1' }, true],
    ['of its commit with another digest than is known of that', { digest: 'sha256:2', commit: 'c2' }, false],
    ['of its commit alone', { commit: 'c2' }, true],
    ['of another commit', { commit: 'c9' }, false],
    ['of which nothing is known', {}, false],
  ])('of a version meets a build %s or not', (_, build, isMet) => {
    expect(isQuarantined(known, { service: 'shop', version: '1.4.1', ...build })).toBe(isMet);
    expect(isQuarantined(known, { service: 'cart', version: '1.4.1', ...build })).toBe(false);
  });

  test('says how many there are, and who has agreed to lift it', () => {
    const both = [{ service: 'shop', version: '1.4.0', digest: 'sha256:bad' }];
    expect(evaluateQuarantine(both, [byName, byDigest]).because).toContain('(and 1 more)');
    expect(evaluateQuarantine(both, [{ ...byName, lifts: [lift('ana')] }])).toMatchObject({
      remedy: expect.stringContaining('; ana has agreed, one other person is missing.'),
    });
    expect(evaluateQuarantine(both, [{ ...byName, lifts: [lift('cem')] }])).toMatchObject({
      remedy: expect.stringContaining('; cem has agreed, one more is missing.'),
    });
  });
});

describe('lifting', () => {
  test.each([
    ['one person, whoever it is, is not enough', [], 'ben', 'agreed'],
    ['who set it counts for one', [], 'ana', 'agreed'],
    ['the setter and somebody else lift it', ['ana'], 'ben', 'lifted'],
    ['two others lift it', ['cem'], 'ben', 'lifted'],
    ['the setter twice is still one', ['ana'], 'ana', 'refused'],
    ['anybody twice is still one', ['ben'], 'ben', 'refused'],
  ] as const)('%s', (_, before, person, kind) => {
    expect(liftBy({ ...byName, lifts: before.map(lift) }, person).kind).toBe(kind);
  });
});
