import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { exportAudit } from '../../platform/audit/export.ts';
import { verifyRecord } from '../../platform/audit/verify-record.ts';
import { route } from '../http/route.ts';
import { z } from './common.schema.ts';

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
  handle: async ({ deps }) => ({ body: await verifyRecord(deps.store.db) }),
});

export const auditRoutes = [exported, verified];
