import { createServer, type AddressInfo } from 'node:net';
import { GantryError } from './errors.ts';
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
    return await bindOnce(wanted.port, wanted.host);
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

const bindOnce = async (port: number, host: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host, exclusive: true }, () => {
      const { port: bound } = server.address() as AddressInfo;
      server.close(() => resolve(bound));
    });
  });
