import * as oidc from 'openid-client';
import type { ProvenIdentity } from '../domain/identity/match-person.ts';
import type { OidcConfig } from './config.ts';
import { GantryError, messageOf } from './errors.ts';
import { createOutgoing, namedTarget, type Outgoing } from './outgoing.ts';

/** Secrets of one sign-in: made when it begins, proven when it comes back. */
export interface SignInSecrets {
  state: string;
  nonce: string;
  /** PKCE: only its hash goes to the provider with the browser. */
  verifier: string;
}

export interface SignedIn extends ProvenIdentity {
  /** When the person last proved to the provider who they are, RFC 3339; left out where it does not say. */
  authenticatedAt?: string;
}

/** One OpenID provider, by authorisation code with PKCE. */
export interface OidcProvider {
  issuer: string;
  /** Where the browser goes. `fresh`: the provider is to ask again who it is, whoever is signed in there. */
  signInUrl(signIn: SignInSecrets & { redirectUri: string; fresh: boolean }): Promise<URL>;
  /**
   * Trades what came back in the address for the identity behind it; signature, issuer, audience, time, state and nonce are checked.
   * @throws SIGN_IN_FAILED, PROVIDER_UNREACHABLE
   */
  identify(back: URL, secrets: SignInSecrets): Promise<SignedIn>;
  /** Reads what the provider says of itself, and its keys. @throws PROVIDER_UNREACHABLE */
  look(): Promise<void>;
}

/** What the provider says of itself is read again after this. */
const rememberMs = 60 * 60_000;
const scope = 'openid email profile';

interface Surroundings {
  /** `host:port` of private addresses that may be called, beside the issuer itself. */
  allow?: readonly string[];
  outgoing?: Outgoing;
  now?: () => number;
}

/** The provider of the configuration. It is asked nothing before it is needed, so that its absence stops nothing else. */
export function openIdProvider(settings: OidcConfig, around: Surroundings = {}): OidcProvider {
  const { issuer } = settings;
  const now = around.now ?? Date.now;
  const fetch = fetchThrough(around.outgoing ?? createOutgoing(), [
    ...namedTarget(issuer),
    ...(around.allow ?? []),
  ]);
  let known: { at: number; configuration: Promise<oidc.Configuration> } | undefined;
  const configuration = async (): Promise<oidc.Configuration> => {
    if (known === undefined || now() - known.at > rememberMs)
      known = { at: now(), configuration: discover(settings, fetch) };
    const mine = known;
    try {
      return await mine.configuration;
    } catch (cause) {
      if (known === mine) known = undefined;
      throw unreachable(issuer, cause);
    }
  };
  return {
    issuer,
    async signInUrl({ redirectUri, state, nonce, verifier, fresh }) {
      return oidc.buildAuthorizationUrl(await configuration(), {
        redirect_uri: redirectUri,
        scope,
        state,
        nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        ...(fresh ? { prompt: 'login', max_age: '0' } : {}),
      });
    },
    async identify(back, { state, nonce, verifier }) {
      const provider = await configuration();
      const tokens = await asSignIn(
        issuer,
        oidc.authorizationCodeGrant(provider, back, {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        }),
      );
      const claims = tokens.claims();
      // The library takes every tenant of some providers for one issuer; here another issuer is another world.
      if (claims?.iss !== provider.serverMetadata().issuer)
        throw new GantryError('SIGN_IN_FAILED', { detail: 'the identity is of another issuer' });
      // Many providers put the address only where it is asked for with the access token.
      const told =
        claims['email'] === undefined
          ? await asSignIn(issuer, oidc.fetchUserInfo(provider, tokens.access_token, claims.sub))
          : claims;
      return { issuer: claims.iss, subject: claims.sub, ...mailOf(told), ...provenAt(claims.auth_time) };
    },
    async look() {
      const { jwks_uri: keys } = (await configuration()).serverMetadata();
      if (keys === undefined) throw unreachable(issuer, 'it does not say where its keys are');
      const answer = await fetch(keys, { method: 'GET', headers: {}, body: null, redirect: 'manual' }).catch(
        (cause: unknown) => {
          throw unreachable(issuer, cause);
        },
      );
      if (answer.status !== 200) throw unreachable(issuer, `its keys answer ${answer.status}`);
    },
  };
}

/** Signatures are checked whatever the transport: an identity without a sound one, or with `none` or a shared secret, is refused. */
async function discover(
  { issuer, clientId, clientSecret }: OidcConfig,
  fetch: oidc.CustomFetch,
): Promise<oidc.Configuration> {
  const isPlain = issuer.startsWith('http:');
  const found = await oidc.discovery(new URL(issuer), clientId, {}, clientProof(clientSecret), {
    [oidc.customFetch]: fetch,
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- only on this machine: the configuration refuses it elsewhere
    execute: [oidc.enableNonRepudiationChecks, ...(isPlain ? [oidc.allowInsecureRequests] : [])],
  });
  const named = found.serverMetadata().issuer;
  if (new URL(named).href !== new URL(issuer).href)
    throw unreachable(issuer, 'it describes itself under another issuer');
  return found;
}

/** As the provider says that it wants it; where it says nothing, as the standard has it. */
function clientProof(secret: string | undefined): oidc.ClientAuth {
  if (secret === undefined) return oidc.None();
  const [basic, post] = [oidc.ClientSecretBasic(secret), oidc.ClientSecretPost(secret)];
  return (server, ...rest) => {
    const ways = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    const prove = ways.includes('client_secret_basic') ? basic : post;
    prove(server, ...rest);
  };
}

/** The library's calls go out like all others: addresses checked, size and time limited, no redirects (trust §5.1). */
const fetchThrough =
  (outgoing: Outgoing, allow: readonly string[]): oidc.CustomFetch =>
  async (url, { method, headers, body, signal }) => {
    const answer = await outgoing({
      url,
      method: method === 'POST' ? 'POST' : 'GET',
      headers: Object.fromEntries(new Headers(headers)),
      ...(body === null || body === undefined ? {} : { body: textOf(body) }),
      allow,
      redirects: 0,
      ...(signal === undefined ? {} : { signal }),
    });
    const kept = ['content-type', 'www-authenticate', 'date'].flatMap((name) => {
      const value = answer.headers.get(name);
      return value === null ? [] : [[name, value] as [string, string]];
    });
    const isBodiless = answer.status === 204 || answer.status === 304;
    return new Response(isBodiless ? null : answer.text, { status: answer.status, headers: kept });
  };

/** What this library sends to a provider is always a form. */
function textOf(body: unknown): string {
  if (typeof body === 'string') return body;
  if (body instanceof URLSearchParams) return body.toString();
  throw new TypeError('only text is sent to a provider');
}

/** Sorts what can go wrong: the way to the provider, or what came back. The provider's own words are never repeated, only its code. */
async function asSignIn<T>(issuer: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    const root = rootOf(cause);
    if (root instanceof GantryError) throw unreachable(issuer, root);
    if (cause instanceof oidc.ResponseBodyError || cause instanceof oidc.AuthorizationResponseError) {
      const detail = /^[a-z_]{1,40}$/.test(cause.error) ? `the provider says ${cause.error}` : undefined;
      throw new GantryError('SIGN_IN_FAILED', { detail }, { cause });
    }
    throw new GantryError(
      'SIGN_IN_FAILED',
      { detail: 'what came back does not prove who you are' },
      { cause },
    );
  }
}

/** The library wraps what its fetch has thrown. */
function rootOf(error: unknown): unknown {
  let found = error;
  for (let depth = 0; depth < 5 && !(found instanceof GantryError); depth += 1) {
    if (!(found instanceof Error) || found.cause === undefined) return found;
    found = found.cause;
  }
  return found;
}

function unreachable(issuer: string, cause: unknown): GantryError {
  const root = rootOf(cause);
  if (root instanceof GantryError && root.code === 'PROVIDER_UNREACHABLE') return root;
  const detail =
    typeof root === 'string' ? root : root instanceof GantryError ? root.problem.detail : messageOf(root);
  return new GantryError('PROVIDER_UNREACHABLE', { issuer, detail }, { cause });
}

function mailOf(claims: Record<string, unknown>) {
  const { email, email_verified: verified } = claims;
  // Only the boolean: a provider that writes "true" as text has not promised anything.
  const emailVerified = verified === true;
  return typeof email === 'string' && email !== '' ? { email, emailVerified } : { emailVerified };
}

const provenAt = (seconds: unknown): { authenticatedAt?: string } =>
  typeof seconds === 'number' && Number.isFinite(seconds) && seconds > 0
    ? { authenticatedAt: new Date(Math.floor(seconds) * 1000).toISOString() }
    : {};
