import { createServer } from 'node:net';
import { GantryError } from './errors.ts';
import { freePort } from './free-ports.ts';
import { portHolder } from './port-holder.ts';

/** A port that somebody is about to listen on. */
export interface WantedPort {
  /** 0: any free one. */
  port: number;
  host: string;
  /** What it is for, in words. */
  use: string;
  /** Flag that chooses another. */
  flag: string;
}

/**
 * The port to listen on, free at this moment. Throws `PORT_IN_USE`, which names the program that has it where the system
 * tells us. Needed before another program is told to listen: a health probe would be answered by whoever has the port.
 */
export async function claimPort(wanted: WantedPort): Promise<number> {
  try {
    if (wanted.port === 0) return await freePort(wanted.host);
    await bindOnce(wanted.port, wanted.host);
    return wanted.port;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    const { port, host, use, flag } = wanted;
    throw new GantryError(
      'PORT_IN_USE',
      { port, host, use, flag, holder: portHolder(port) },
      { cause: error },
    );
  }
}

const bindOnce = async (port: number, host: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host, exclusive: true }, () => {
      server.close(() => resolve());
    });
  });
