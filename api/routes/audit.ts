import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { wordsOfEvent } from '../../domain/release/event-words.ts';
import { exportAudit } from '../../platform/audit/export.ts';
import { listEntries } from '../../platform/audit/list-entries.ts';
import { verifyOnce } from '../../platform/audit/verify-record.ts';
import { namesFor } from '../../platform/record/person-names.ts';
import { route } from '../http/route.ts';
import { NamesSchema, pageOfEntries, z } from './common.schema.ts';
import { nextLink } from './lists.ts';

/** What may be asked of a list of entries; the page of the log asks with the same words. */
export const EntriesQuery = z.strictObject({
  subject: z
    .string()
    .min(1)
    .max(300)
    .optional()
    .describe('Part of what an entry is about, such as shop@1.4.0, or the id of a release.'),
  kind: z
    .string()
    .regex(
      /^[a-zA-Z][a-zA-Z. -]{0,60}$/,
      'is no kind: write the beginning of an action, such as approval, or what it is called, such as freeze',
    )
    .optional()
    .describe(
      'Beginning of the action, such as approval or release.created; or a word of what it is called, such as freeze.',
    ),
  person: z.string().min(1).max(100).optional().describe('Id of who did it, or in whose name a token did.'),
  ...pageOfEntries,
});

const listed = route({
  method: 'get',
  path: '/v1/audit/entries',
  action: 'audit.read',
  summary: 'Entries of the log, newest first, by what they are about, by kind and by person.',
  query: EntriesQuery,
  answer: {
    status: 200,
    description: 'One page of entries, each as it is hashed.',
    schema: z
      .object({
        items: z.array(
          z.looseObject({ seq: z.number(), at: z.string(), action: z.string(), sentence: z.string() }),
        ),
        next: z.string().optional(),
        names: NamesSchema,
        called: z
          .record(z.string(), z.string())
          .optional()
          .describe('What people call the actions of these items, by action.'),
      })
      .openapi('AuditEntryList'),
  },
  async handle({ deps, query, req }) {
    const { db } = deps.store;
    const { cursor, ...wanted } = query;
    const { items, next } = await listEntries(db, {
      ...wanted,
      before: cursor === undefined ? undefined : Number(cursor),
    });
    const names = await namesFor(
      db,
      items.map(({ actor }) => actor.person ?? actor.id),
    );
    const after = next === undefined ? undefined : String(next);
    const called = Object.fromEntries(items.map(({ action }) => [action, wordsOfEvent(action)]));
    return {
      body: { items, ...(after === undefined ? {} : { next: after }), ...names, called },
      headers: nextLink(req, after),
    };
  },
});

const exported = route({
  method: 'get',
  path: '/v1/audit/export',
  action: 'audit.read',
  summary: 'The whole log as JSON lines; `gantry audit verify FILE` checks it without a server.',
  answer: { status: 200, description: 'A header, then one entry a line.', type: 'application/x-ndjson' },
  async handle({ deps, res }) {
    res.status(200).set({ 'Content-Type': 'application/x-ndjson', 'Cache-Control': 'no-store' });
    res.attachment('gantry-audit.jsonl');
    await pipeline(Readable.from(lines(exportAudit(deps.store.db))), res);
    return undefined;
  },
});

async function* lines(entries: AsyncIterable<string>): AsyncIterable<string> {
  for await (const line of entries) yield `${line}\n`;
}

const verified = route({
  method: 'get',
  path: '/v1/audit/verify',
  action: 'audit.read',
  summary: 'Check the chain of the log and name the first entry that does not fit.',
  answer: {
    status: 200,
    description: 'The result.',
    schema: z
      .looseObject({
        valid: z.boolean(),
        entries: z.number(),
        firstBroken: z.object({ seq: z.number(), because: z.string() }).optional(),
      })
      .openapi('AuditReport'),
  },
  handle: async ({ deps }) => ({ body: await verifyOnce(deps.store.db) }),
});

export const auditRoutes = [listed, exported, verified];
