import { listOf } from '../../list-of.ts';
import { isSameBuild, type Artifact } from '../../release/artifact.ts';
import type { Verdict } from '../../verdict.ts';

export interface PromotionSettings {
  /** Environments of which the set must come. */
  from: readonly string[];
  /** Whether one of them is enough, or all must have verified it. */
  which: 'any' | 'all';
}

/** Builds that one release verified together in one environment. */
export interface VerifiedSet {
  environment: string;
  at: string;
  builds: readonly Artifact[];
}

/**
 * Whether exactly this set of builds was verified upstream (semantics §3, "Promotion"): together, and by digest. The same
 * version with another digest is another build, whatever its tag says.
 */
export function evaluatePromotion(
  { from, which }: PromotionSettings,
  components: readonly Artifact[],
  verified: readonly VerifiedSet[],
): Verdict {
  const missing = from.filter((environment) => !wasVerified(components, of(verified, environment)));
  const isEnough = which === 'all' ? missing.length === 0 : missing.length < from.length;
  const title = components.map(({ service, version }) => `${service} ${version}`).join(', ');
  if (isEnough) {
    const there = from.filter((environment) => !missing.includes(environment));
    return { kind: 'allowed', because: `${title} was verified in ${listOf(there, 'and')}.` };
  }
  const swapped = verified
    .filter(({ environment }) => missing.includes(environment))
    .flatMap(({ environment, builds }) =>
      builds.flatMap((build) =>
        components
          .filter((one) => one.service === build.service && one.version === build.version)
          .filter((one) => !isSameBuild(one, build))
          .map(({ service, version }) => `${service} ${version} in ${environment} was another build`),
      ),
    );
  const [first] = swapped;
  const where = listOf(missing, which === 'all' ? 'and' : 'or');
  return {
    kind: 'denied',
    because: first
      ? `${first} than the one that is to go on.`
      : `${title} was not verified ${components.length > 1 ? 'together ' : ''}in ${where}.`,
    remedy: first
      ? 'Release the build that was verified, or give this one a version of its own.'
      : `Release it to ${where} first; it goes on from there.`,
  };
}

const of = (verified: readonly VerifiedSet[], environment: string): VerifiedSet[] =>
  verified.filter((one) => one.environment === environment);

const wasVerified = (components: readonly Artifact[], sets: readonly VerifiedSet[]): boolean =>
  sets.some(({ builds }) => components.every((one) => builds.some((build) => isSameBuild(one, build))));
