import { after, quoted, stated, type CatalogueEntry } from './entry.ts';

/** Who asks, and what they may do. */
export const identityProblems = {
  NOT_SIGNED_IN: {
    title: 'Not signed in',
    message: () => 'This needs somebody who is signed in, or a token.',
    remedy:
      'Sign in, or send `Authorization: Bearer …` with a token of `gantry token create`. The command line reads `GANTRY_TOKEN`.',
    status: 401,
    retryable: false,
  },
  TOKEN_INVALID: {
    title: 'Token not valid',
    message: ({ detail }) => stated('The token is unknown, expired or revoked', detail),
    remedy: 'Make a new one with `gantry token create`, and replace it wherever the old one is kept.',
    status: 401,
    retryable: false,
  },
  TOKEN_ACCESS_BEYOND: {
    title: 'Token beyond its person',
    message: ({ person, detail }) =>
      stated(
        `A token can never do more than ${person ?? 'its person'}, who lacks some of the access that is asked for`,
        detail,
      ),
    remedy: ({ person, has }) =>
      `Leave out what the person may not do${has === undefined ? '' : ` (${person ?? 'they'} may act as ${has})`}; or have an administrator grant it under \`people\` in gantry.yaml first.`,
    status: 422,
    retryable: false,
  },
  NOT_ALLOWED: {
    title: 'Not allowed',
    message: ({ person, need, detail }) =>
      stated(
        `${person ?? 'Your account'} may not do this`,
        detail ?? (need === undefined ? undefined : `it needs the access "${need}"`),
      ),
    remedy: ({ remedy }) =>
      String(
        remedy ??
          'Ask somebody with that access to do it, or an administrator to grant it under `people` in gantry.yaml.',
      ),
    status: 403,
    retryable: false,
  },
  ORIGIN_REFUSED: {
    title: 'Request from another site',
    message: () =>
      'A page of another site sent this form; it was refused, so that nobody can act in your name.',
    remedy: 'Open the page on Gantry itself and send it from there.',
    status: 403,
    retryable: false,
  },
  HOST_REFUSED: {
    title: 'Host name refused',
    message: ({ host }) => `Gantry does not answer under the host name${quoted(host)}.`,
    remedy: 'Use the address in PUBLIC_URL, or set PUBLIC_URL to the address that people use.',
    status: 421,
    retryable: false,
  },
  SIGN_IN_LINK_INVALID: {
    title: 'Sign-in link not valid',
    message: () => 'This sign-in link is unknown, was used before, or is too old.',
    remedy: 'Ask an administrator for a new one, or restart `gantry up`, which prints one.',
    status: 410,
    retryable: false,
  },
  SIGN_IN_FAILED: {
    title: 'Sign-in not completed',
    message: ({ detail }) => stated('The sign-in could not be completed, and nobody was signed in', detail),
    remedy: 'Begin again at /sign-in, in one window, and finish within ten minutes.',
    status: 400,
    retryable: false,
  },
  SIGN_IN_REFUSED: {
    title: 'Account not accepted',
    message: ({ detail }) =>
      stated('The provider knows you, but Gantry may not take you for anybody', detail),
    remedy:
      'Ask an administrator: the verified mail address of your account must be the `email` or an alias of one person in gantry.yaml, and that person must not belong to another account.',
    status: 403,
    retryable: false,
  },
  PROVIDER_UNREACHABLE: {
    title: 'Provider not reachable',
    message: ({ issuer, detail }) =>
      stated(`The OpenID provider${after(issuer)} did not answer as it must`, detail),
    remedy:
      'Try again in a minute. `gantry doctor` tests it; in between, an administrator can make one-time links with `gantry sign-in`.',
    status: 503,
    retryable: true,
  },
} as const satisfies Record<string, CatalogueEntry>;
