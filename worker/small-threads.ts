import { setFlagsFromString } from 'node:v8';

/** MiB of each half of the space in which new objects are made; V8's own limit is 16. */
const halfMiB = 2;

/**
 * Creates a worker whose thread of workflows keeps little that is new. V8 lets a thread fill two halves of up to 16 MiB before it looks what of
 * that is still needed, and gives them back only with a collection that nobody outside the SDK can ask for: beside a hundred
 * releases that wait, that is a third of a megabyte each. The SDK starts its thread without limits of its own, and V8 reads this one from a
 * flag of the process when a thread begins: so it holds for every thread that begins meanwhile, and one that was given on Node's
 * command line is V8's own again afterwards.
 */
export async function withSmallThreads<Created>(create: () => Promise<Created>): Promise<Created> {
  setFlagsFromString(`--max-semi-space-size=${halfMiB}`);
  try {
    return await create();
  } finally {
    setFlagsFromString('--max-semi-space-size=0'); // V8's own
  }
}
