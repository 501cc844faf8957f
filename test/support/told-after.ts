import type { Express } from 'express';
import supertest, { type Response } from 'supertest';
import { keptOf } from './browser-of.ts';

/** What the page that a form led to says of it, and the whole page: asked for as a browser does, with the cookies of the answer. */
export async function toldAfter(done: Response, app: Express): Promise<{ told: string; text: string }> {
  const path = (done.headers['location'] as string).split('#')[0] ?? '';
  const { text } = await supertest(app).get(path).set('Cookie', keptOf(done).join('; ')).expect(200);
  const [, told = ''] = /<section class="notice" role="status"><p>([^]*?)<\/p>/.exec(text) ?? [];
  return { told, text };
}
