import { setTimeout as pause } from 'node:timers/promises';
import type { Connection } from '@temporalio/client';
import { GantryError, messageOf } from '../errors.ts';
import { within } from './connect.ts';

/** The calls that are needed, so that a test can answer them. */
type Asked = Pick<Connection, 'withDeadline'> & {
  workflowService: Pick<Connection['workflowService'], 'countWorkflowExecutions'>;
  operatorService: Pick<Connection['operatorService'], 'addSearchAttributes'>;
};

const callLimitMs = 5_000;
/** A server of several processes tells all of them within seconds what was added. */
const knownWithinMs = 60_000;
const lookEveryMs = 200;
const keyword = 2;
// gRPC
const invalidArgument = 3;
const alreadyExists = 6;
const passing = new Set([1, 4, 8, 14]);

/**
 * Makes sure that the namespace has our search attributes, all of them keywords: a release hangs where it writes one that is not
 * there. What is missing is added, where the server lets us; harmless when other processes do it, too.
 * @throws GantryError SEARCH_ATTRIBUTES_MISSING with the command that adds them; the error of a server that is away as it is
 */
export async function ensureSearchAttributes(
  connection: Asked,
  namespace: string,
  names: readonly string[],
  { knownWithin = knownWithinMs } = {},
): Promise<void> {
  const missing = await unknownOf(connection, namespace, names);
  if (missing.length === 0) return;
  const searchAttributes = Object.fromEntries(missing.map((name) => [name, keyword]));
  await within(connection, callLimitMs, async () =>
    connection.operatorService.addSearchAttributes({ namespace, searchAttributes }),
  ).catch((error: unknown) => {
    const code = codeOf(error);
    if (code === alreadyExists) return;
    if (code === undefined || passing.has(code)) throw error;
    throw lacking(namespace, missing, messageOf(error), error);
  });
  const limit = Date.now() + knownWithin;
  for (let left = missing; left.length > 0; left = await unknownOf(connection, namespace, left)) {
    if (Date.now() > limit) throw lacking(namespace, left, 'they were added, and are still not known');
    await pause(lookEveryMs);
  }
}

/** Only looks. @throws GantryError SEARCH_ATTRIBUTES_MISSING */
export async function checkSearchAttributes(
  connection: Asked,
  namespace: string,
  names: readonly string[],
): Promise<void> {
  const missing = await unknownOf(connection, namespace, names);
  if (missing.length > 0) throw lacking(namespace, missing);
}

/**
 * Which of them a question to the index cannot name, or not as a keyword. Whoever may use a namespace may ask this; listing
 * attributes is for operators of the server, and some servers let nobody.
 */
async function unknownOf(connection: Asked, namespace: string, names: readonly string[]): Promise<string[]> {
  const isKnown = async (asked: readonly string[]): Promise<boolean> => {
    const query = asked.map((name) => `${name} = 'none'`).join(' OR ');
    try {
      await within(connection, callLimitMs, async () =>
        connection.workflowService.countWorkflowExecutions({ namespace, query }),
      );
      return true;
    } catch (error) {
      if (codeOf(error) === invalidArgument) return false;
      throw error;
    }
  };
  if (await isKnown(names)) return [];
  const known = await Promise.all(names.map(async (name) => isKnown([name])));
  return names.filter((_, index) => known[index] !== true);
}

const codeOf = (error: unknown): number | undefined => (error as { code?: number }).code;

const lacking = (
  namespace: string,
  names: readonly string[],
  detail?: string,
  cause?: unknown,
): GantryError =>
  new GantryError(
    'SEARCH_ATTRIBUTES_MISSING',
    {
      ...{ namespace, names: names.join(', ') },
      ...(detail === undefined ? {} : { detail }),
      command: `temporal operator search-attribute create --namespace ${namespace} ${names.map((name) => `--name ${name} --type Keyword`).join(' ')}`,
    },
    { cause },
  );
