import { expect, test } from '@jest/globals';
import { checkSearchAttributes, ensureSearchAttributes } from './search-attributes.ts';

const failed = (code: number, message: string): Error => Object.assign(new Error(message), { code });

/** A namespace with these attributes; what is added is known after so many further looks. */
function aNamespace(
  has: string[],
  o: { refuses?: Error; knownAfter?: number; others?: Record<string, number>; isMute?: true } = {},
) {
  const added: string[][] = [];
  const coming: string[] = [];
  let looks = o.knownAfter ?? 0;
  const service = {
    withDeadline: async <Result>(_: number | Date, call: () => Promise<Result>): Promise<Result> => call(),
    workflowService: {
      countWorkflowExecutions: async ({ query = '' }: { query?: string | null }) => {
        if (added.length > 0 && looks-- <= 0) has.push(...coming.splice(0));
        const asked = [...(query ?? '').matchAll(/(\w+) = 'none'/g)].map(([, name = '']) => name);
        const unknown = asked.find((name) => !has.includes(name));
        if (unknown !== undefined) throw failed(3, `invalid search attribute: ${unknown}`);
        const [, empty = ''] = /(\w+) IS NULL/.exec(query ?? '') ?? [];
        if (empty !== '' && !has.includes(empty) && o.others?.[empty] === undefined)
          throw failed(3, `invalid search attribute: ${empty}`);
        return { count: 0 };
      },
    },
    operatorService: {
      addSearchAttributes: async ({ searchAttributes = {} }: { searchAttributes?: object | null }) => {
        added.push(Object.keys(searchAttributes ?? {}));
        if (o.refuses) throw o.refuses;
        coming.push(...Object.keys(searchAttributes ?? {}));
      },
      listSearchAttributes: async () => {
        if (o.isMute) throw failed(7, 'not allowed');
        return { customAttributes: { ...Object.fromEntries(has.map((name) => [name, 2])), ...o.others } };
      },
    },
  };
  return { added, connection: service as unknown as Parameters<typeof ensureSearchAttributes>[0] };
}

test('where all are there nothing is added', async () => {
  const { added, connection } = aNamespace(['GantryPhase', 'GantryRisk']);
  await ensureSearchAttributes(connection, 'default', ['GantryPhase', 'GantryRisk']);
  expect(added).toEqual([]);
});

test('only what is missing is added, and it is waited for until the server knows it', async () => {
  const { added, connection } = aNamespace(['GantryPhase'], { knownAfter: 2 });
  await ensureSearchAttributes(connection, 'default', ['GantryPhase', 'GantryRisk', 'GantryOutcome']);
  expect(added).toEqual([['GantryRisk', 'GantryOutcome']]);
  await checkSearchAttributes(connection, 'default', ['GantryRisk', 'GantryOutcome']);
});

test('where the server lets nobody add them, the error carries the command for whoever may', async () => {
  const { connection } = aNamespace(['GantryPhase'], { refuses: failed(7, 'not allowed') });
  const names = ['GantryPhase', 'GantryRisk', 'GantryOutcome'];
  await expect(ensureSearchAttributes(connection, 'acme', names)).rejects.toMatchObject({
    code: 'SEARCH_ATTRIBUTES_MISSING',
    message: expect.stringMatching(/"acme".*\(GantryRisk, GantryOutcome\): not allowed/),
    problem: {
      remedy: expect.stringContaining(
        'temporal operator search-attribute create --namespace acme --name GantryRisk --type Keyword --name GantryOutcome --type Keyword',
      ),
    },
  });
});

test.each([
  ['a server that goes away in between', failed(14, 'gone'), 'gone'],
  ['another process that was faster', failed(6, 'there already'), undefined],
])('%s is no refusal', async (_, refuses, says) => {
  const { connection } = aNamespace([], { refuses });
  const end = ensureSearchAttributes(connection, 'default', ['GantryRisk'], { knownWithin: 0 });
  await expect(end).rejects.toMatchObject(
    says === undefined ? { message: expect.stringContaining('still not known') } : { message: says },
  );
});

test.each([
  ['its type, where the server tells it', {}, /"acme".*\(GantryRisk: Int\)/],
  ['its name alone, where it does not', { isMute: true as const }, /"acme".*\(GantryRisk\)/],
])(
  'one that is there with another type is not taken for missing: it is said with %s',
  async (_, o, message) => {
    const { added, connection } = aNamespace(['GantryPhase'], { others: { GantryRisk: 3 }, ...o });
    const names = ['GantryPhase', 'GantryRisk', 'GantryOutcome'];
    for (const look of [ensureSearchAttributes, checkSearchAttributes])
      await expect(look(connection, 'acme', names)).rejects.toMatchObject({
        code: 'SEARCH_ATTRIBUTES_MISTYPED',
        message: expect.stringMatching(message),
        problem: {
          remedy: expect.stringContaining(
            'temporal operator search-attribute remove --namespace acme --name GantryRisk && temporal operator search-attribute create --namespace acme --name GantryRisk --type Keyword',
          ),
        },
      });
    expect(added).toEqual([]);
  },
);

test('a process that stops does not wait for what it has added', async () => {
  const { connection } = aNamespace([], { knownAfter: 1_000_000 });
  const stop = new AbortController();
  const end = ensureSearchAttributes(connection, 'default', ['GantryRisk'], { signal: stop.signal });
  setImmediate(() => stop.abort());
  await expect(end).rejects.toMatchObject({ name: 'AbortError' });
});
