import type { Request, RequestHandler, Response } from 'express';
import { storageProblem } from '../../platform/database/storage-problem.ts';
import { GantryError } from '../../platform/errors.ts';
import { setLinkHeaders } from './link-headers.ts';
import { notRecordedPage, refusalPage } from './state-pages.ts';

/** Shows the known problems of a link's handler as pages; anything else is a defect and goes to the general handler. */
export const guarded =
  (handler: (req: Request, res: Response) => Promise<void>): RequestHandler =>
  async (req, res) => {
    try {
      await handler(req, res);
    } catch (error) {
      const nonce = setLinkHeaders(res);
      const known = error instanceof GantryError ? error : storageProblem(error);
      if (!known) throw error;
      const { problem } = known;
      res.status(problem.status).type('html');
      if (problem.status === 503) res.set('Retry-After', '5').send(notRecordedPage(nonce));
      else
        res.send(refusalPage({ title: problem.title, sentences: [problem.detail, problem.remedy], nonce }));
    }
  };
