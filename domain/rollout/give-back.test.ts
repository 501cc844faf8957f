import { expect, test } from '@jest/globals';
import { aRelease } from '../../test/support/release-view.ts';
import type { ReleaseView } from '../release/release.ts';
import { givesBack } from './give-back.ts';

const [built, rebuilt] = [`sha256:${'a'.repeat(64)}`, `sha256:${'b'.repeat(64)}`];
const named = { service: 'shop', version: '1.0.0', environment: 'production' };
const wanted = { ...named, digest: built };
const back = ({ digest, ...over }: Partial<ReleaseView> & { digest?: string } = {}): ReleaseView =>
  aRelease({
    ...{ id: 'rel_back', intent: 'redeploy', to: 'production', state: 'deploying', stages: [] },
    components: [{ service: 'shop', version: '1.0.0', ...(digest === undefined ? {} : { digest }) }],
    ...over,
  });

test.each([
  ['of that build', back({ digest: built })],
  ['of that version, of which no build is named', back()],
])('an open redeploy %s gives the place back', (_, view) => {
  expect(givesBack([view], wanted)?.id).toBe('rel_back');
});

test('where no build of what runs is known, a redeploy of its version gives the place back', () => {
  expect(givesBack([back({ digest: rebuilt })], named)?.id).toBe('rel_back');
});

test.each([
  ['is being undone', back({ state: 'rollingBack' })],
  ['needs a person, as its undo has failed', back({ state: 'stuck' })],
  ['brings another build of that version', back({ digest: rebuilt })],
])('one that %s gives nothing back, and hides none that does', (_, view) => {
  expect(givesBack([view], wanted)).toBeUndefined();
  expect(givesBack([view, back({ id: 'rel_other' })], wanted)?.id).toBe('rel_other');
});
