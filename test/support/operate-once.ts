import { MockActivityEnvironment } from '@temporalio/testing';
import { createApplyStep, createUndoComponent } from '../../activities/deployers/operate.ts';
import type { OperationInput } from '../../activities/contract.ts';
import { openStore } from '../../platform/database/open.ts';
import { createOutgoing } from '../../platform/outgoing.ts';

// A worker with some operations at once, started to be killed. Arguments: the record's address and the operations.
const [url = '', operations = ''] = process.argv.slice(2);
const store = await openStore({ url });
// what is held back until the kill must not give up before it
Object.assign(store.pool.options, { statement_timeout: 0, query_timeout: 0 });
(await store.pool.connect()).release(true);
const outgoing = createOutgoing();
await Promise.all(
  (JSON.parse(operations) as { kind: 'apply' | 'undo'; input: OperationInput; dataDir: string }[]).map(
    ({ kind, input, dataDir }) => {
      const create = kind === 'apply' ? createApplyStep : createUndoComponent;
      return new MockActivityEnvironment().run(create({ store, dataDir, outgoing }), input);
    },
  ),
);
await store.close();
