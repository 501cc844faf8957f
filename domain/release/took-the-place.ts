import type { Component, ReleaseView } from './release.ts';

/**
 * What a release that went back took the place of in its last stage, of all that the one which it makes good had brought. Between its order and
 * its steps something else may have come, that nobody complained of.
 */
export function tookThePlaceOf(
  { stages }: Pick<ReleaseView, 'stages'>,
  bad: Pick<ReleaseView, 'components'>,
): Component[] {
  const rollout = stages.at(-1)?.rollout ?? [];
  return bad.components.filter(({ service, version }) =>
    rollout.some((one) => one.service === service && one.previousVersion === version),
  );
}
