// Preloaded into `gantry worker` (node --import): its activities stop where a test has left a file, before anything of them has
// happened or after all of it has and before the engine is told. The worker itself is the product's own, unchanged.
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const home = process.env.GANTRY_TEST_CRASH_POINTS ?? '';
/** The number at the end of the names that belong to one release of a test: `base-17`, `shop-17`, `place-17`. */
const slotIn = /\b(?:base|shop|place)-(\d+)\b/;

if (process.argv[2] === 'worker') {
  const { Worker } = createRequire(import.meta.url)('@temporalio/worker');
  const create = Worker.create.bind(Worker);
  Worker.create = async (options) =>
    create({
      ...options,
      ...(existsSync(join(home, 'slots')) ? { ...withoutSlots, tuner: tuner(options) } : {}),
      interceptors: { activity: [(context) => ({ inbound: { execute: holding(context) } })] },
    });
}

const slots = new Map();
const begun = new Map();

/** The name of an activity as `boundaries.ts` reads it from a history, with its slot and the kind of its workflow before it. */
function pointOf({ activityType, activityId, workflowExecution: { workflowId } }, args) {
  const slot = slots.get(workflowId) ?? slotIn.exec(`${workflowId} ${JSON.stringify(args)}`)?.[1];
  if (slot === undefined) return undefined;
  slots.set(workflowId, slot);
  const known = begun.get(workflowId) ?? { names: new Map(), counts: {}, last: 'start', rows: 0 };
  begun.set(workflowId, known);
  if (!known.names.has(activityId)) known.names.set(activityId, nameOf(known, activityType));
  return [slot, workflowId.split('/')[0], known.names.get(activityId)].join('.');
}

function nameOf(known, type) {
  if (type === 'record') return `record-after-${known.last}-${(known.rows += 1)}`;
  known.counts[type] = (known.counts[type] ?? 0) + 1;
  known.rows = 0;
  return (known.last = `${type}-${known.counts[type]}`);
}

const holding = (context) => async (input, next) => {
  const point = pointOf(context.info, input.args);
  if (point === undefined) return next(input);
  await heldAt(point, 'started', context);
  const result = await next(input);
  await heldAt(point, 'done', context);
  return result;
};

/** A test that was killed removes nothing: after two minutes nobody waits any more. */
async function heldAt(point, place, context) {
  const file = join(home, `${point}.${place}`);
  if (!existsSync(file)) return;
  appendFileSync(join(home, 'reached.jsonl'), `${JSON.stringify({ point, place })}\n`);
  for (let left = 6_000; left > 0 && existsSync(file); left -= 1) {
    await pause(20);
    // the engine would take it for lost while the other releases of the test come to their places
    if (left % 200 === 0 && !context.info.isLocal) context.heartbeat(context.info.heartbeatDetails);
  }
}

const withoutSlots = {
  maxConcurrentActivityTaskExecutions: undefined,
  maxConcurrentWorkflowTaskExecutions: undefined,
};

/** As many activities at once as the file says, and none while it is shut: then what is scheduled is taken by nobody. */
function tuner(options) {
  const most = Number(readFileSync(join(home, 'slots'), 'utf8'));
  let used = 0;
  const isFree = () => used < most && !existsSync(join(home, 'shut'));
  const fixed = (numSlots) => ({ type: 'fixed-size', numSlots });
  return {
    workflowTaskSlotSupplier: fixed(options.maxConcurrentWorkflowTaskExecutions),
    localActivityTaskSlotSupplier: fixed(100),
    nexusTaskSlotSupplier: fixed(1),
    activityTaskSlotSupplier: {
      type: 'custom',
      async reserveSlot(_, signal) {
        while (!isFree()) await pause(20, undefined, { signal });
        used += 1;
        return {};
      },
      tryReserveSlot() {
        if (!isFree()) return null;
        used += 1;
        return {};
      },
      markSlotUsed() {},
      releaseSlot() {
        used -= 1;
      },
    },
  };
}
