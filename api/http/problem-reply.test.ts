import { expect, test } from '@jest/globals';
import express, { type Express } from 'express';
import supertest from 'supertest';
import { GantryError } from '../../platform/errors.ts';
import { createLogger } from '../../platform/logger.ts';
import { setCaller } from '../auth/caller.ts';
import type { ApiDeps } from '../deps.ts';
import { renderProblemPage } from '../pages/problem.ts';
import { replyWithProblem } from './problem-reply.ts';
import { withRequestId } from './request-id.ts';

/** Refuses everything with a time in its words, to somebody whose clock is this one, or to nobody who is known. */
function refusing(zone?: string): Express {
  const deps = {
    log: createLogger({ level: 'silent' }),
    config: { publicUrl: 'http://127.0.0.1:8080' },
    now: () => new Date('2026-11-30T18:00:00.000Z'),
  } as unknown as ApiDeps;
  const app = express();
  app.use(withRequestId);
  app.use((_req, res, next) => {
    if (zone !== undefined)
      setCaller(res, {
        actor: { id: 'ana', kind: 'person' },
        grant: { person: 'ana', access: ['viewer'] },
        zone,
      });
    next();
  });
  app.get('/', () => {
    throw new GantryError('REQUEST_INVALID', { detail: 'It is over since Mon 30 Nov 17:20 UTC' });
  });
  app.use(replyWithProblem(deps, renderProblemPage));
  return app;
}
const wordsOf = async (app: Express, type: string): Promise<string> =>
  (await supertest(app).get('/').set('Accept', type).expect(400)).text;

test('the page of a problem tells times by the clock of the reader, the reply to programs as they were written', async () => {
  const page = await wordsOf(refusing('Europe/Madrid'), 'text/html');
  expect(page).toContain('Mon 30 Nov 18:20 CET (17:20 UTC)');
  const reply = await wordsOf(refusing('Europe/Madrid'), 'application/json');
  expect(reply).toContain('since Mon 30 Nov 17:20 UTC');
});

test('who is not known is told times as they were written', async () => {
  expect(await wordsOf(refusing(), 'text/html')).toContain('since Mon 30 Nov 17:20 UTC');
});
