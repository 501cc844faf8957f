import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

/** An account at the provider. */
export interface Account {
  sub: string;
  email?: string;
  emailVerified?: boolean;
}

export interface TestProvider {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** Goes through the provider's pages as a browser would, as this account. @returns where it sends the browser back to. */
  signIn(url: string, account: string): Promise<string>;
  stop(): Promise<void>;
}

/** A real OpenID provider (oidc-provider) on loopback: its development pages take any login name. */
export async function startProvider(o: { redirectUri: string; accounts: Account[] }): Promise<TestProvider> {
  const server = createServer();
  const port = await listening(server);
  const issuer = `http://127.0.0.1:${port}`;
  const [clientId, clientSecret] = ['gantry', 'a-secret-of-the-tests'];
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: [o.redirectUri],
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
    ],
    findAccount: (_context, id) => {
      const account = o.accounts.find(({ sub }) => sub === id);
      if (!account) return undefined;
      const { sub, email, emailVerified = true } = account;
      return {
        accountId: sub,
        claims: async () => ({
          sub,
          ...(email === undefined ? {} : { email, email_verified: emailVerified }),
        }),
      };
    },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    pkce: { required: () => true },
    cookies: { keys: ['of the tests'] },
    features: { devInteractions: { enabled: true } },
  });
  server.on('request', provider.callback());
  return {
    issuer,
    clientId,
    clientSecret,
    signIn: (url, account) => walkThrough(url, account, o.redirectUri),
    stop: () => closed(server),
  };
}

/** Follows redirects and sends the forms of the development pages: a login, then a consent. */
async function walkThrough(start: string, account: string, redirectUri: string): Promise<string> {
  const jar = new Map<string, string>();
  let next: { url: string; form?: string } = { url: start };
  for (let hop = 0; hop < 15; hop += 1) {
    const answer = await fetch(next.url, {
      redirect: 'manual',
      headers: {
        cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(next.form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      ...(next.form === undefined ? {} : { method: 'POST', body: next.form }),
    });
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      jar.set(name, value);
    }
    const location = answer.headers.get('location');
    if (location !== null) {
      const url = new URL(location, next.url).href;
      if (url.startsWith(redirectUri)) return url;
      next = { url };
      continue;
    }
    const page = await answer.text();
    const action = /<form[^>]*action="([^"]+)"/.exec(page)?.[1];
    const prompt = /name="prompt" value="([^"]+)"/.exec(page)?.[1];
    if (action === undefined || prompt === undefined)
      throw new Error(`no form at ${next.url}: ${page.slice(0, 400)}`);
    const form = new URLSearchParams({
      prompt,
      ...(prompt === 'login' ? { login: account, password: 'any' } : {}),
    });
    next = { url: new URL(action, next.url).href, form: form.toString() };
  }
  throw new Error('the provider leads in circles');
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0 }, resolve));
  return (server.address() as AddressInfo).port;
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
