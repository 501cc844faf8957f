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
