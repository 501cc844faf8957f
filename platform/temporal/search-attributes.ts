import { setTimeout as pause } from 'node:timers/promises';
import type { Connection } from '@temporalio/client';
import { GantryError, messageOf } from '../errors.ts';
import { within } from './connect.ts';

/** The calls that are needed, so that a test can answer them. */
type Asked = Pick<Connection, 'withDeadline'> & {
  workflowService: Pick<Connection['workflowService'], 'countWorkflowExecutions'>;
  operatorService: Pick<Connection['operatorService'], 'addSearchAttributes' | 'listSearchAttributes'>;
};

const callLimitMs = 5_000;
/** A server of several processes tells all of them within seconds what was added. */
const knownWithinMs = 60_000;
const lookEveryMs = 200;
const keyword = 2;
/** The engine's types of search attributes, by their number. */
const typeWords = ['', 'Text', 'Keyword', 'Int', 'Double', 'Bool', 'Datetime', 'KeywordList'];
// gRPC
const invalidArgument = 3;
const alreadyExists = 6;
const passing = new Set([1, 4, 8, 14]);

/**
 * Makes sure that the namespace has our search attributes, all of them keywords: a release hangs where it writes one that is not
 * there. What is missing is added, where the server lets us; harmless when other processes do it, too.
 * @param o.signal ends the waiting, for a process that is to stop
 * @throws GantryError SEARCH_ATTRIBUTES_MISSING with the command that adds them, SEARCH_ATTRIBUTES_MISTYPED with those that make
 *   them anew; the error of a server that is away as it is
 */
export async function ensureSearchAttributes(
  connection: Asked,
  namespace: string,
  names: readonly string[],
  { knownWithin = knownWithinMs, signal }: { knownWithin?: number; signal?: AbortSignal } = {},
): Promise<void> {
  const missing = await missingOf(connection, namespace, names);
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
    await pause(lookEveryMs, undefined, signal ? { signal } : {});
  }
}

/** Only looks. @throws GantryError SEARCH_ATTRIBUTES_MISSING, SEARCH_ATTRIBUTES_MISTYPED */
export async function checkSearchAttributes(
  connection: Asked,
  namespace: string,
  names: readonly string[],
): Promise<void> {
  const missing = await missingOf(connection, namespace, names);
  if (missing.length > 0) throw lacking(namespace, missing);
}

/** Those that are not there. @throws GantryError SEARCH_ATTRIBUTES_MISTYPED where one is there, and holds something else */
async function missingOf(connection: Asked, namespace: string, names: readonly string[]): Promise<string[]> {
  const unknown = await unknownOf(connection, namespace, names);
  const there = await Promise.all(
    unknown.map(async (name) => canAsk(connection, namespace, `${name} IS NULL`)),
  );
  const mistyped = unknown.filter((_, index) => there[index]);
  if (mistyped.length === 0) return unknown;
  const types = await typesOf(connection, namespace);
  throw new GantryError('SEARCH_ATTRIBUTES_MISTYPED', {
    namespace,
    names: mistyped.map((name) => (types[name] ? `${name}: ${types[name]}` : name)).join(', '),
    command: ['remove', 'create'].map((verb) => commandFor(verb, namespace, mistyped)).join(' && '),
  });
}

/** What the server says of its attributes, in words; nothing where it tells only its operators. */
async function typesOf(connection: Asked, namespace: string): Promise<Record<string, string>> {
  try {
    const { customAttributes } = await within(connection, callLimitMs, async () =>
      connection.operatorService.listSearchAttributes({ namespace }),
    );
    return Object.fromEntries(
      Object.entries(customAttributes).map(([name, type]) => [name, typeWords[type] ?? '']),
    );
  } catch {
    return {};
  }
}

/**
 * Which of them a question to the index cannot name, or not as a keyword. Whoever may use a namespace may ask this; listing
 * attributes is for operators of the server, and some servers let nobody.
 */
async function unknownOf(connection: Asked, namespace: string, names: readonly string[]): Promise<string[]> {
  const isKnown = async (asked: readonly string[]): Promise<boolean> =>
    canAsk(connection, namespace, asked.map((name) => `${name} = 'none'`).join(' OR '));
  if (await isKnown(names)) return [];
  const known = await Promise.all(names.map(async (name) => isKnown([name])));
  return names.filter((_, index) => known[index] !== true);
}

/** Whether the index takes such a question. */
async function canAsk(connection: Asked, namespace: string, query: string): Promise<boolean> {
  try {
    await within(connection, callLimitMs, async () =>
      connection.workflowService.countWorkflowExecutions({ namespace, query }),
    );
    return true;
  } catch (error) {
    if (codeOf(error) === invalidArgument) return false;
    throw error;
  }
}

const commandFor = (verb: string, namespace: string, names: readonly string[]): string =>
  `temporal operator search-attribute ${verb} --namespace ${namespace} ${
    verb === 'create'
      ? names.map((name) => `--name ${name} --type Keyword`).join(' ')
      : names.map((name) => `--name ${name}`).join(' ')
  }`;

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
      command: commandFor('create', namespace, names),
    },
    { cause },
  );
