import { connect, type Socket } from 'node:net';
import type SMTPPool from 'nodemailer/lib/smtp-pool/index.js';

type GetSocket = NonNullable<SMTPPool.Options['getSocket']>;

/** How long a connection waits for the mail that was expected, in milliseconds. */
const usualWaitMs = 3_000;

/** A connection to the mail server that is opened before there is a mail to send over it. */
export interface OpenedEarly {
  /** Opens one, unless one waits already. Before the first mail has shown where the server is, it does nothing. */
  open: () => void;
  /** For the transport: the connection that waits, else none, so that it opens its own. */
  getSocket: GetSocket;
}

/**
 * Servers take their time to greet: a tenth of a second against callers who talk too early, some of them seconds. While a release is planned
 * and its checks are looked at, that time passes beside it; TLS, sign-in and all else that is said remain the transport's.
 *
 * A connection that breaks or that nobody needs ends without a word: the transport then opens its own, and tells what is wrong.
 */
export function openedEarly(waitMs = usualWaitMs): OpenedEarly {
  let place: { host: string; port: number } | undefined;
  let waiting: Socket | undefined;
  let givingUp: NodeJS.Timeout | undefined;
  /** Handed out and still open: over one of them the next mail may go, too. */
  const inUse = new Set<Socket>();

  const take = (): Socket | undefined => {
    const socket = waiting;
    waiting = undefined;
    clearTimeout(givingUp);
    return socket;
  };
  const forget = (socket: Socket): void => {
    inUse.delete(socket);
    if (socket === waiting) take();
  };
  return {
    open() {
      if (!place || waiting || inUse.size > 0) return;
      const socket = connect(place).unref();
      waiting = socket;
      // one that is silent for long is not better than none
      givingUp = setTimeout(() => take()?.end(), waitMs).unref();
      socket.on('error', () => socket.destroy()).on('close', () => forget(socket));
    },
    getSocket({ host, port, secure }, hand) {
      if (host !== undefined && host !== '')
        place = { host, port: Number(port) || (secure === true ? 465 : 587) };
      const socket = waiting?.readyState === 'open' ? take() : undefined;
      if (!socket) {
        hand(null, false);
        return;
      }
      inUse.add(socket);
      hand(null, { connection: socket.ref() });
    },
  };
}
