import { releaseTitle, type ReleaseView } from '../release/release.ts';
import { isUndoing } from '../release/why-shut.ts';

/** A place and the version that is to have all of it again. */
interface Wanted {
  service: string;
  version: string;
  digest?: string;
  environment: string;
}

/** The command that gives a version all of one place again, and changes no other. */
export const giveBackCommand = ({ service, version, digest, environment }: Wanted): string =>
  `gantry release create ${service} ${version}${digest === undefined ? '' : ` --digest ${digest}`} --intent redeploy --to ${environment} --alone`;

/** How people give a version that runs somewhere all of the place again, beside what an ended release has left there. */
export const giveBackWords = (wanted: Wanted): string =>
  `To give ${wanted.service} ${wanted.version} all of ${wanted.environment} again: \`${giveBackCommand(wanted)}\` (in the API \`"intent": "redeploy"\` with \`"alone": true\`).`;

/**
 * The open release that gives a version all of one place again; undefined where nobody has asked for it, where it is being undone or its undo
 * has failed, and where it brings another build of that version. One of that service alone: who may see the one sees the other.
 */
export const givesBack = (
  open: readonly ReleaseView[],
  { service, version, digest, environment }: Wanted,
): ReleaseView | undefined =>
  open.find((view) => {
    const { intent, components, stages, to } = view;
    const [component, ...others] = components;
    return (
      intent === 'redeploy' &&
      !isUndoing(view) &&
      others.length === 0 &&
      component?.service === service &&
      component.version === version &&
      (digest === undefined || component.digest === undefined || component.digest === digest) &&
      (stages.length === 0
        ? to === environment
        : stages.some((one) => one.environment === environment && one.state !== 'finished'))
    );
  });

/** What is said instead of the way to it while that is under way; the id of the release stands beside, where programs and links need it. */
export const givenBackWords = ({ environment }: Wanted, back: ReleaseView): string =>
  `${releaseTitle(back.components)} is to have all of ${environment} again, and a release that does that is under way`;
