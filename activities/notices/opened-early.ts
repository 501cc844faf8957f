import { connect, type Socket } from 'node:net';
import type SMTPPool from 'nodemailer/lib/smtp-pool/index.js';

type GetSocket = NonNullable<SMTPPool.Options['getSocket']>;

/** How long a connection waits for the mail that was expected, in milliseconds. */
const usualWaitMs = 3_000;
/** More mails than this are expected at once by nobody. */
const most = 4;

interface Waiting {
  /** What the server has said until now: its greeting, or nothing yet. */
  said: Buffer[];
  listen: (piece: Buffer) => void;
  giveUp: NodeJS.Timeout;
}

/** Whether a server has said nothing but that it is ready (RFC 5321, 220), as far as it has spoken. */
const isOnlyGreeting = (said: Buffer): boolean =>
  said
    .toString('latin1')
    .split('\r\n')
    .every((line) => '220'.startsWith(line.slice(0, 3)));

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
  const waiting = new Map<Socket, Waiting>();
  /** Handed out and still open. */
  const inUse = new Set<Socket>();

  /** Answers what the server has said until now. */
  const leaveQueue = (socket: Socket): Buffer[] => {
    const { said = [], giveUp, listen } = waiting.get(socket) ?? {};
    clearTimeout(giveUp);
    if (listen) socket.off('data', listen);
    waiting.delete(socket);
    return said;
  };
  const openOne = (at: { host: string; port: number }): void => {
    const socket = connect(at).unref();
    const said: Buffer[] = [];
    // Read from the beginning: what nobody reads has no end, and a server may greet and take its word back.
    const listen = (piece: Buffer): void => {
      said.push(piece);
      if (!isOnlyGreeting(Buffer.concat(said))) socket.destroy();
    };
    waiting.set(socket, { said, listen, giveUp: setTimeout(() => socket.destroy(), waitMs).unref() });
    socket
      .on('data', listen)
      .on('end', () => waiting.has(socket) && socket.destroy())
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
      socket.pause(); // until the transport listens
      const said = leaveQueue(socket);
      if (said.length > 0) socket.unshift(Buffer.concat(said));
      inUse.add(socket);
      hand(null, { connection: socket.ref() });
    },
  };
}
