import type { SendCode } from '../platform/code-mail.ts';
import type { Config } from '../platform/config.ts';
import type { Store } from '../platform/database/open.ts';
import type { GantryError } from '../platform/errors.ts';
import type { Logger } from '../platform/logger.ts';
import type { OidcProvider } from '../platform/oidc.ts';
import type { Secrets } from '../platform/secrets.ts';
import type { Engine } from './engine.ts';

/** One kind of mail as its readers would see it, made of an invented release. */
export interface MailPreview {
  kind: string;
  subject: string;
  text: string;
  html: string;
}

/** Everything the API is made of. Handed in, so that a test can put a fake engine and a still clock there. */
export interface ApiDeps {
  config: Config;
  store: Store;
  secrets: Secrets;
  log: Logger;
  engine: Engine;
  /** Embedded mode: the local mailbox is shown at /inbox, and there is a built-in administrator until the policy names one. */
  inbox: boolean;
  /** Embedded mode: from now on this machine's command line acts as that person, the first administrator of a policy. */
  handOver?: (person: string) => Promise<void>;
  /** Embedded mode: every kind of mail, to look at. */
  previews?: () => MailPreview[];
  /** Embedded mode: tells the worker beside that mail is likely to be ordered within a moment. */
  mailExpected?: () => void;
  /** Where people sign in; left out: with one-time links only. */
  provider?: OidcProvider;
  /** Mails the codes of level `link+code`; left out where there is no mail server. */
  sendCode?: SendCode;
  /** Aborted when the process begins to stop: readiness says so, and streams end. */
  draining?: AbortSignal;
  /** Why releases cannot be indexed in the engine; undefined where they can. */
  lacking?: () => GantryError | undefined;
  clock?: () => Date;
}

/** The instant of this request. */
export const nowOf = (deps: Pick<ApiDeps, 'clock'>): Date => deps.clock?.() ?? new Date();
