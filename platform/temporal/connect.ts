import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { Config, TemporalConfig } from '../config.ts';
import { GantryError } from '../errors.ts';

/** A connection that opens at its first call; the server may be away while it is made. */
export interface TemporalConnection {
  connection: Connection;
  client: Client;
  close: () => Promise<void>;
}

/** Address, TLS, API key and headers as both kinds of the SDK's connections take them. */
export type ConnectOptions = ReturnType<typeof loadClientConnectConfig>['connectionOptions'];

/** Reads the SDK's own variables (TLS, API key, headers, profile) and lays our address over them. */
export function temporalConnectOptions(temporal: TemporalConfig): ConnectOptions {
  if (temporal.env['TEMPORAL_API_KEY'] !== undefined && temporal.env['TEMPORAL_TLS'] === 'false') {
    // The SDK would send the key in the clear.
    throw new GantryError('CONFIGURATION_INVALID', {
      detail: 'TEMPORAL_TLS must not be false beside TEMPORAL_API_KEY',
    });
  }
  const { connectionOptions } = loadClientConnectConfig({ overrideEnvVars: temporal.env });
  return temporal.address === undefined
    ? connectionOptions
    : { ...connectionOptions, address: temporal.address };
}

/** The same for a worker's connection, which would zip every request: on loopback that costs both ends and saves nothing. */
export function workerConnectOptions(temporal: TemporalConfig): ConnectOptions {
  const options = temporalConnectOptions(temporal);
  return isOnLoopback(options.address) ? { ...options, grpcCompression: { codec: 'none' } } : options;
}

const isOnLoopback = (address = ''): boolean =>
  /^(127\.\d+\.\d+\.\d+|localhost|\[::1\])(:\d+)?$/.test(address);

/** Makes a lazy connection; it fails at the first call, not here. */
export async function connectTemporal(config: Pick<Config, 'temporal'>): Promise<TemporalConnection> {
  const connection = Connection.lazy(temporalConnectOptions(config.temporal));
  const client = new Client({ connection, namespace: config.temporal.namespace });
  const close = async (): Promise<void> => {
    await givenUp.get(connection)?.settled();
    await connection.close();
  };
  return { connection, client, close };
}

/**
 * Calls whose answer nobody waits for any more. The SDK still holds the timer of their next try, and a try on a closed
 * connection throws where nobody could catch it: so a connection is closed after them. That takes five seconds at most.
 */
class GivenUp {
  private readonly calls = new Set<Promise<unknown>>();

  add(call: Promise<unknown>): void {
    const ended = call
      .catch(() => undefined)
      .finally(() => {
        this.calls.delete(ended);
      });
    this.calls.add(ended);
  }

  async settled(): Promise<void> {
    await Promise.all(this.calls);
  }
}

const givenUp = new WeakMap<object, GivenUp>();

function giveUp(connection: object, call: Promise<unknown>): void {
  const calls = givenUp.get(connection) ?? new GivenUp();
  givenUp.set(connection, calls);
  calls.add(call);
}

/** A call that has not come back although its deadline is past. It may still have been done. */
export class DeadlinePassed extends Error {
  override readonly name = 'DeadlinePassed';
}

/** Calls that end by their deadline themselves say more than we could; only what has not come back by then is given up. */
const marginMs = 100;

/**
 * Runs calls under a deadline. Every call needs one: a lazy connection to a server that is away would otherwise wait
 * for tens of seconds. The SDK looks at the deadline when it tries, not while it waits for its next try, which may be for
 * five seconds more: so the time is watched here, too. A call that timed out may still have been done.
 * @throws DeadlinePassed at most 100 ms after the deadline
 */
export async function within<Result>(
  connection: Pick<Connection, 'withDeadline'>,
  ms: number,
  call: () => Promise<Result>,
): Promise<Result> {
  const answer = connection.withDeadline(Date.now() + ms, call);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      giveUp(connection, answer);
      reject(new DeadlinePassed(`Temporal did not answer within ${ms} ms.`));
    }, ms + marginMs);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
