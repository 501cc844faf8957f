import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { openStore } from '../../../platform/database/open.ts';
import { startBareSide } from './bare-side.ts';
import { startGantrySide } from './gantry-side.ts';
import type { Bench } from './measure.ts';
import { startOutside } from './outside.ts';

/** Both sides on the same servers, in `folder`. What is to be closed afterwards, last first, is added to `closers`. */
export async function openBench(folder: string, closers: (() => Promise<unknown>)[]): Promise<Bench> {
  const outside = await startOutside();
  closers.push(outside.close);
  const gantry = await startGantrySide({ folder, outside });
  closers.push(gantry.stop);
  const store = await openStore({ dir: join(folder, '.gantry') }); // as a guest of the server that Gantry has started
  closers.push(async () => store.close());
  const { temporalAddress } = gantry;
  const postgresHost = String(store.connection.host);
  const bare = await startBareSide({ temporalAddress, smtpUrl: outside.smtpUrl, postgresHost }, outside.url);
  closers.push(bare.stop);
  const connection = await Connection.connect({ address: temporalAddress });
  closers.push(async () => connection.close());
  return { outside, gantry, bare, client: new Client({ connection }) };
}
