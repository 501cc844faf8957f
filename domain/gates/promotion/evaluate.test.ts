import { describe, expect, test } from '@jest/globals';
import type { Artifact } from '../../release/artifact.ts';
import { evaluatePromotion, type VerifiedSet } from './evaluate.ts';

const shop: Artifact = { service: 'shop', version: '1.4.0', digest: 'sha256:a' };
const cart: Artifact = { service: 'cart', version: '2.0.0', digest: 'sha256:c' };
const set = (environment: string, ...builds: Artifact[]): VerifiedSet => ({
  environment,
  at: '2026-11-26T09:00:00.000Z',
  builds,
});
const any = { from: ['staging'], which: 'any' as const };

describe('promotion', () => {
  test('takes the very set that the stage before verified', () => {
    expect(evaluatePromotion(any, [shop], [set('staging', shop)])).toEqual({
      kind: 'allowed',
      because: 'shop 1.4.0 was verified in staging.',
    });
  });

  test('denies the same version with another digest', () => {
    const moved = { ...shop, digest: 'sha256:b' };
    expect(evaluatePromotion(any, [moved], [set('staging', shop)])).toEqual({
      kind: 'denied',
      because: 'shop 1.4.0 in staging was another build than the one that is to go on.',
      remedy: 'Release the build that was verified, or give this one a version of its own.',
    });
  });

  test('denies what was never there, or there and elsewhere only', () => {
    expect(evaluatePromotion(any, [shop], [set('demo', shop)])).toMatchObject({
      kind: 'denied',
      because: 'shop 1.4.0 was not verified in staging.',
    });
  });

  test('denies components that were verified, but not together', () => {
    const apart = [set('staging', shop), set('staging', cart)];
    expect(evaluatePromotion(any, [shop, cart], apart)).toMatchObject({
      kind: 'denied',
      because: 'shop 1.4.0, cart 2.0.0 was not verified together in staging.',
    });
    expect(evaluatePromotion(any, [shop, cart], [set('staging', cart, shop)]).kind).toBe('allowed');
  });

  test('any: one stage of several is enough; all: each must have verified it', () => {
    const from = ['staging', 'load'];
    const verified = [set('load', shop)];
    expect(evaluatePromotion({ from, which: 'any' }, [shop], verified)).toMatchObject({
      kind: 'allowed',
      because: 'shop 1.4.0 was verified in load.',
    });
    expect(evaluatePromotion({ from, which: 'all' }, [shop], verified)).toMatchObject({
      kind: 'denied',
      because: 'shop 1.4.0 was not verified in staging.',
    });
  });

  test('compares commits where there are no digests, and names only where there is neither', () => {
    const plain: Artifact = { service: 'shop', version: '1.4.0' };
    const at = (commit: string) => ({ ...plain, commit });
    expect(evaluatePromotion(any, [at('aaa')], [set('staging', at('bbb'))]).kind).toBe('denied');
    expect(evaluatePromotion(any, [at('aaa')], [set('staging', at('aaa'))]).kind).toBe('allowed');
    expect(evaluatePromotion(any, [plain], [set('staging', plain)]).kind).toBe('allowed');
  });
});
