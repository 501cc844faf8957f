import { MockActivityEnvironment } from '@temporalio/testing';
import { createApplyStep } from '../../activities/deployers/operate.ts';
import type { OperationInput } from '../../activities/contract.ts';
import { openStore } from '../../platform/database/open.ts';
import { createOutgoing } from '../../platform/outgoing.ts';

// A worker with one step to apply, started to be killed: arguments are the record's address, the data folder and the input.
const [url = '', dataDir = '', input = ''] = process.argv.slice(2);
const store = await openStore({ url });
const apply = createApplyStep({ store, dataDir, outgoing: createOutgoing() });
await new MockActivityEnvironment().run(apply, JSON.parse(input) as OperationInput);
await store.close();
