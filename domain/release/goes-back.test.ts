import { expect, test } from '@jest/globals';
import { goesBackToKnown } from './goes-back.ts';
import type { PlannedComponent } from './plan.ts';

const shop = (over: Partial<PlannedComponent> = {}): PlannedComponent => ({
  ...{ service: 'shop', version: '1.3.0', mode: 'rollback', dependsOn: [] },
  ...over,
});
const ran = (version: string, service = 'shop', digest?: string) => ({
  ...{ service, version },
  ...(digest === undefined ? {} : { digest }),
});

test.each([
  ['a version that ended well there', [shop()], [ran('1.4.0'), ran('1.3.0')], true],
  ['a version that never ran there', [shop()], [ran('1.4.0')], false],
  ['the same version of another service', [shop()], [ran('1.3.0', 'payments')], false],
  ['another build of the version', [shop({ digest: 'b' })], [ran('1.3.0', 'shop', 'a')], false],
  ['a deployment', [shop({ mode: 'deploy' })], [ran('1.3.0')], false],
  [
    'a rollback beside a deployment',
    [shop(), shop({ service: 'payments', mode: 'deploy' })],
    [ran('1.3.0')],
    false,
  ],
  ['nothing', [], [ran('1.3.0')], false],
])('%s', (_, components, endedWell, expected) => {
  expect(goesBackToKnown(components, endedWell)).toBe(expected);
});
