import { connect, type Socket } from 'node:net';
import type SMTPPool from 'nodemailer/lib/smtp-pool/index.js';

type GetSocket = NonNullable<SMTPPool.Options['getSocket']>;

/** How long a connection waits for the mail that was expected, in milliseconds. */
const usualWaitMs = 3_000;
/** More mails than this are expected at once by nobody. */
const most = 4;

/** Connections to the mail server that are opened before there are mails to send over them. */
export interface OpenedEarly {
  /**
   * Opens as many as are missing for so many mails, `busy` of those in use being taken. Before the first mail has shown where the server
   * is, it does nothing.
   */
  open: (mails: number, busy: number) => void;
  /** For the transport: a connection that waits, else none, so that it opens its own. */
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
  /** With what ends each when nobody has come. */
  const waiting = new Map<Socket, NodeJS.Timeout>();
  /** Handed out and still open. */
  const inUse = new Set<Socket>();

  const leaveQueue = (socket: Socket): void => {
    clearTimeout(waiting.get(socket));
    waiting.delete(socket);
  };
  const openOne = (at: { host: string; port: number }): void => {
    const socket = connect(at).unref();
    // one that is silent for long is not better than none
    const giveUp = setTimeout(() => {
      leaveQueue(socket);
      socket.end();
    }, waitMs);
    waiting.set(socket, giveUp.unref());
    socket
      .on('error', () => socket.destroy())
      .on('close', () => {
        leaveQueue(socket);
        inUse.delete(socket);
      });
  };
  return {
    open(mails, busy) {
      const free = Math.max(0, inUse.size - busy);
      for (let there = waiting.size + free; place && there < Math.min(mails, most); there += 1)
        openOne(place);
    },
    getSocket({ host, port, secure }, hand) {
      if (host !== undefined && host !== '')
        place = { host, port: Number(port) || (secure === true ? 465 : 587) };
      const socket = [...waiting.keys()].find(({ readyState }) => readyState === 'open');
      if (!socket) {
        hand(null, false);
        return;
      }
      leaveQueue(socket);
      inUse.add(socket);
      hand(null, { connection: socket.ref() });
    },
  };
}
